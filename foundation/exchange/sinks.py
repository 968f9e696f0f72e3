"""Where tables go: a folder, a ZIP, a workbook. What is written gets its name only when it is whole; two equal exports are equal bytes."""

import csv
import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from foundation.exchange.sources import SourceError

FILES = "files"
_CHUNK = 256 * 1024
# A day that ZIP can hold and that says nothing.
_NO_DAY = (1980, 1, 1, 0, 0, 0)


class Sink:
    """Takes tables, then files; as a context manager it publishes all of it at the end, or nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.work = Path(tempfile.mkdtemp(prefix=".export-", dir=path.parent))

    def table(self, name: str, header: list[str], rows: Iterable[list[str]]) -> None:
        """Write one table."""
        raise NotImplementedError

    def file(self, path: str, stream: IO[bytes]) -> None:
        """Write a file at a path inside the folder."""
        raise NotImplementedError

    def finish(self) -> None:
        """Everything is there: give it its name."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self.finish()
        finally:
            shutil.rmtree(self.work, ignore_errors=True)


def open_sink(path: Path) -> Sink:
    """A ZIP or a workbook by the ending of `path`, else a folder. Raises SourceError when something is there already."""
    kind = {".zip": ZipSink, ".xlsx": WorkbookSink}.get(path.suffix.casefold(), FolderSink)
    in_the_way = path.exists() and not (kind is FolderSink and path.is_dir() and not any(path.iterdir()))
    if in_the_way or (kind is WorkbookSink and (path.parent / FILES).exists()):
        raise SourceError(_("Something is at this path already; expected a new name, so that nothing is overwritten."))
    return kind(path)


def _write_csv(raw: IO[bytes], header: list[str], rows: Iterable[list[str]]) -> None:
    """With a byte order mark and semicolons: spreadsheets in Russian open it with a double click."""
    stream = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    stream.flush()
    stream.detach()


class FolderSink(Sink):
    def table(self, name: str, header: list[str], rows: Iterable[list[str]]) -> None:
        with (self.work / f"{name}.csv").open("wb") as raw:
            _write_csv(raw, header, rows)

    def file(self, path: str, stream: IO[bytes]) -> None:
        target = self.work / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as written:
            shutil.copyfileobj(stream, written, _CHUNK)

    def finish(self) -> None:
        if self.path.exists():
            self.path.rmdir()
        self.work.rename(self.path)


class ZipSink(Sink):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._archive = zipfile.ZipFile(self.work / "export.zip", "w", zipfile.ZIP_DEFLATED)

    def _entry(self, path: str, method: int) -> IO[bytes]:
        info = zipfile.ZipInfo(path, _NO_DAY)
        info.compress_type = method
        info.external_attr = 0o600 << 16
        return self._archive.open(info, "w", force_zip64=True)

    def table(self, name: str, header: list[str], rows: Iterable[list[str]]) -> None:
        with self._entry(f"{name}.csv", zipfile.ZIP_DEFLATED) as raw:
            _write_csv(raw, header, rows)

    def file(self, path: str, stream: IO[bytes]) -> None:
        # Office files, pictures and PDF are compressed already.
        with self._entry(path, zipfile.ZIP_STORED) as raw:
            shutil.copyfileobj(stream, raw, _CHUNK)

    def finish(self) -> None:
        self._archive.close()
        (self.work / "export.zip").replace(self.path)


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# One style: text, so that nothing typed into a cell later becomes a date or a number either.
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf xfId="0"/><xf numFmtId="49" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class WorkbookSink(Sink):
    """Written sheet by sheet as a stream of text cells: openpyxl would hold the clock's time in every workbook."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._archive = zipfile.ZipFile(self.work / "export.xlsx", "w", zipfile.ZIP_DEFLATED)
        self._names: list[str] = []

    def _part(self, path: str) -> IO[bytes]:
        info = zipfile.ZipInfo(path, _NO_DAY)
        info.compress_type = zipfile.ZIP_DEFLATED
        return self._archive.open(info, "w", force_zip64=True)

    def table(self, name: str, header: list[str], rows: Iterable[list[str]]) -> None:
        self._names.append(name)
        with self._part(f"xl/worksheets/sheet{len(self._names)}.xml") as part:
            part.write(f'{_XML}<worksheet xmlns="{_MAIN}"><cols><col min="1" max="{len(header)}" width="18" style="1"/></cols><sheetData>'.encode())
            self._row(part, 1, header)
            for number, cells in enumerate(rows, 2):
                self._row(part, number, cells)
            part.write(b"</sheetData></worksheet>")

    @staticmethod
    def _row(part: IO[bytes], number: int, cells: list[str]) -> None:
        filled = (
            f'<c r="{_letters(place)}{number}" s="1" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
            for place, cell in enumerate(cells)
            if cell
        )
        part.write(f'<row r="{number}">{"".join(filled)}</row>'.encode())

    def file(self, path: str, stream: IO[bytes]) -> None:
        target = self.work / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as written:
            shutil.copyfileobj(stream, written, _CHUNK)

    def finish(self) -> None:
        numbered = list(enumerate(self._names, 1))
        sheets = "".join(f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>' for number, name in numbered)
        links = "".join(f'<Relationship Id="rId{number}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{number}.xml"/>' for number, _name in numbered)
        links += f'<Relationship Id="rId{len(numbered) + 1}" Type="{_LINKS}/styles" Target="styles.xml"/>'
        parts = "".join(f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPE}worksheet+xml"/>' for number, _name in numbered)
        files = {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}styles+xml"/>{parts}</Types>',
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{sheets}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
            "xl/styles.xml": _STYLES.removeprefix(_XML),
        }
        for path, content in files.items():
            with self._part(path) as part:
                part.write((_XML + content).encode())
        self._archive.close()
        if (self.work / FILES).exists():
            (self.work / FILES).rename(self.path.parent / FILES)
        (self.work / "export.xlsx").replace(self.path)


def _letters(place: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
