"""Millions of rows at once: for loads into an empty portal, where the ORM's work on each row would take most of the time.

The caller gives the keys itself (`KeysOf`), so that children can name their parents before anything is written, and tells the database afterwards
which keys are taken (`end_of_keys`). Nothing here asks fields for defaults or validates: rows come whole.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from operator import attrgetter
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

# Distinct values of one column whose form for the database is remembered: days and moments repeat.
REMEMBERED = 4096
# Stands for NULL where rows travel as text; no value of a form or a file holds this sign.
NULL = "\x02"


def insert_objects(objects: Sequence[models.Model]) -> None:
    """Insert unsaved objects of one model as they are, keys included. About 5 µs an object beside the database's own work, a tenth of `bulk_create`."""
    if objects:
        names = [field.attname for field in objects[0]._meta.concrete_fields]
        insert_rows(type(objects[0]), names, map(attrgetter(*names), objects))


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows whose values stand in the order of `names` (`teacher_id`, not `teacher`): by COPY on PostgreSQL, by one prepared statement on SQLite.

    Rows of one call are held in memory on PostgreSQL: some thousand at a time.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(str(fields[name].column)) for name in names)
    forms = [(place, form) for place, form in enumerate(map(_form, [fields[name] for name in names])) if form is not None]
    ready = _formed(rows, forms) if forms else rows
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = io.StringIO()
            csv.writer(lines).writerows([NULL if value is None else value for value in row] for row in ready)
            lines.seek(0)
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '{NULL}')", lines)
        else:
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", ready)  # type: ignore[arg-type] # noqa: S608 - any rows will do; names from the model


def _formed(rows: Iterable[Sequence[Any]], forms: Sequence[tuple[int, Callable[[Any], Any]]]) -> Iterator[Sequence[Any]]:
    for row in rows:
        formed = list(row)
        for place, form in forms:
            formed[place] = form(formed[place])
        yield formed


def _form(field: models.Field) -> Callable[[Any], Any] | None:
    """How a value of the field is written; None where it is as it stands."""
    if isinstance(field, models.JSONField):
        return lambda value: None if value is None else json.dumps(value, cls=field.encoder)
    if connection.vendor == "postgresql":
        return (lambda value: f"\\x{bytes(value).hex()}") if isinstance(field, models.BinaryField) else None
    if isinstance(field, models.DateField):
        return lru_cache(REMEMBERED)(lambda value: field.get_db_prep_save(value, connection))
    plain = isinstance(field, models.CharField | models.TextField | models.IntegerField | models.BooleanField | models.BinaryField | models.ForeignKey)
    return None if plain else lambda value: field.get_db_prep_save(value, connection)


class KeysOf:
    """Free keys of a model, one after another: `next(keys)`."""

    def __init__(self, model: type[models.Model]) -> None:
        last = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
        self._keys = count((last or 0) + 1)

    def __next__(self) -> int:
        return next(self._keys)


def end_of_keys(*written: type[models.Model]) -> None:
    """Rows with keys of our own are written: the database goes on after the highest. SQLite does so by itself."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(written)):
            cursor.execute(statement)


@contextmanager
def without_indexes(*filled: type[models.Model]) -> Iterator[None]:
    """The models' tables without secondary indexes (on PostgreSQL: and without foreign keys) until the rows are there; then all are made again in one go.

    Inside one transaction, so that a load that breaks, even by a power cut, leaves every index as it was.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("without_indexes() must run inside the transaction of the load")
    with connection.cursor() as cursor:
        tables = [model._meta.db_table for model in filled]
        drop, create = _postgresql_extras(cursor, tables) if connection.vendor == "postgresql" else _sqlite_indexes(cursor, tables)
        for statement in drop:
            cursor.execute(statement)
    yield
    with connection.cursor() as cursor:
        for statement in create:
            cursor.execute(statement)


def _sqlite_indexes(cursor: CursorWrapper, tables: Sequence[str]) -> tuple[list[str], list[str]]:
    marks = ", ".join(["%s"] * len(tables))
    cursor.execute(f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%%' AND tbl_name IN ({marks})", tables)  # noqa: S608
    found = cursor.fetchall()
    return [f"DROP INDEX {connection.ops.quote_name(name)}" for name, _sql in found], [sql for _name, sql in found]


def _postgresql_extras(cursor: CursorWrapper, tables: Sequence[str]) -> tuple[list[str], list[str]]:
    # Pending checks of rows written before would forbid the changes.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(
        "SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),"
        " format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))"
        " FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY (%s::regclass[])",
        [list(tables)],
    )
    keys = cursor.fetchall()
    cursor.execute(
        "SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)"
        " FROM pg_index WHERE NOT indisunique AND indrelid = ANY (%s::regclass[])",
        [list(tables)],
    )
    indexes = cursor.fetchall()
    # Indexes first: they help no check, but the checks of the keys are the last word.
    return [drop for drop, _create in keys + indexes], [create for _drop, create in indexes + keys]
