"""ODT, ODP and ODS as the same plain data."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from foundation.files.inside.xmltools import attribute, children_of, find, local
from foundation.files.inside.zips import Archive

MAX_REPEAT = 256
_BREAKS = {"tab": "\t", "line-break": "\n", "soft-page-break": ""}
_TITLES = {"title": "title", "subtitle": "subtitle"}


def _repeat(element: Element, name: str) -> int:
    raw = attribute(element, name, "1")
    return min(int(raw), MAX_REPEAT) if raw.isdigit() and raw else 1


class OdfReader:
    """One OpenDocument being read; blocks are lazy."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.bold, self.numbered = self._styles()

    def _styles(self) -> tuple[set[str], set[str]]:
        """Names of bold text styles and of list styles that count."""
        bold, numbered = set(), set()
        for member, container in (("styles.xml", "styles"), ("content.xml", "automatic-styles")):
            if member not in self.archive:
                continue
            with self.archive.open(member) as stream:
                for _holder, style in children_of(stream, container):
                    name = attribute(style, "name")
                    properties = find(style, "text-properties")
                    if properties is not None and attribute(properties, "font-weight") == "bold":
                        bold.add(name)
                    if local(style) == "list-style" and find(style, "list-level-style-number") is not None:
                        numbered.add(name)
        return bold, numbered

    def blocks(self) -> Iterator[dict[str, Any]]:
        """The body of a text document."""
        with self.archive.open("content.xml") as stream:
            for _holder, element in children_of(stream, "text"):
                yield from self._block(element)

    def margins(self) -> Iterator[dict[str, Any]]:
        """Headers and footers: only for the text."""
        if "styles.xml" in self.archive:
            with self.archive.open("styles.xml") as stream:
                for _holder, page in children_of(stream, "master-styles"):
                    for part in page:
                        if local(part).startswith(("header", "footer")):
                            for element in part:
                                yield from self._block(element)

    def slides(self) -> Iterator[dict[str, Any]]:
        """The pages of a presentation."""
        with self.archive.open("content.xml") as stream:
            for _holder, page in children_of(stream, "presentation"):
                if local(page) == "page":
                    yield self._slide(page)

    def sheet_rows(self) -> Iterator[tuple[str, list[str]]]:
        """The name of the sheet and a row, sheet after sheet."""
        with self.archive.open("content.xml") as stream:
            for holder, row in children_of(stream, "table"):
                name = next((value for key, value in holder.items() if key.endswith("}name")), "")
                for cells in self._rows(row):
                    yield name, cells

    def _rows(self, element: Element) -> Iterator[list[str]]:
        if local(element) != "table-row":
            if local(element).startswith(("table-row", "table-header-rows")):
                for child in element:
                    yield from self._rows(child)
            return
        cells: list[str] = []
        for cell in element:
            if local(cell) in {"table-cell", "covered-table-cell"}:
                text = "\n".join(self._line(p) for p in cell if local(p) == "p")
                cells.extend([text] * _repeat(cell, "number-columns-repeated"))
                if len(cells) > MAX_REPEAT:
                    break
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            for _again in range(_repeat(element, "number-rows-repeated")):
                yield cells[:MAX_REPEAT]

    def _slide(self, page: Element) -> dict[str, Any]:
        slide: dict[str, Any] = {"type": "slide", "title": "", "subtitle": "", "body": [], "notes": ""}
        for frame in page:
            kind = attribute(frame, "class")
            if local(frame) == "notes":
                slide["notes"] = "\n".join(filter(None, (self._line(p) for p in frame.iter() if local(p) == "p")))
                continue
            blocks = [block for part in frame for block in self._frame_part(part)]
            if kind in _TITLES and not slide[_TITLES[kind]]:
                slide[_TITLES[kind]] = " ".join("".join(run["text"] for run in block.get("runs", ())) for block in blocks)
            else:
                slide["body"].extend(blocks)
        return slide

    def _frame_part(self, part: Element) -> Iterator[dict[str, Any]]:
        if local(part) == "text-box":
            for element in part:
                yield from self._block(element)
        else:
            yield from self._block(part)

    def _block(self, element: Element, level: int = 0) -> Iterator[dict[str, Any]]:
        kind = local(element)
        if kind in {"h", "p"}:
            yield from self._paragraph(element, kind)
        elif kind == "list":
            yield from self._list(element, level)
        elif kind == "table":
            yield self._table(element)
        elif kind == "image":
            member = attribute(element, "href").removeprefix("./")
            if member in self.archive:
                yield {"type": "picture", "member": member}
        elif kind in {"section", "frame", "text-box", "index-body", "table-of-content", "g", "custom-shape"}:
            for child in element:
                yield from self._block(child)

    def _paragraph(self, element: Element, kind: str) -> Iterator[dict[str, Any]]:
        runs = list(self._runs(element, bold=attribute(element, "style-name") in self.bold))
        if any(run["text"].strip() for run in runs):
            level = attribute(element, "outline-level", "1")
            if kind == "h":
                yield {"type": "heading", "level": int(level) if level.isdigit() else 1, "runs": runs, "align": "left"}
            else:
                yield {"type": "paragraph", "runs": runs, "align": "left"}
        for child in element:
            for frame in child if local(child) == "span" else (child,):
                if local(frame) == "frame":
                    yield from self._block(frame)

    def _list(self, element: Element, level: int, numbered: bool = False) -> Iterator[dict[str, Any]]:
        numbered = numbered or attribute(element, "style-name") in self.numbered
        for number, item in enumerate((child for child in element if local(child) in {"list-item", "list-header"}), start=1):
            for child in item:
                if local(child) == "list":
                    yield from self._list(child, level + 1, numbered)
                    continue
                for block in self._block(child):
                    if block["type"] in {"paragraph", "heading"}:
                        block = {"type": "item", "level": min(level, 5), "marker": f"{number}." if numbered else "•", "runs": block["runs"]}
                    yield block

    def _table(self, element: Element) -> dict[str, Any]:
        rows = [[self._cell(cell) for cell in row if local(cell) == "table-cell"] for row in element.iter() if local(row) == "table-row"]
        return {"type": "table", "rows": rows}

    def _cell(self, cell: Element) -> dict[str, Any]:
        paragraphs = [p for p in cell.iter() if local(p) in {"p", "h"}]
        bold = bool(paragraphs) and all(attribute(p, "style-name") in self.bold for p in paragraphs)
        return {"text": "\n".join(self._line(p) for p in paragraphs), "bold": bold, "span": _repeat(cell, "number-columns-spanned")}

    def _line(self, paragraph: Element) -> str:
        return "".join(run["text"] for run in self._runs(paragraph, bold=False))

    def _runs(self, element: Element, *, bold: bool) -> Iterator[dict[str, Any]]:
        style = {"bold": True} if bold else {}
        if element.text:
            yield {"text": element.text, **style}
        for child in element:
            name = local(child)
            if name == "s":
                count = attribute(child, "c", "1")
                yield {"text": " " * (min(int(count), 100) if count.isdigit() else 1)}
            elif name in _BREAKS:
                yield {"text": _BREAKS[name]}
            elif name == "note":
                note = find(child, "note-body")
                yield {"text": " [" + "".join(self._line(p) for p in (note if note is not None else ())) + "]"}
            elif name not in {"annotation", "frame", "image"}:
                yield from self._runs(child, bold=bold or attribute(child, "style-name") in self.bold)
            if child.tail:
                yield {"text": child.tail, **style}
