"""Search in Russian and English words of any form, with the same hits on SQLite and PostgreSQL.

A model keeps `index_text(title, …)` in a `fields.StemsField`; `filter(stems__match=parse_query(text))` finds its rows; `highlight` and
`snippet` show why. The databases' own indexes are made after every `migrate` by `schema.connect`.
"""

from foundation.text_search.document import index_text
from foundation.text_search.highlight import highlight, snippet
from foundation.text_search.query import Query, parse_query

__all__ = ["Query", "highlight", "index_text", "parse_query", "snippet"]
