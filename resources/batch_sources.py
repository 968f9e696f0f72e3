"""What a batch was sent as, understood: archives listed, the table found and read, rows and files brought together. Nothing here writes."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.files.bundles import TABLE_KINDS, list_bundle, read_table, take_member
from foundation.files.errors import FileRejected
from foundation.files.storage import new_temporary
from foundation.text_search.folding import fold
from resources.batch_table import TABLE_NAMES, ReadTable, TableRow, at, is_table, read_rows
from resources.models import Batch, BatchFile

# A larger one is no table of a batch; so many candidates are opened at most.
TABLE_BYTES, CANDIDATES = 10 * 1024 * 1024, 10
MAX_FILES = 20

Opened = Callable[[BatchFile], AbstractContextManager[Path]]
Entry = dict[str, Any]


@dataclass
class ReadLine:
    """A line to be: its files (`BatchLine.files`), what the table says, what is wrong."""

    row: int = 0
    files: list[Entry] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class ReadBatch:
    """The lines, or `problems` of the whole for which there are none."""

    lines: list[ReadLine] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_batch(batch: Batch, opened: Opened) -> ReadBatch:
    """Read all files of a batch; `opened` gives the bytes of one as a local path. Costs one query and a bounded child for each archive and table."""
    read = ReadBatch()
    files = list(batch.files.filter(line=None).exclude(stored_name=None))
    entries: list[Entry] = []
    for file in files:
        if file.extension == "zip":
            entries += _members(file, opened, read)
        else:
            entries.append({"file": str(file.pk), "place": None, "name": file.name, "size": file.size})
    table = None if read.problems else _find_table(entries, {str(file.pk): file for file in files}, opened, read)
    if not read.problems:
        read.lines = _lines(entries, table)
        _judge(read)
    return read


def _members(file: BatchFile, opened: Opened, read: ReadBatch) -> list[Entry]:
    """The files of an archive, without the folder that people pack instead of what is in it."""
    try:
        with opened(file) as path:
            members = list_bundle(path)
    except FileRejected as rejection:
        read.problems.append(f"{file.name}: {' '.join(rejection.messages)}")
        return []
    except FileNotFoundError:
        read.problems.append(_("%(name)s: the file is no longer there. Remove it and choose it again.") % {"name": file.name})
        return []
    tops = {member.name.partition("/")[0] for member in members}
    packed = len(tops) == 1 and all("/" in member.name for member in members)
    names = [member.name.partition("/")[2] if packed else member.name for member in members]
    return [{"file": str(file.pk), "place": member.place, "name": name, "size": member.size} for member, name in zip(members, names, strict=True)]


# --- the table ------------------------------------------------------------------------------------------------------------


def _find_table(entries: list[Entry], files: dict[str, BatchFile], opened: Opened, read: ReadBatch) -> ReadTable | None:
    """Take the table out of the entries: the one so called, else the one whose header says so."""
    found: list[tuple[Entry, list]] = []
    candidates = [entry for entry in entries if "/" not in entry["name"] and _kind(entry) in TABLE_KINDS and entry["size"] <= TABLE_BYTES]
    for entry in sorted(candidates, key=lambda entry: not _is_called_table(entry))[:CANDIDATES]:
        try:
            rows = _rows_of(entry, files[entry["file"]], opened)
        except FileRejected as rejection:
            if _is_called_table(entry):
                read.problems.append(f"{entry['name']}: {' '.join(rejection.messages)}")
            continue
        if _is_called_table(entry) or (rows and is_table(rows[0][1])):
            found.append((entry, rows))
    if len(found) > 1:
        names = ", ".join(entry["name"] for entry, _rows in found)
        read.problems.append(_("There is more than one table of the files: %(names)s; expected one. Remove the others.") % {"names": names})
    if not found or read.problems:
        return None
    entry, rows = found[0]
    entries.remove(entry)
    table = read_rows(entry["name"], rows)
    read.problems += [f"{entry['name']}:{problem}" for problem in table.problems]
    read.notes += [f"{entry['name']}:{note}" for note in table.notes]
    return table


def _kind(entry: Entry) -> str:
    return str(entry["name"]).rpartition(".")[2].lower()


def _is_called_table(entry: Entry) -> bool:
    return fold(entry["name"].rpartition(".")[0]).strip() in TABLE_NAMES


def _rows_of(entry: Entry, file: BatchFile, opened: Opened) -> list[tuple[int, list[str]]]:
    with opened(file) as path:
        if entry["place"] is None:
            return read_table(path, _kind(entry))
        member = new_temporary()
        try:
            take_member(path, entry["place"], member)
            return read_table(member, _kind(entry))
        finally:
            member.unlink(missing_ok=True)


# --- rows and files -------------------------------------------------------------------------------------------------------


def _key(path: str) -> str:
    """Macs write letters in parts, Windows does not mind case."""
    return unicodedata.normalize("NFC", path).casefold()


class _Shelf:
    """Files of a batch by path and by bare name, and which row has taken which."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = list(entries)
        self.by_path: dict[str, list[int]] = {}
        for place, entry in enumerate(self.entries):
            for key in {_key(entry["name"]), _key(PurePosixPath(entry["name"]).name)}:
                self.by_path.setdefault(key, []).append(place)
        self.takers: dict[int, int] = {}

    def take(self, path: str, row: int) -> Entry | str:
        """The file for a row, or what is wrong."""
        found = self.by_path.get(_key(path), [])
        exact = [place for place in found if _key(self.entries[place]["name"]) == _key(path)]
        places = exact if len(exact) == 1 else found
        if not places:
            return _("there is no file “%(path)s”; expected the name of a file that was sent, with its ending") % {"path": path}
        if len(places) > 1:
            return _("there are several files “%(path)s”; expected the name with its folder") % {"path": path}
        if places[0] in self.takers:
            return _("the file “%(path)s” stands in row %(row)s already; expected each file once") % {"path": path, "row": self.takers[places[0]]}
        self.takers[places[0]] = row
        return self.entries[places[0]]


def _lines(entries: list[Entry], table: ReadTable | None) -> list[ReadLine]:
    """A line for each row, then one for each file that no row names."""
    shelf = _Shelf(entries)
    lines = [_line(row, shelf) for row in table.rows] if table else []
    note = [_("The table does not name this file: everything is guessed.")] if table else []
    rest = (entry for place, entry in enumerate(shelf.entries) if place not in shelf.takers)
    return lines + [ReadLine(files=[entry], notes=list(note)) for entry in sorted(rest, key=lambda entry: _key(entry["name"]))]


def _line(row: TableRow, shelf: _Shelf) -> ReadLine:
    line = ReadLine(row=row.number, values=row.values, problems=list(row.problems))
    for path in row.paths:
        found = shelf.take(path, row.number)
        if isinstance(found, str):
            line.problems.append(at(row.number, "file", found))
        else:
            line.files.append(found)
    if len(line.files) > MAX_FILES:
        many = ngettext("a material has at most %(number)s file", "a material has at most %(number)s files", MAX_FILES) % {"number": MAX_FILES}
        line.problems.append(at(row.number, "file", many))
    return line


def _judge(read: ReadBatch) -> None:
    """Bounds of the whole, and titles that stand twice."""
    if not read.lines:
        read.problems.append(_("There is nothing to make drafts of: only a table was sent. Add the files it names."))
    if len(read.lines) > settings.BATCH_MAX_LINES:
        text = _("There are %(count)s materials; expected at most %(limit)s in one batch. Split it into several.")
        read.problems.append(text % {"count": len(read.lines), "limit": settings.BATCH_MAX_LINES})
        read.lines = []
    titles = Counter(fold(line.values["title"]) for line in read.lines if line.values.get("title"))
    for line in read.lines:
        if titles[fold(line.values.get("title") or "")] > 1:
            line.notes.append(_("Another line bears the same title."))
