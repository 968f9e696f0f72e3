"""The project: settings, URLs, and the pages that show nouns of several rooms.

Owns: home, search, about, directions, accessibility, import/export/demo commands, the list of routes.
May import: every room. Nobody imports this package.
"""
