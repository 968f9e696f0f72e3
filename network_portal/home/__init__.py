"""The first page, the search over everything, and what crawlers ask for."""
