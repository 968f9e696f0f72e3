"""Running an import: everything is read and checked first, then read again and written in one transaction."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from foundation.exchange.cells import CellError, is_strange, quote, tidy, unprotect
from foundation.exchange.problems import Problems
from foundation.exchange.sources import Source, SourceError
from foundation.exchange.tables import Column, Row, Table, TableImport
from foundation.text_search.folding import fold

BATCH = 500
# Table name, rows done so far.
Progress = Callable[[str, int], None]


class SourceChanged(Exception):
    """The tables are not the ones that were checked a moment ago."""


class Import:
    """One run over a source. `imports` come in an order in which a table refers only to earlier ones.

    `later` names known tables that no room reads yet. `ids` holds per table what every sender's id stands for: a primary key, or None
    while the row is still to be written. `earliest` holds per (table, id) the first day on which the import shows it at work.
    """

    def __init__(self, source: Source, imports: Sequence[type[TableImport]], *, progress: Progress, later: Sequence[str] = ()) -> None:
        self.source = source
        self.problems = Problems()
        self.ids: dict[str, dict[str, int | None]] = {}
        self.earliest: dict[tuple[str, str], datetime.date] = {}
        self.notes: dict[str, Any] = {}
        self.imports = [kind(self) for kind in imports]
        self._progress = progress
        self._places = self._find_tables(later)

    # --- what tables ask ------------------------------------------------------------------------------------------

    def pk(self, table: str, sender_id: str) -> int:
        """The primary key behind a checked reference; rows it refers to are written by now."""
        found = self.ids[table][sender_id]
        if found is None:
            raise SourceChanged(sender_id)
        return found

    def note_day(self, table: str, sender_id: str | None, day: datetime.date | None) -> None:
        """Remember that an object existed on a day, for tables that do not say since when."""
        if sender_id and day:
            known = self.earliest.get((table, sender_id))
            self.earliest[table, sender_id] = min(known, day) if known else day

    # --- the two passes ---------------------------------------------------------------------------------------------

    def check(self) -> Problems:
        """Read everything, write nothing; all errors and warnings are in the answer."""
        for entry in self.imports:
            self.ids[entry.table.name] = dict(entry.existing())
            first_rows: dict[str, int] = {}
            rows = 0
            for rows, row, sound in self._rows(entry.table, self.problems, first_rows):
                if sound:
                    entry.check(row)
                if rows % BATCH == 0:
                    self._progress(entry.table.name, rows)
            if rows:
                self._progress(entry.table.name, rows)
        for entry in self.imports:
            entry.checked()
        return self.problems

    def write(self) -> None:
        """Write what `check` found sound; inside the caller's transaction. Raises SourceChanged when the source differs by now."""
        for entry in self.imports:
            batch: list[Row] = []
            done = 0
            again = Problems()
            for done, row, _sound in self._rows(entry.table, again, {}):
                batch.append(row)
                if len(batch) == BATCH:
                    self._write(entry, batch, again)
                    self._progress(entry.table.name, done)
                    batch = []
            self._write(entry, batch, again)
            entry.written()
            if done:
                self._progress(entry.table.name, done)

    def _write(self, entry: TableImport, batch: list[Row], again: Problems) -> None:
        if again.error_count:
            raise SourceChanged(again.errors[0])
        if batch:
            entry.write(batch)

    # --- reading ------------------------------------------------------------------------------------------------------

    def _find_tables(self, later: Sequence[str]) -> dict[str, str]:
        known = {fold(word): entry.table.name for entry in self.imports for word in (entry.table.name, entry.table.title)}
        places: dict[str, str] = {}
        for raw in self.source.names():
            shown = quote(raw)
            name = known.get(fold(raw))
            if name is None and fold(raw) in map(fold, later):
                self.problems.warn(shown, 0, "", _("this table is not supported yet and was left out"))
            elif name is None:
                self.problems.warn(shown, 0, "", _("no table has this name; it was left out"))
            elif name in places:
                self.problems.error(name, 1, "", _("the table is there twice; expected one file or sheet"))
            else:
                places[name] = raw
        for extra in self.source.other_files():
            self.problems.warn(quote(extra), 0, "", _("not a table; it was left out"))
        return places

    def _rows(self, table: Table, problems: Problems, first_rows: dict[str, int]) -> Iterator[tuple[int, Row, bool]]:
        """Number so far, the row, and whether all its cells are sound. Blank rows are passed over."""
        if table.name not in self._places:
            return
        reader = _Reader(table, self.ids, problems, first_rows)
        count = last = 0
        try:
            for number, cells in self.source.rows(self._places[table.name], table):
                last = number
                if not any(map(str.strip, cells)):
                    continue
                if reader.header is None:
                    reader.read_header(number, cells)
                    continue
                row, sound = reader.read(number, cells)
                count += 1
                yield count, row, sound
        except SourceError as error:
            problems.error(table.name, last + 1, "", str(error))


class _Reader:
    """Turns the rows of one table into values and reports what does not fit."""

    def __init__(self, table: Table, ids: Mapping[str, dict[str, int | None]], problems: Problems, first_rows: dict[str, int]) -> None:
        self.table, self.ids, self.problems, self.first_rows = table, ids, problems, first_rows
        self.header: list[tuple[int, Column]] | None = None
        self.width = 0

    def read_header(self, number: int, cells: list[str]) -> None:
        self.header = []
        found: set[str] = set()
        self.width = max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)
        for place, cell in enumerate(cells):
            column = self.table.column_called(unprotect(cell))
            if column is None:
                if tidy(cell):
                    self.problems.warn(self.table.name, number, quote(tidy(cell)), _("no column has this name; it was left out"))
            elif column.name in found:
                self.problems.error(self.table.name, number, column.name, _("the column is there twice; expected it once"))
            else:
                found.add(column.name)
                self.header.append((place, column))
        for column in self.table.columns:
            if column.required and column.name not in found:
                message = _("the column is missing; expected “%(name)s” or “%(title)s” in the first row") % {"name": column.name, "title": column.title}
                self.problems.error(self.table.name, number, column.name, message)

    def read(self, number: int, cells: list[str]) -> tuple[Row, bool]:
        before = self.problems.error_count
        values: dict[str, Any] = {}
        for place, column in self.header or []:
            values[column.name] = self._value(number, column, cells[place] if place < len(cells) else "")
        if any(cell.strip() for cell in cells[self.width :]):
            self._error(number, "", _("the row has more cells than the header; expected %(count)s") % {"count": self.width})
        if values.get("id") is not None:
            self._register(number, values["id"])
        return Row(number, values), self.problems.error_count == before

    def _value(self, number: int, column: Column, raw: str) -> Any:
        text = unprotect(raw)
        if not tidy(text):
            if column.required:
                self._error(number, column.name, _("the cell is empty; expected a value"))
            return None
        try:
            value = column.parse(text)
        except CellError as error:
            self._error(number, column.name, str(error))
            return None
        if column.refers:
            self._resolve(number, column, value)
        return value

    def _resolve(self, number: int, column: Column, value: str | list[str]) -> None:
        known = self.ids.get(column.refers, {})
        for sender_id in [value] if isinstance(value, str) else value:
            if sender_id not in known:
                message = _("“%(value)s” is unknown; expected an id of the table %(table)s, here or in the portal")
                self._error(number, column.name, message % {"value": quote(sender_id), "table": column.refers})

    def _register(self, number: int, sender_id: str) -> None:
        if sender_id in self.first_rows:
            message = _("“%(value)s” stands in row %(row)s already; expected an id of its own")
            self._error(number, "id", message % {"value": quote(sender_id), "row": self.first_rows[sender_id]})
            return
        self.first_rows[sender_id] = number
        self.ids[self.table.name].setdefault(sender_id, None)

    def _error(self, number: int, column: str, message: str) -> None:
        self.problems.error(self.table.name, number, column, message)


def safe_path(text: str) -> str:
    """A path inside the folder as it stands in a cell, with `/` between its parts. Raises CellError for one that leads elsewhere."""
    path = tidy(text).replace("\\", "/")
    parts = path.split("/")
    if not path or path.startswith("/") or ":" in parts[0] or any(part in ("", ".", "..") for part in parts) or any(map(is_strange, path)):
        raise CellError(_("“%(value)s” is no path inside the folder; expected something like files/lesson.docx") % {"value": quote(text)})
    return path
