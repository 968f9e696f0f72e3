"""Import and export of all rooms' tables, audited."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

import communities.exchange
import events.exchange
import metrics.exchange
import resources.exchange
from communities.actions.audit import write_audit
from communities.models import Teacher
from foundation.exchange.importing import BATCH, Import, Progress, SourceChanged
from foundation.exchange.problems import Problems
from foundation.exchange.sinks import Sink, open_sink
from foundation.exchange.sources import open_source
from foundation.exchange.tables import Counts, TableExport, written_row
from foundation.files.errors import FileRejected, StorageTrouble
from foundation.files.storage import open_stored

# A table refers only to earlier ones.
IMPORTS = (*communities.exchange.IMPORTS, *resources.exchange.IMPORTS, *events.exchange.IMPORTS, *metrics.exchange.IMPORTS)
EXPORTS = (*communities.exchange.EXPORTS, *resources.exchange.EXPORTS, *events.exchange.EXPORTS, *metrics.exchange.EXPORTS)
# Tables of the format whose rooms come later.
LATER: tuple[str, ...] = ()


class ImportRefused(Exception):
    """Nothing was written; the argument says why."""


@dataclass
class Imported:
    """What an import found and did. `counts` is empty when nothing was written: errors, or a mere check."""

    problems: Problems
    counts: dict[str, Counts] = field(default_factory=dict)


def _nothing(table: str, rows: int) -> None:
    """Progress that nobody watches."""


def run_import(path: Path, *, check: bool = False, by: Teacher | None = None, progress: Progress = _nothing) -> Imported:
    """Read the tables at `path`; without errors, and unless it is a mere `check`, write them in one transaction.

    `by` is the administrator for the audit log, None on the command line. Raises SourceError, and ImportRefused when portal or tables
    change under the import.
    """
    source = open_source(path)
    try:
        run = Import(source, IMPORTS, later=LATER, progress=progress)
        problems = run.check()
        if problems.error_count or check:
            return Imported(problems)
        return Imported(problems, _write(run, by))
    finally:
        source.close()


def _write(run: Import, by: Teacher | None) -> dict[str, Counts]:
    try:
        with transaction.atomic():
            run.write()
            counts = {entry.table.name: entry.counts for entry in run.imports}
            rows = {name: [count.created, count.updated, count.unchanged] for name, count in counts.items()}
            _audit("import-network", by, rows=rows)
    except BaseException as failure:
        for entry in run.imports:
            entry.undone()
        if isinstance(failure, StorageTrouble):
            raise ImportRefused(f"{failure.words} ({failure})") from failure
        if isinstance(failure, IntegrityError | SourceChanged | FileRejected | FileNotFoundError):
            raise ImportRefused(_("The portal or the tables have changed during the import. Nothing was written; please try again.")) from failure
        raise
    return counts


def run_export(path: Path, *, by: Teacher | None = None, progress: Progress = _nothing) -> dict[str, int]:
    """Write all tables and the materials' files to `path`: a folder, a `.zip` or an `.xlsx` with `files/` beside it. Answers rows per table.

    Objects without a sender's id get one that stays: the slug of municipalities, schools and communities, `teacher-<number>`,
    `material-<number>`. Raises SourceError when something is at `path` already, ImportRefused when the portal was changing too fast.
    """
    counts: dict[str, int] = {}
    try:
        with open_sink(path) as sink, _snapshot():
            exports = [kind() for kind in EXPORTS]
            for export in exports:
                counts[export.table.name] = _give(export, sink, progress)
            for export in exports:
                for place, stored_name in export.files():
                    with open_stored(stored_name) as stream:
                        sink.file(place, stream)
            _audit("export-network", by, rows=counts)
    except OperationalError as failure:
        raise ImportRefused(_("The portal was changing during the export. Please try again.")) from failure
    except StorageTrouble as trouble:
        raise ImportRefused(f"{trouble.words} ({trouble})") from trouble
    return counts


@contextmanager
def _snapshot() -> Iterator[None]:
    """One transaction that sees one state of the portal: on SQLite each does, PostgreSQL is told so."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _give(export: TableExport, sink: Sink, progress: Progress) -> int:
    table = export.table
    count = 0

    def rows() -> Iterator[list[str]]:
        nonlocal count
        for values in export.rows():
            count += 1
            yield written_row(table, values)
            if count % BATCH == 0:
                progress(table.name, count)

    sink.table(table.name, [column.name for column in table.columns], rows())
    progress(table.name, count)
    return count


def _audit(action: str, by: Teacher | None, **details: object) -> None:
    """The whole network is no row of its own: the line points at the kind of row that matters most, people."""
    write_audit(action, by=by, target=ContentType.objects.get_for_model(Teacher), **details)
