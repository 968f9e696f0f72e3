"""DOCX as plain data: headings, paragraphs, lists, tables, pictures, in their order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from foundation.files.inside.relations import main_part, relations
from foundation.files.inside.xmltools import attribute, children_of, find, local, root_of
from foundation.files.inside.zips import Archive

Block = dict[str, Any]
_SKIPPED = {"Fallback", "delText", "instrText", "del", "moveFrom"}
_NOTES = ("footnote", "endnote")


@dataclass
class _Numbering:
    """What list markers need: format and pattern of each level of each list, and how far each list has counted."""

    levels: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    counters: dict[tuple[str, str], int] = field(default_factory=dict)

    def marker(self, number: str, level: str) -> str:
        """The next marker: a bullet, or the number with the punctuation of its pattern."""
        form, pattern = self.levels.get((number, level), ("bullet", ""))
        if form in {"bullet", "none"}:
            return "•"
        self.counters[(number, level)] = self.counters.get((number, level), 0) + 1
        for deeper in range(int(level) + 1, 9):
            self.counters.pop((number, str(deeper)), None)
        for place in range(9):
            pattern = pattern.replace(f"%{place + 1}", str(self.counters.get((number, str(place)), 1)))
        return pattern


def _numbering(archive: Archive) -> _Numbering:
    result = _Numbering()
    if "word/numbering.xml" not in archive:
        return result
    with archive.open("word/numbering.xml") as stream:
        root = root_of(stream)
    abstract: dict[str, dict[str, tuple[str, str]]] = {}
    for element in root:
        if local(element) == "abstractNum":
            abstract[attribute(element, "abstractNumId")] = {
                attribute(level, "ilvl"): (_value(level, "numFmt", "bullet"), _value(level, "lvlText", "")) for level in element if local(level) == "lvl"
            }
        elif local(element) == "num":
            for level, form in abstract.get(_value(element, "abstractNumId", ""), {}).items():
                result.levels[(attribute(element, "numId"), level)] = form
    return result


def _value(element: Element, name: str, default: str) -> str:
    child = find(element, name)
    return default if child is None else attribute(child, "val", default)


def _styles(archive: Archive) -> dict[str, str]:
    """Style id → its invariant lower-case name: `heading 1` also in a Russian Word, where the id is `1`."""
    if "word/styles.xml" not in archive:
        return {}
    with archive.open("word/styles.xml") as stream:
        return {attribute(style, "styleId"): _value(style, "name", "").lower() for style in root_of(stream) if local(style) == "style"}


def _on(properties: Element | None, name: str) -> bool:
    mark = None if properties is None else find(properties, name)
    return mark is not None and attribute(mark, "val", "1") not in {"0", "false", "none"}


class WordReader:
    """One document being read; `blocks()` is lazy, so that a preview reads only the beginning."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.main = main_part(archive)[1]
        self.styles = _styles(archive)
        self.numbering = _numbering(archive)
        self.pictures = relations(archive, self.main)

    def blocks(self) -> Iterator[Block]:
        """The body."""
        with self.archive.open(self.main) as stream:
            for _holder, element in children_of(stream, "body"):
                yield from self._block(element)

    def margins(self) -> Iterator[Block]:
        """Headers, footers, footnotes and endnotes: only for the text."""
        for name in sorted(self.archive.names):
            if name.startswith(("word/header", "word/footer", "word/footnotes", "word/endnotes")) and name.endswith(".xml"):
                with self.archive.open(name) as stream:
                    for element in root_of(stream):
                        for part in element if local(element) in _NOTES else (element,):
                            yield from self._block(part)

    def _block(self, element: Element) -> Iterator[Block]:
        kind = local(element)
        if kind == "p":
            yield from self._paragraph(element)
        elif kind == "tbl":
            yield self._table(element)
        elif kind in {"sdt", "sdtContent", "customXml", "ins", "smartTag"}:
            for child in element:
                yield from self._block(child)

    def _paragraph(self, element: Element) -> Iterator[Block]:
        runs: list[dict[str, Any]] = []
        found: list[str] = []
        broken = self._runs(element, {}, runs, found)
        properties = find(element, "pPr")
        if broken or (properties is not None and _on(properties, "pageBreakBefore")):
            yield {"type": "break"}
        if any(run["text"].strip() for run in runs):
            yield self._dressed(properties, runs)
        for member in found:
            yield {"type": "picture", "member": member}

    def _dressed(self, properties: Element | None, runs: list[dict[str, Any]]) -> Block:
        style = number = ""
        level, align = "0", "left"
        if properties is not None:
            style = self.styles.get(_value(properties, "pStyle", ""), "")
            align = {"center": "center", "right": "right", "end": "right", "both": "justify"}.get(_value(properties, "jc", ""), "left")
            numbered = find(properties, "numPr")
            if numbered is not None:
                number, level = _value(numbered, "numId", ""), _value(numbered, "ilvl", "0")
        if style.startswith("heading ") or style == "title":
            return {"type": "heading", "level": int(style[8:9]) if style[8:9].isdigit() else 1, "runs": runs, "align": align}
        if number and number != "0" and level.isdigit():
            return {"type": "item", "level": min(int(level), 5), "marker": self.numbering.marker(number, level), "runs": runs}
        if style.startswith("list bullet"):
            return {"type": "item", "level": 0, "marker": "•", "runs": runs}
        if style.startswith("list number"):
            self.numbering.levels[(style, "0")] = ("decimal", "%1.")
            return {"type": "item", "level": 0, "marker": self.numbering.marker(style, "0"), "runs": runs}
        return {"type": "paragraph", "runs": runs, "align": align}

    def _runs(self, element: Element, style: dict[str, bool], runs: list[dict[str, Any]], found: list[str]) -> bool:
        """Collect runs and pictures in order; True when the paragraph asks for a new page."""
        broken = False
        for child in element:
            name = local(child)
            if name in _SKIPPED or name in {"pPr", "rPr"}:
                continue
            if name == "r":
                properties = find(child, "rPr")
                marks = {"bold": _on(properties, "b"), "italic": _on(properties, "i")}
                broken = self._runs(child, {key: on for key, on in marks.items() if on}, runs, found) or broken
            elif name == "t":
                runs.append({"text": child.text or "", **style})
            elif name in {"tab", "br", "cr", "noBreakHyphen"}:
                if name == "br" and attribute(child, "type") == "page":
                    broken = True
                else:
                    runs.append({"text": {"tab": "\t", "noBreakHyphen": "\u2011"}.get(name, "\n")})
            elif name == "blip":
                target = self.pictures.get(attribute(child, "embed"))
                found.extend([target] if target else [])
            else:
                if name == "p" and runs:
                    runs.append({"text": "\n"})
                broken = self._runs(child, style, runs, found) or broken
        return broken

    def _table(self, element: Element) -> Block:
        rows = [[self._cell(cell) for cell in row if local(cell) == "tc"] for row in element.iter() if local(row) == "tr"]
        return {"type": "table", "rows": rows}

    def _cell(self, cell: Element) -> dict[str, Any]:
        lines, bold = [], False
        for paragraph in cell.iter():
            if local(paragraph) == "p":
                runs: list[dict[str, Any]] = []
                self._runs(paragraph, {}, runs, [])
                lines.append("".join(run["text"] for run in runs))
                bold = bold or (bool(runs) and all(run.get("bold") for run in runs if run["text"].strip()))
        properties = find(cell, "tcPr")
        span = _value(properties, "gridSpan", "1") if properties is not None else "1"
        return {"text": "\n".join(line for line in lines if line.strip()), "bold": bold, "span": int(span) if span.isdigit() else 1}
