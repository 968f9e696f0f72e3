"""`filter(stems__match=parse_query(text))` and `filter(KeyMatch(…))` on both databases."""

import enum
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import Lookup
from django.db.models.expressions import Expression, F

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


class Leads(enum.Enum):
    """Which part of a query chooses the rows that the others are asked about."""

    # The full-text index: few documents answer.
    WORDS = "words"
    # The index of the list's order: so many answer that a page is full after a few steps.
    ORDER = "order"


class KeyMatch(Expression):
    """Whether the document that `key` names answers a `Query`: a condition for `filter` and `When` without a join to the documents.

    The documents are long and lie apart; a join would read one page of the disk for each candidate. As a rule the index is asked first and the
    rows are fetched by the keys it holds: right for few matches. Neither planner knows well how many there are, so the caller says who `leads`.
    """

    conditional = True

    def __init__(self, model: type[models.Model], field: str, query: Query, *, key: Any = "pk", leads: Leads = Leads.WORDS) -> None:
        super().__init__(output_field=models.BooleanField())
        self.model, self.place, self.query, self.leads = model, field, query, leads
        self.key = F(key) if isinstance(key, str) else key

    def get_source_expressions(self) -> list[Any]:
        return [self.key]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.key,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Other databases have no way to answer; Django reports it when the query is made."""
        raise NotImplementedError(f"Text search does not know the database {connection.vendor}.")

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """A unary plus keeps SQLite from fetching rows by the keys; the set of keys is made once either way."""
        key, params = self._compiled_key(compiler)
        index = connection.ops.quote_name(full_text_table(self.model))
        column = self.model._meta.get_field(self.place).column  # type: ignore[union-attr]
        # Names come from the model, the query is a parameter.
        sql = f"{'+' if self.leads == Leads.ORDER else ''}{key} IN (SELECT rowid FROM {index} WHERE {index} MATCH %s)"  # noqa: S608
        return sql, (*params, self.query.to_fts5(str(column)))

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """OFFSET 0 keeps PostgreSQL from making a join of the question about one row."""
        key, params = self._compiled_key(compiler)
        quote = connection.ops.quote_name
        table, its_key = quote(self.model._meta.db_table), quote(str(self.model._meta.pk.column))
        vector = quote(vector_column(str(self.model._meta.get_field(self.place).column)))  # type: ignore[union-attr]
        matches = f"FROM {table} document WHERE document.{vector} @@ to_tsquery('simple'::regconfig, %s)"
        if self.leads == Leads.ORDER:
            return f"EXISTS(SELECT 1 {matches} AND document.{its_key} = {key} OFFSET 0)", (self.query.to_tsquery(), *params)
        return f"{key} IN (SELECT document.{its_key} {matches})", (*params, self.query.to_tsquery())

    def _compiled_key(self, compiler: Any) -> tuple[str, tuple[Any, ...]]:
        if self.query.is_empty:
            raise EmptyResultSet
        key, params = compiler.compile(self.key)
        return key, tuple(params)
