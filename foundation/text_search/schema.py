"""The databases' own search structures: made, checked and rebuilt here, never in a room's migrations.

SQLite: one FTS5 table per model, which reads the texts from the model's table, kept right by triggers: bulk_create, update, delete and raw SQL are covered.
Rebuilding a table, as Django does on SQLite for many migrations, drops its triggers; so everything is looked over after each `migrate`.
PostgreSQL: a generated tsvector column with a GIN index per StemsField, which the database keeps right. An index on the expression alone would
have to make the vectors of all candidates again for every phrase: 430 ms instead of 3 ms for 300 long documents.
"""

from typing import Any

from django.apps import AppConfig
from django.db import connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate

from foundation.text_search.fields import StemsField
from foundation.text_search.names import full_text_table, gin_index, vector_column


def connect() -> None:
    """Look after the text indexes of every app's models after each `migrate`. For an AppConfig's `ready`."""
    post_migrate.connect(_ensure_text_indexes, dispatch_uid="foundation.text_search")


def stems_fields(model: type[models.Model]) -> list[StemsField]:
    """The StemsFields kept in the model's own table."""
    return [field for field in model._meta.local_fields if isinstance(field, StemsField)]


def ensure_text_index(model: type[models.Model], connection: BaseDatabaseWrapper) -> None:
    """Create what is missing or outdated of a model's text index, filled from the rows that are there; changes nothing when all is well."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for field in stems_fields(model):
                cursor.execute("SELECT 1 FROM pg_indexes WHERE schemaname = current_schema() AND indexname = %s", [_gin_index(field)])
                if cursor.fetchone() is None:
                    for statement in _postgresql_statements(field, connection):
                        cursor.execute(statement)
            return
        wanted = _sqlite_statements(model, connection)
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE name IN (%s, %s, %s, %s)", list(wanted))
        if dict(cursor.fetchall()) != wanted:
            drop_text_index(model, connection)
            for statement in wanted.values():
                cursor.execute(statement)
            rebuild_text_index(model, connection)


def rebuild_text_index(model: type[models.Model], connection: BaseDatabaseWrapper) -> None:
    """Fill a model's existing text index anew from the rows of its table."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for field in stems_fields(model):
                cursor.execute(f"REINDEX INDEX {connection.ops.quote_name(_gin_index(field))}")
        else:
            table = connection.ops.quote_name(full_text_table(model))
            cursor.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")  # noqa: S608 - a name from the model


def drop_text_index(model: type[models.Model], connection: BaseDatabaseWrapper) -> None:
    """Remove a model's text index, as before a migration that removes a StemsField.

    Until `ensure_text_index` makes it again, searches fail.
    """
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for field in stems_fields(model):
                cursor.execute(f"ALTER TABLE {quote(model._meta.db_table)} DROP COLUMN IF EXISTS {quote(vector_column(field.column))}")
        else:
            table, *triggers = _sqlite_statements(model, connection)
            for trigger in triggers:
                cursor.execute(f"DROP TRIGGER IF EXISTS {quote(trigger)}")
            cursor.execute(f"DROP TABLE IF EXISTS {quote(table)}")


def _ensure_text_indexes(sender: AppConfig, using: str, **kwargs: Any) -> None:
    connection = connections[using]
    for model in sender.get_models():
        fields = stems_fields(model)
        if not fields or not model._meta.managed or model._meta.proxy or not router.allow_migrate_model(using, model):
            continue
        with connection.cursor() as cursor:
            table = model._meta.db_table
            # `migrate <app> zero` or an early migration leaves the table or the column out.
            tables = connection.introspection.table_names(cursor)
            columns = {column.name for column in connection.introspection.get_table_description(cursor, table)} if table in tables else set()
        if columns.issuperset(field.column for field in fields):
            ensure_text_index(model, connection)


def _gin_index(field: StemsField) -> str:
    return gin_index(field.model._meta.db_table, field.column)


def _postgresql_statements(field: StemsField, connection: BaseDatabaseWrapper) -> list[str]:
    quote = connection.ops.quote_name
    table, vector = quote(field.model._meta.db_table), quote(vector_column(field.column))
    expression = f"to_tsvector('simple'::regconfig, {quote(field.column)})"
    return [
        f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {vector} tsvector GENERATED ALWAYS AS ({expression}) STORED",
        f"CREATE INDEX {quote(_gin_index(field))} ON {table} USING gin ({vector})",
    ]


def _sqlite_statements(model: type[models.Model], connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The FTS5 table and its triggers, by name, exactly as sqlite_master keeps them."""
    quote = connection.ops.quote_name
    name = full_text_table(model)
    index, table, key = quote(name), quote(model._meta.db_table), quote(str(model._meta.pk.column))
    columns = [quote(field.column) for field in stems_fields(model)]
    listed = ", ".join(columns)
    old, new = (", ".join(f"{row}.{column}" for column in [key, *columns]) for row in ("old", "new"))
    forget = f"INSERT INTO {index} ({index}, rowid, {listed}) VALUES ('delete', {old});"  # noqa: S608 - names from the model
    learn = f"INSERT INTO {index} (rowid, {listed}) VALUES ({new});"  # noqa: S608
    options = f"""content={table}, content_rowid={key}, tokenize="unicode61 remove_diacritics 0\""""
    return {
        name: f"CREATE VIRTUAL TABLE {index} USING fts5({listed}, {options})",
        f"{name}_insert": f"CREATE TRIGGER {quote(f'{name}_insert')} AFTER INSERT ON {table} BEGIN {learn} END",
        f"{name}_update": f"CREATE TRIGGER {quote(f'{name}_update')} AFTER UPDATE OF {key}, {listed} ON {table} BEGIN {forget} {learn} END",
        f"{name}_delete": f"CREATE TRIGGER {quote(f'{name}_delete')} AFTER DELETE ON {table} BEGIN {forget} END",
    }
