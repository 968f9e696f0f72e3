"""A long text cut into pages that a slow line loads at once: headings, paragraphs, lists and tables as its document had them."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from foundation.files.text_marks import HEAD_ROW, HEADINGS, ITEM, PAGE, ROW

# Signs: about 40 kB of Cyrillic, 3 s at 128 kbit/s; far below the 200 kB that a page may weigh.
PAGE_SIGNS = 20_000
# The file's name is the page's <h1>.
FIRST_LEVEL, LAST_LEVEL = 2, 6
# A line of a PDF that ends before this part of the longest one may end a paragraph.
FULL_LINE = 0.75
_ENDS = re.compile(r"[.!?…:;»\")\]]$")
_BEGINS = re.compile(r"^(?:[•▪●◦*–—-]\s|\(?\d{1,3}[.)]\s|[а-яёa-z]\)\s)")
BULLET = "• "
_SEPARATORS = ";\t,"


@dataclass(slots=True)
class Block:
    """`kind` is heading, paragraph, list (with the document's own numbers), bullets, table or page.

    `level` of a heading (2–6) or the number of the document's page.
    """

    kind: str
    text: str = ""
    level: int = 0
    entries: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def text_pages(text: str, kind: str = "") -> list[list[Block]]:
    """Pages of blocks. A page ends with a paragraph, an item or a row; one longer than a page is cut at a space, or anywhere when it has none."""
    pages: list[list[tuple[str, str]]] = [[]]
    room = PAGE_SIGNS
    for mark, line in _lines(text, kind):
        rest = line
        while rest:
            piece, rest = _piece(rest)
            if len(piece) > room and pages[-1]:
                pages.append([])
                room = PAGE_SIGNS
            pages[-1].append((mark, piece))
            room -= len(piece)
    return [list(_blocks(page)) for page in pages]


def _piece(paragraph: str) -> tuple[str, str]:
    if len(paragraph) <= PAGE_SIGNS:
        return paragraph, ""
    cut = paragraph.rfind(" ", 1, PAGE_SIGNS)
    cut = cut if cut > 0 else PAGE_SIGNS
    return paragraph[:cut], paragraph[cut:].strip()


def _lines(text: str, kind: str) -> Iterator[tuple[str, str]]:
    """Mark and content of every line that holds something."""
    if kind == "csv":
        yield from _table_of(text)
        return
    lines, number = text.splitlines(), 0
    for line in _flowing(lines) if kind == "pdf" else lines:
        mark = line[:1] if line[:1] in {*HEADINGS, HEAD_ROW, ROW, ITEM, PAGE} else ""
        content = line[len(mark) :] if mark in (ROW, HEAD_ROW) else line[len(mark) :].strip()
        if mark == PAGE:
            number += 1
            content = str(number)
        if content.strip():
            yield mark, content


def _table_of(text: str) -> Iterator[tuple[str, str]]:
    """A CSV as rows, separated by whatever its first line holds most of."""
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=separator)):
        row = "\t".join(" ".join(cell.split()) for cell in cells)
        if row.strip():
            yield HEAD_ROW if number == 0 else ROW, row


def _flowing(lines: list[str]) -> Iterator[str]:
    """Lines of a PDF, which ends them where its page ends, brought together into paragraphs."""
    full = FULL_LINE * max((len(line.strip()) for line in lines), default=0)
    for is_mark, group in groupby(lines, key=lambda line: line.startswith(PAGE)):
        if is_mark:
            yield from group
            continue
        paragraph: list[str] = []
        for line in map(str.strip, group):
            if not line or (paragraph and _is_new(paragraph[-1], line, full)):
                yield " ".join(paragraph)
                paragraph = []
            if line:
                paragraph.append(line)
        yield " ".join(paragraph)


def _is_new(last: str, line: str, full: float) -> bool:
    """Whether `line` begins a paragraph after the line `last`."""
    if _BEGINS.match(line):
        return True
    ended, capital = bool(_ENDS.search(last)), not line[:1].islower()
    # A heading after a full line: short, with a capital, after the end of a sentence.
    return (ended or capital) if len(last) < full else ended and capital and len(line) < full / 2


def _blocks(lines: Iterable[tuple[str, str]]) -> Iterator[Block]:
    """Neighbouring rows are one table, neighbouring items one list; levels of headings leave nothing out, as screen readers want it."""
    level = FIRST_LEVEL - 1
    for kind, group in groupby(lines, key=lambda line: "table" if line[0] in (ROW, HEAD_ROW) and line[0] else line[0]):
        entries = list(group)
        if kind == "table":
            yield _table(entries)
        elif kind == ITEM:
            items = [content for _mark, content in entries]
            plain = [item.removeprefix(BULLET) for item in items]
            # Numbers that the author typed behind bullets are numbers.
            is_bulleted = all(item.startswith(BULLET) for item in items) and not all(map(_BEGINS.match, plain))
            yield Block("bullets" if is_bulleted else "list", entries=plain)
        elif kind == PAGE:
            yield from (Block("page", level=int(content)) for _mark, content in entries)
        elif kind and kind in HEADINGS:
            for _mark, content in entries:
                level = min(HEADINGS.index(kind) + FIRST_LEVEL, level + 1, LAST_LEVEL)
                yield Block("heading", content, level)
        else:
            yield from (Block("paragraph", content) for _mark, content in entries)


def _table(entries: list[tuple[str, str]]) -> Block:
    """Rows made equally long, so that cells stand under one another."""
    rows = [content.split("\t") for _mark, content in entries]
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    head = rows.pop(0) if entries[0][0] == HEAD_ROW else []
    return Block("table", head=head, rows=rows)
