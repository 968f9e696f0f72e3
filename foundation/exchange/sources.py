"""Where tables come from: a folder, a ZIP of one, a workbook. Everything is bounded, read-only and streamed."""

import codecs
import csv
import datetime
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.utils.translation import gettext as _

from foundation.exchange.cells import is_strange
from foundation.exchange.tables import Table
from foundation.files.inside.zips import member_name

# Bounds of an import; a region of 20,000 teachers with 100,000 materials is far below.
MAX_TABLE_BYTES = 512 * 1024 * 1024
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 2_000_000, 200, 100_000
MAX_ENTRIES, MAX_DIRECTORY = 300_000, 100 * 1024 * 1024
MAX_WORKBOOK_BYTES = 1024 * 1024 * 1024
MAX_SHEETS = 100
BLOCK = 64 * 1024
# Left by operating systems and office programs; nobody needs to hear of them.
_LITTER = ("__macosx", ".", "~$", "thumbs.db", "desktop.ini")


class SourceError(Exception):
    """The source cannot be read, in words for the person who sent it."""


class Source:
    """Tables by their raw names, and the files beside them. To be closed."""

    def names(self) -> list[str]:
        """File names without their ending, or titles of sheets."""
        raise NotImplementedError

    def other_files(self) -> list[str]:
        """What lies beside the tables and is none."""
        return []

    def rows(self, name: str, table: Table) -> Iterator[tuple[int, list[str]]]:
        """Number and cells of every row, the header first. Raises SourceError."""
        raise NotImplementedError

    def open_file(self, path: str) -> IO[bytes]:
        """A file at a safe path inside the folder. Raises FileNotFoundError."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is held open by most."""


def open_source(path: Path) -> Source:
    """The source at `path`, told by its content. Raises SourceError."""
    if path.is_dir():
        return FolderSource(path)
    if not path.is_file():
        raise SourceError(_("There is nothing at this path; expected a folder, a ZIP or an XLSX workbook."))
    if not zipfile.is_zipfile(path):
        raise SourceError(_("This is neither a folder nor a ZIP nor an XLSX workbook."))
    archive = _open_archive(path)
    if "xl/workbook.xml" in archive.namelist():
        _check_workbook(archive)
        archive.close()
        return WorkbookSource(path)
    return ZipSource(archive)


def _is_litter(path: str) -> bool:
    parts = PurePosixPath(path.casefold()).parts
    return any(part.startswith(_LITTER) for part in parts)


# --- CSV ---------------------------------------------------------------------------------------------------------------


class CsvSource(Source):
    """A folder or ZIP: its tables are `.csv` files at the top."""

    def _top(self) -> list[str]:
        raise NotImplementedError

    def names(self) -> list[str]:
        return [name[:-4] for name in self._top() if name.casefold().endswith(".csv")]

    def other_files(self) -> list[str]:
        return [name for name in self._top() if not name.casefold().endswith(".csv")]

    def rows(self, name: str, table: Table) -> Iterator[tuple[int, list[str]]]:
        file = next(entry for entry in self._top() if entry[:-4] == name and entry.casefold().endswith(".csv"))
        return read_csv(lambda: self.open_file(file), table)


class FolderSource(CsvSource):
    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def _top(self) -> list[str]:
        return sorted(entry.name for entry in self._folder.iterdir() if entry.is_file() and not _is_litter(entry.name))

    def open_file(self, path: str) -> IO[bytes]:
        found = (self._folder / path).resolve()
        if not found.is_relative_to(self._folder) or not found.is_file():
            raise FileNotFoundError(path)
        return found.open("rb")


class ZipSource(CsvSource):
    """Names are checked before anything is read; zipfile never reads past a declared size."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members: dict[str, zipfile.ZipInfo] = {}
        for info in archive.infolist():
            name = member_name(info).replace("\\", "/")
            if not info.is_dir():
                self._add(name, info)
        self._members = {name: info for name, info in self._members.items() if not _is_litter(name)}
        self._strip_folder()

    def _add(self, name: str, info: zipfile.ZipInfo) -> None:
        parts = name.split("/")
        if name.startswith("/") or ":" in parts[0] or any(part in ("", ".", "..") for part in parts) or any(map(is_strange, name)):
            raise SourceError(_("The archive holds unsafe file names (with a path outside the archive or hidden characters). Pack the files again."))
        if info.flag_bits & 0x1:
            raise SourceError(_("The archive is protected by a password. Pack it again without one."))
        if stat.S_ISLNK(info.external_attr >> 16):
            raise SourceError(_("The archive holds links instead of files. Pack the files themselves."))
        if name in self._members:
            raise SourceError(_("The archive holds two files of one name. Pack the files again."))
        self._members[name] = info

    def _strip_folder(self) -> None:
        """People pack the folder rather than what is in it."""
        tops = {name.partition("/")[0] for name in self._members}
        if len(tops) == 1 and all("/" in name for name in self._members):
            self._members = {name.partition("/")[2]: info for name, info in self._members.items()}

    def _top(self) -> list[str]:
        return sorted(name for name in self._members if "/" not in name)

    def open_file(self, path: str) -> IO[bytes]:
        if path not in self._members:
            raise FileNotFoundError(path)
        try:
            return self._archive.open(self._members[path])
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as broken:
            raise SourceError(_("The archive is damaged. Pack the files again.")) from broken

    def close(self) -> None:
        self._archive.close()


def _open_archive(path: Path) -> zipfile.ZipFile:
    with path.open("rb") as stream:
        _bound_directory(stream)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as broken:
        raise SourceError(_("The archive is damaged. Pack the files again.")) from broken
    if len(archive.infolist()) > MAX_ENTRIES:
        archive.close()
        raise SourceError(_("There are too many files in the archive; expected at most %(limit)s.") % {"limit": MAX_ENTRIES})
    return archive


def _bound_directory(stream: IO[bytes]) -> None:
    """Before zipfile makes an object of each entry: the directory of a small file cannot be large, and a large one is refused."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - 66_000))
    tail = stream.read()
    place = tail.rfind(b"PK\x05\x06")
    if 0 <= place <= len(tail) - 22:
        directory = struct.unpack_from("<L", tail, place + 12)[0]
        if directory != 0xFFFFFFFF and directory > MAX_DIRECTORY:
            raise SourceError(_("There are too many files in the archive; expected at most %(limit)s.") % {"limit": MAX_ENTRIES})


def _broken(error: Exception) -> SourceError:
    return SourceError(_("The file is damaged and cannot be read to its end (%(reason)s).") % {"reason": type(error).__name__})


def read_csv(opened: Callable[[], IO[bytes]], table: Table) -> Iterator[tuple[int, list[str]]]:
    """Rows of a CSV file; encoding and separator are found out by themselves. `opened` opens it anew. Raises SourceError."""
    try:
        encoding = _encoding(opened)
        with opened() as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as stream:
            separator = _separator(stream, table)
            for number, cells in enumerate(csv.reader(stream, delimiter=separator, strict=True), 1):
                _bound(number, cells)
                yield number, cells
    except csv.Error as error:
        message = _("quotation marks or cells are broken here (%(reason)s); expected quotes inside a cell to be doubled")
        raise SourceError(message % {"reason": error}) from error
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, UnicodeError, zlib.error) as error:
        raise _broken(error) from error


def _bound(number: int, cells: list[str]) -> None:
    if number > MAX_ROWS:
        raise SourceError(_("the table is too long; expected at most %(limit)s rows") % {"limit": MAX_ROWS})
    if len(cells) > MAX_COLUMNS:
        raise SourceError(_("the row is too wide; expected at most %(limit)s columns") % {"limit": MAX_COLUMNS})


def _encoding(opened: Callable[[], IO[bytes]]) -> str:
    """UTF-8 when all of the file is, else Windows-1251."""
    possible = {"utf-8-sig": codecs.getincrementaldecoder("utf-8")(), "cp1251": codecs.getincrementaldecoder("cp1251")()}
    read = 0
    with opened() as stream:
        while block := stream.read(BLOCK):
            if read == 0 and block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                raise SourceError(_("the file is in UTF-16; expected UTF-8 or Windows-1251"))
            read += len(block)
            if read > MAX_TABLE_BYTES:
                raise SourceError(_("the table is too large; expected at most %(limit)s MB") % {"limit": MAX_TABLE_BYTES // 2**20})
            _try(possible, block, final=False)
    _try(possible, b"", final=True)
    return next(iter(possible))


def _try(possible: dict[str, Any], block: bytes, *, final: bool) -> None:
    for name, decoder in list(possible.items()):
        try:
            decoder.decode(block, final)
        except UnicodeDecodeError:
            del possible[name]
    if not possible:
        raise SourceError(_("the text is neither UTF-8 nor Windows-1251; expected one of them"))


def _separator(stream: io.TextIOWrapper, table: Table) -> str:
    """The one that makes known columns of the header; the stream is at its beginning again."""
    head = stream.read(BLOCK)
    stream.seek(0)
    known = {";": 0, ",": 0}
    for separator in known:
        with suppress(csv.Error, StopIteration):
            header = next(csv.reader(io.StringIO(head, newline=""), delimiter=separator))
            known[separator] = sum(table.column_called(cell) is not None for cell in header[:MAX_COLUMNS])
    return ";" if known[";"] >= known[","] else ","


# --- XLSX --------------------------------------------------------------------------------------------------------------


def _check_workbook(archive: zipfile.ZipFile) -> None:
    """Declared sizes bound what openpyxl will read."""
    if sum(info.file_size for info in archive.infolist()) > MAX_WORKBOOK_BYTES:
        raise SourceError(_("the workbook is too large; expected at most %(limit)s MB") % {"limit": MAX_WORKBOOK_BYTES // 2**20})


class WorkbookSource(Source):
    """Sheets are tables; files lie in the workbook's folder. Of a formula the value that was saved counts, nothing is computed."""

    def __init__(self, path: Path) -> None:
        from openpyxl import load_workbook

        self._beside = FolderSource(path.parent)
        try:
            self._book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
            sheets = self._book.worksheets
        except Exception as error:  # openpyxl answers a damaged workbook with whatever its XML led to
            raise _broken(error) from error
        if len(sheets) > MAX_SHEETS:
            raise SourceError(_("There are too many sheets in the workbook; expected at most %(limit)s.") % {"limit": MAX_SHEETS})
        self._sheets = {sheet.title: sheet for sheet in sheets}

    def names(self) -> list[str]:
        return list(self._sheets)

    def rows(self, name: str, table: Table) -> Iterator[tuple[int, list[str]]]:
        try:
            sheet = self._sheets[name]
            # The dimensions that a workbook declares may be wrong.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
            for number, cells in enumerate(rows, 1):
                yield number, _without_tail([_plain(cell) for cell in cells])
        except SourceError:
            raise
        except Exception as error:
            raise _broken(error) from error

    def open_file(self, path: str) -> IO[bytes]:
        return self._beside.open_file(path)

    def close(self) -> None:
        self._book.close()


def _without_tail(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _plain(value: Any) -> str:
    """A cell's value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, int | float):
        return repr(value) if abs(value) < 1e30 else "#"
    plain = str(value)
    if len(plain) > MAX_CELL:
        raise SourceError(_("a cell is too long; expected at most %(limit)s characters") % {"limit": MAX_CELL})
    return plain
