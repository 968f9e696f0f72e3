"""Lists that are read along an index until a page is full, on both databases."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement
from django.db.models import Case, F, Q, Subquery, Value, When
from django.db.models.expressions import Expression


class NullsLastIndex(models.Index):
    """Answers `order_by(F(…).desc(nulls_last=True), …)` without sorting.

    SQLite keeps NULL behind everything in a descending index; PostgreSQL before everything unless it is told, and then does not use the
    index for such an order. Django's expressions cannot say it for both: SQLite refuses NULLS LAST in an index.
    """

    def create_sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor, using: str = "", **kwargs: Any) -> Statement:
        """The statement, with NULLS LAST for each descending column that may be empty."""
        statement = super().create_sql(model, schema_editor, using, **kwargs)
        if schema_editor.connection.vendor == "postgresql":
            columns: Any = statement.parts["columns"]
            columns.col_suffixes = [f"{order} NULLS LAST" if order and model._meta.get_field(name).null else order for name, order in self.fields_orders]
        return statement


class Among(Expression):
    """Whether a column is one of the keys that a subquery names, which is asked once.

    PostgreSQL's planner charges an IN (SELECT …) inside a condition to every row it thinks to fetch, and reads whole tables instead;
    an array is made before anything else.
    """

    conditional = True

    def __init__(self, column: Any, keys: Any) -> None:
        super().__init__(output_field=models.BooleanField())
        self.sources = [F(column) if isinstance(column, str) else column, Subquery(keys) if isinstance(keys, models.QuerySet) else keys]

    def get_source_expressions(self) -> list[Any]:
        return self.sources

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.sources = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Nothing is among no keys."""
        column, column_params = compiler.compile(self.sources[0])
        keys, params = compiler.compile(self.sources[1])
        among = f"= ANY(ARRAY{keys})" if connection.vendor == "postgresql" else f"IN {keys}"
        return f"{column} {among}", (*column_params, *params)


def in_passing(condition: Q) -> Case:
    """The condition, asked of each row that a query comes to, never used to choose an index.

    Rights hold for most rows of a shelf: both planners think they select much less, gather tens of thousands of rows by them and sort those
    for a page of twenty. So the order, the words or the facets choose the rows, and what the reader may not see is stepped over.
    """
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=models.BooleanField())
