"""`filter(stems__match=parse_query(text))` on both databases."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Lookup

from foundation.text_search.names import full_text_table, vector_column
from foundation.text_search.query import Query


class Match(Lookup):
    """Whether a StemsField answers a `Query`. Needs a plain field of a model, also one reached through joins. An empty query has no answers."""

    lookup_name = "match"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Any) -> None:
        if not isinstance(rhs, Query):
            raise TypeError("The lookup 'match' takes what parse_query() returned.")
        super().__init__(lhs, rhs)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Other databases have no way to answer; Django reports it when the query is made."""
        raise NotImplementedError(f"Text search does not know the database {connection.vendor}.")

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[str, ...]]:
        """Ask the model's FTS5 table for the primary keys."""
        if self.rhs.is_empty:
            raise EmptyResultSet
        field = self.lhs.target
        quote = connection.ops.quote_name
        index = quote(full_text_table(field.model))
        key = f"{compiler.quote_name_unless_alias(self.lhs.alias)}.{quote(field.model._meta.pk.column)}"
        # Names come from the model, the query is a parameter.
        return f"{key} IN (SELECT rowid FROM {index} WHERE {index} MATCH %s)", (self.rhs.to_fts5(field.column),)  # noqa: S608

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str, ...]]:
        """Ask the tsvector column that stands beside the field's."""
        if self.rhs.is_empty:
            raise EmptyResultSet
        vector = f"{compiler.quote_name_unless_alias(self.lhs.alias)}.{connection.ops.quote_name(vector_column(self.lhs.target.column))}"
        return f"{vector} @@ to_tsquery('simple'::regconfig, %s)", (self.rhs.to_tsquery(),)
