"""The table of a batch: its columns, which file of a batch is it, what its rows say and what is wrong with them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from communities.exchange.lists import ReferenceCell
from foundation.exchange.cells import CellError, decimal, quote, text_of, tidy, unprotect
from foundation.exchange.tables import Column, Table
from resources.exchange.materials import MATERIALS, education_level, material_type, purpose, subject
from resources.models import Equipment, Material

equipment = ReferenceCell(Equipment)
_LISTS = (material_type, subject, education_level, purpose, equipment)
_minutes = decimal(1, 999, 0)

# Of the table of materials of the exchange format those that a draft has, and three more.
TAKEN = ("title", "type", "subject", "grades", "education_level", "licence", "purpose", "visibility", "annotation")
_file = next(column for column in MATERIALS.columns if column.name == "file")
COLUMNS = (
    Column(_file.name, _file.title, _file.parse, required=True),
    *(Column(column.name, column.title, column.parse, lines=column.lines) for column in MATERIALS.columns if column.name in TAKEN),
    Column("topic", "Тема", text_of(Material, "topic")),
    Column("equipment", "Оборудование", equipment),
    Column("duration_minutes", "Минуты", lambda cell: int(_minutes(cell))),
)
BATCH_TABLE = Table("materials", "Материалы", COLUMNS)
# Columns of the exchange format that say nothing of a draft: left out without a word of reproach.
ELSEWHERE = frozenset({"id", "status", "community", "authors", "published_on"})
TABLE_NAMES = frozenset({"materials", "материалы"})


@dataclass
class TableRow:
    """A row as it was read: number in the spreadsheet, paths of its files, values by field name, `row:column: what is wrong`."""

    number: int
    paths: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@dataclass
class ReadTable:
    """All of a table; `problems` are those of the table as a whole, and then there are no rows."""

    rows: list[TableRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def at(row: int, column: str, message: str) -> str:
    """`row:column: what is wrong and what was expected`, as an import says it."""
    return f"{row}:{column or '-'}: {message}"


def is_table(header: Sequence[str]) -> bool:
    """Whether a header row is that of a table of files: it names the files and something about them."""
    found = {column.name for cell in header if (column := BATCH_TABLE.column_called(cell))}
    return "file" in found and len(found) > 1


def read_rows(name: str, numbered: Sequence[tuple[int, Sequence[str]]]) -> ReadTable:
    """Understand the rows of a table called `name`; the first of them is the header."""
    for parser in _LISTS:
        parser.forget()
    read = ReadTable()
    if not numbered:
        read.problems.append(_("The table “%(name)s” is empty; expected a header row and a row for each material.") % {"name": quote(name)})
        return read
    number, header = numbered[0]
    columns = list(_columns(number, header, read))
    if not any(column.name == "file" for _place, column in columns):
        shown = _("%(russian)s (or %(english)s)") % {"russian": ", ".join(c.title for c in COLUMNS), "english": ", ".join(c.name for c in COLUMNS)}
        read.problems.append(at(number, "file", _("the table has no column of this name; expected columns are: %(columns)s") % {"columns": shown}))
    if not read.problems:
        read.rows = [_row(number, cells, columns) for number, cells in numbered[1:]]
    return read


def _columns(number: int, header: Sequence[str], read: ReadTable) -> Iterator[tuple[int, Column]]:
    found: set[str] = set()
    for place, cell in enumerate(header):
        column = BATCH_TABLE.column_called(cell)
        if column is None:
            if tidy(cell) and not any(tidy(cell).casefold() in (c.name, c.title.casefold()) for c in MATERIALS.columns if c.name in ELSEWHERE):
                expected = ", ".join(f"{c.title}" for c in COLUMNS)
                read.notes.append(at(number, quote(tidy(cell)), _("unknown column, it was left out; expected one of: %(columns)s") % {"columns": expected}))
        elif column.name in found:
            read.problems.append(at(number, column.name, _("the column stands there twice; expected it once")))
        else:
            found.add(column.name)
            yield place, column


def _row(number: int, cells: Sequence[str], columns: Sequence[tuple[int, Column]]) -> TableRow:
    row = TableRow(number)
    for place, column in columns:
        cell = unprotect(tidy(cells[place], lines=column.lines)) if place < len(cells) else ""
        if not cell:
            if column.required:
                row.problems.append(at(number, column.name, _("the cell is empty; expected the name of a file")))
            continue
        try:
            value = column.parse(cell)
        except CellError as error:
            row.problems.append(at(number, column.name, str(error)))
            continue
        if column.name == "file":
            row.paths = value
        else:
            row.values[column.name] = value
    return row
