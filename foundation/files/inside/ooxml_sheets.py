"""XLSX as plain data: rows of shown text, sheet by sheet."""

import datetime
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from foundation.files.inside.relations import main_part, relations
from foundation.files.inside.xmltools import attribute, children_of, find, local, root_of
from foundation.files.inside.zips import Archive

MAX_STRINGS = 300_000
MAX_COLUMN = 256
_DATES = {14, 15, 16, 17, 22}
_TIMES = {18, 19, 20, 21}
_EPOCH = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - serial numbers of a table know no zone


def _text(element: Element) -> str:
    """Runs joined; phonetic hints left out."""
    parts = []
    for child in element:
        if local(child) == "t":
            parts.append(child.text or "")
        elif local(child) == "r":
            parts.extend(text.text or "" for text in child if local(text) == "t")
    return "".join(parts)


def _shared(archive: Archive) -> list[str]:
    strings: list[str] = []
    if "xl/sharedStrings.xml" in archive:
        with archive.open("xl/sharedStrings.xml") as stream:
            for _holder, element in children_of(stream, "sst"):
                strings.append(_text(element))
                if len(strings) >= MAX_STRINGS:
                    break
    return strings


def _forms(archive: Archive) -> list[str]:
    """For each cell style: `date`, `time` or nothing."""
    if "xl/styles.xml" not in archive:
        return []
    with archive.open("xl/styles.xml") as stream:
        root = root_of(stream)
    own = {}
    formats = find(root, "numFmts")
    for form in formats if formats is not None else ():
        pattern = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", attribute(form, "formatCode").lower())
        own[attribute(form, "numFmtId")] = "date" if re.search("[dy]", pattern) else "time" if "h" in pattern else ""
    styles = find(root, "cellXfs")
    return [_form(attribute(style, "numFmtId"), own) for style in (styles if styles is not None else ())]


def _form(number: str, own: dict[str, str]) -> str:
    if number in own:
        return own[number]
    code = int(number) if number.isdigit() else 0
    return "date" if code in _DATES else "time" if code in _TIMES else ""


def _shown(raw: str, form: str) -> str:
    """A number as its author sees it: a date, a time, or digits without the tail of binary fractions."""
    try:
        value = float(raw)
    except ValueError:
        return raw
    if form and 0 <= value < 2_958_466:
        moment = _EPOCH + datetime.timedelta(seconds=round(value * 86400))
        return moment.strftime("%H:%M" if form == "time" else "%d.%m.%Y" if value == int(value) else "%d.%m.%Y %H:%M")
    return f"{value:.10g}" if abs(value) < 1e15 else raw


def _column(reference: str, default: int) -> int:
    letters = re.match(r"[A-Z]{1,3}", reference)
    if not letters:
        return default
    number = 0
    for letter in letters.group():
        number = number * 26 + ord(letter) - 64
    return number - 1


class WorkbookReader:
    """One workbook being read; rows are lazy."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.strings = _shared(archive)
        self.forms = _forms(archive)
        main = main_part(archive)[1]
        targets = relations(archive, main)
        with archive.open(main) as stream:
            sheets = find(root_of(stream), "sheets")
        self.sheets: list[tuple[str, str]] = []
        for sheet in sheets if sheets is not None else ():
            key = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
            if "worksheets/" in targets.get(key, "") and attribute(sheet, "state") not in {"hidden", "veryHidden"}:
                self.sheets.append((attribute(sheet, "name"), targets[key]))

    def rows(self, member: str) -> Iterator[list[str]]:
        """Rows that hold anything; at most 256 columns."""
        return (cells for _number, cells in self.numbered_rows(member))

    def numbered_rows(self, member: str) -> Iterator[tuple[int, list[str]]]:
        """The same with the number that the row bears in the spreadsheet."""
        number = 0
        with self.archive.open(member) as stream:
            for _holder, row in children_of(stream, "sheetData"):
                said = attribute(row, "r")
                number = int(said) if said.isascii() and said.isdigit() and len(said) < 8 else number + 1
                cells: list[str] = []
                for cell in row:
                    place = _column(attribute(cell, "r"), len(cells))
                    if place >= MAX_COLUMN:
                        break
                    cells.extend([""] * (place - len(cells)))
                    cells.append(self._cell(cell))
                if any(cells):
                    yield number, cells

    def _cell(self, cell: Element) -> str:
        kind = attribute(cell, "t", "n")
        if kind == "inlineStr":
            inline = find(cell, "is")
            return "" if inline is None else _text(inline)
        value = find(cell, "v")
        raw = "" if value is None else value.text or ""
        if kind == "s":
            return self.strings[int(raw)] if raw.isdigit() and int(raw) < len(self.strings) else ""
        if kind != "n":
            return raw
        style = attribute(cell, "s", "0")
        return _shown(raw, self.forms[int(style)] if style.isdigit() and int(style) < len(self.forms) else "") if raw else ""
