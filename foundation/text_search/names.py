"""Names of the databases' own search structures, shared by those who make them and those who ask them."""

from django.db import models
from django.db.backends.utils import names_digest


def full_text_table(model: type[models.Model]) -> str:
    """The FTS5 table of a model on SQLite."""
    return f"{model._meta.db_table}_fts"


def vector_column(column: str) -> str:
    """The generated tsvector column beside a StemsField's column on PostgreSQL."""
    return f"{column}_tsv"


def gin_index(table: str, column: str) -> str:
    """The GIN index on that column; PostgreSQL would cut a name longer than 63 bytes."""
    return f"{table[:30]}_{column[:16]}_{names_digest(table, column, length=8)}_gin"
