"""Descriptions of tables, and what a room implements to bring one in and to give it out."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from foundation.exchange import cells
from foundation.exchange.cells import Parser
from foundation.text_search.folding import fold

if TYPE_CHECKING:
    from foundation.exchange.importing import Import


@dataclass(frozen=True)
class Column:
    """A column: English name, Russian title, how a filled cell is read. `refers` names the table whose ids the values are."""

    name: str
    title: str
    parse: Parser
    required: bool = False
    refers: str = ""
    lines: bool = False


@dataclass(frozen=True)
class Table:
    """A table: English name (the file's or sheet's), Russian title, columns in the order of export. One named `id` is the sender's key."""

    name: str
    title: str
    columns: tuple[Column, ...]

    @property
    def has_id(self) -> bool:
        return any(column.name == "id" for column in self.columns)

    def column_called(self, header: str) -> Column | None:
        """The column of a header cell, by name or title in any case."""
        wanted = fold(header)
        return next((column for column in self.columns if wanted in (fold(column.name), fold(column.title))), None) if wanted else None


@dataclass(slots=True)
class Row:
    """One read row: its number in the spreadsheet and the values of the columns that the table has; an empty cell is None."""

    number: int
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        """The value; None for an empty cell and for a column that the table lacks."""
        return self.values.get(name)

    def has(self, name: str) -> bool:
        """Whether the table has the column at all: without it, nothing is said about existing rows."""
        return name in self.values


@dataclass
class Counts:
    """What became of the rows of a table."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


class TableImport:
    """Brings one table in. `check` sees every row before anything is written, `write` the same rows again in batches, inside the transaction."""

    table: Table

    def __init__(self, run: "Import") -> None:
        self.run = run
        self.counts = Counts()

    def existing(self) -> Mapping[str, int]:
        """The sender's ids that the portal knows already, with their primary keys. Asked once, before the first row."""
        return {}

    def check(self, row: Row) -> None:
        """Report what is wrong with a row beyond its cells, and take note of what later tables need."""

    def checked(self) -> None:
        """After the last row of all tables: what only the whole tells."""

    def write(self, rows: list[Row]) -> None:
        """Write one batch."""
        raise NotImplementedError

    def written(self) -> None:
        """After the last batch of this table."""

    def undone(self) -> None:
        """The transaction failed: take back what is not in the database."""

    def error(self, row: Row, column: str, message: str) -> None:
        self.run.problems.error(self.table.name, row.number, column, message)

    def warn(self, row: Row, column: str, message: str) -> None:
        self.run.problems.warn(self.table.name, row.number, column, message)


class TableExport:
    """Gives one table out: rows in an order that both databases agree on, values by column name."""

    table: Table

    def rows(self) -> Iterator[dict[str, Any]]:
        raise NotImplementedError

    def files(self) -> Iterable[tuple[str, str]]:
        """Paths inside the folder and names in storage that the rows speak of; asked after the last row."""
        return ()


class TakenSlugs:
    """Free addresses without a query each: all taken ones are held in memory."""

    def __init__(self, taken: Iterable[str], reserved: Iterable[str] = ()) -> None:
        self._taken = {*taken, *reserved}
        self._next: dict[str, int] = {}

    def take(self, base: str) -> str:
        """`base`, or `base` with the first free number from 2 on."""
        slug, number = base, self._next.get(base, 2)
        while slug in self._taken:
            slug, number = f"{base}-{number}", number + 1
        self._next[base] = number
        self._taken.add(slug)
        return slug


def written_cell(value: Any, *, lines: bool = False) -> str:
    """A value as the text of a cell, protected from being taken for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return cells.protect(f"{value.normalize():f}")
    if isinstance(value, list | tuple):
        return cells.protect(cells.join_list(cells.tidy(cells.without_strange(str(item))) for item in value))
    return cells.protect(cells.tidy(cells.without_strange(str(value)), lines=lines))


def written_row(table: Table, values: Mapping[str, Any]) -> list[str]:
    """One row of an export, in the order of the columns."""
    return [written_cell(values.get(column.name), lines=column.lines) for column in table.columns]
