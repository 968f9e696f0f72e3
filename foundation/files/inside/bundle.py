"""A ZIP of many files as separate files, and the table beside them. Everything within the bounds of `zips`."""

import errno
from pathlib import Path
from typing import Any, BinaryIO

from foundation.files.inside import plain
from foundation.files.inside.ooxml_sheets import WorkbookReader
from foundation.files.inside.refusal import Refusal
from foundation.files.inside.zips import Archive, hidden_characters, member_name

# Bounds of a table: characters of a CSV, rows, characters of a cell.
TABLE_CHARS, TABLE_ROWS, CELL = 4_000_000, 5_000, 20_000
# Left by operating systems and office programs; nobody means to bring them.
_LITTER = ("__macosx", ".", "~$", "thumbs.db", "desktop.ini")
_FULL = (errno.ENOSPC, errno.EDQUOT)

Answer = dict[str, Any]


def list_bundle(path: str, entries: int) -> Answer:
    """Members in order: `place` in the archive, `name` with its folders, declared `size` in bytes; and how many of litter were passed over."""
    with Path(path).open("rb") as stream:
        archive = Archive(stream, entries=entries)
        members, litter = [], 0
        for place, info in enumerate(archive.infos):
            name = member_name(info).replace("\\", "/")
            if hidden_characters(name):
                raise Refusal("archive_names")
            if any(part.casefold().startswith(_LITTER) for part in name.split("/")):
                litter += 1
            else:
                members.append({"place": place, "name": name, "size": info.file_size})
    if not members:
        raise Refusal("archive_empty")
    return {"members": members, "litter": litter}


def take_member(path: str, place: int, target: str, entries: int) -> Answer:
    """Unpack one member into `target`, checked against its CRC. Answers its real size in bytes."""
    with Path(path).open("rb") as stream:
        archive = Archive(stream, entries=entries)
        size = 0
        try:
            with Path(target).open("wb") as written:
                for chunk in archive.chunks(archive.infos[place]):
                    size += written.write(chunk)
        except OSError as failure:
            if failure.errno in _FULL:
                raise Refusal("storage_full") from failure
            raise Refusal("archive_broken") from failure
        except Exception as broken:
            raise Refusal("archive_broken") from broken
    return {"size": size}


def read_table(path: str, kind: str) -> Answer:
    """Rows that hold anything of a CSV or of a workbook's first sheet with rows: number in the spreadsheet, cells."""
    with Path(path).open("rb") as stream:
        rows = _sheet(stream) if kind == "xlsx" else _csv(stream)
    return {"rows": [[number, [cell[:CELL] for cell in cells]] for number, cells in rows]}


def _sheet(stream: BinaryIO) -> list[tuple[int, list[str]]]:
    try:
        book = WorkbookReader(Archive(stream, entries=10_000))
        for _name, member in book.sheets:
            rows = []
            for numbered in book.numbered_rows(member):
                rows.append(numbered)
                if len(rows) > TABLE_ROWS:
                    raise Refusal("table_long", limit=TABLE_ROWS)
            if rows:
                return rows
    except Refusal:
        raise
    except Exception as broken:
        raise Refusal("office_broken") from broken
    return []


def _csv(stream: BinaryIO) -> list[tuple[int, list[str]]]:
    text = plain.decoded(stream, TABLE_CHARS + 1)
    if len(text) > TABLE_CHARS:
        raise Refusal("table_long", limit=TABLE_ROWS)
    try:
        rows = [(number, cells) for number, cells in enumerate(plain.table_rows(text), 1) if any(map(str.strip, cells))]
    except Exception as broken:
        raise Refusal("table_broken") from broken
    if len(rows) > TABLE_ROWS:
        raise Refusal("table_long", limit=TABLE_ROWS)
    return rows
