"""The text of a file, for searching in it and for reading it on the page."""

import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO, Any

from foundation.files import text_marks
from foundation.files.inside import plain
from foundation.files.inside.inspection import KIND_OF, OFFICE_ENTRIES
from foundation.files.inside.ooxml_sheets import WorkbookReader
from foundation.files.inside.ooxml_slides import slides
from foundation.files.inside.ooxml_text import WordReader
from foundation.files.inside.opendocument import OdfReader
from foundation.files.inside.refusal import Refusal
from foundation.files.inside.zips import Archive, member_name
from foundation.files.text_marks import without_controls

WITHOUT_TEXT = frozenset({"png", "jpeg", "webp", "mp3", "mp4", "webm"})


def read_text(path: str, kind: str, limit_chars: int) -> str:
    """At most `limit_chars` characters, paragraphs on lines, cells after tabs, structure in marks at the beginning of lines."""
    with Path(path).open("rb") as stream:
        return joined(pieces(stream, kind, limit_chars), limit_chars)


def joined(parts: Iterable[str], limit: int) -> str:
    """Lines until the limit; characters no database takes are dropped."""
    taken, length = [], 0
    for part in parts:
        taken.append(part)
        length += len(part) + 1
        if length > limit:
            break
    text = "\n".join(taken)[:limit].replace("\0", "")
    return text.encode("utf-8", "ignore").decode()


def pieces(stream: IO[bytes], kind: str, limit: int) -> Iterator[str]:
    """Lines of the file, lazily."""
    if kind in WITHOUT_TEXT:
        return iter(())
    if kind == "pdf":
        return _pdf(stream)
    if kind in {"rtf", "txt", "csv"}:
        text = plain.rtf_text(stream, limit) if kind == "rtf" else plain.decoded(stream, limit)
        return (without_controls(line) for line in text.splitlines())
    archive = Archive(stream, entries=OFFICE_ENTRIES)
    return _zip(archive, limit) if kind == "zip" else _office(archive, kind)


def _office(archive: Archive, kind: str) -> Iterator[str]:
    if kind == "docx":
        word = WordReader(archive)
        return lines(chain(word.blocks(), word.margins()))
    if kind == "pptx":
        return lines(slides(archive))
    if kind == "xlsx":
        return _workbook(WorkbookReader(archive))
    odf = OdfReader(archive)
    if kind == "odt":
        return lines(chain(odf.blocks(), odf.margins()))
    return lines(odf.slides()) if kind == "odp" else _sheets(odf.sheet_rows())


def lines(blocks: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Blocks as lines with their marks."""
    for block in blocks:
        if block["type"] == "table":
            for number, row in enumerate(block["rows"]):
                yield _row([cell["text"] for cell in row], is_head=number == 0 and bool(row) and all(cell["bold"] for cell in row))
        elif block["type"] == "slide":
            if block["title"]:
                yield text_marks.HEADINGS[0] + _one_line(block["title"])
            yield from (without_controls(block[part]) for part in ("subtitle",) if block[part])
            yield from lines(block["body"])
            if block["notes"]:
                yield without_controls(block["notes"])
        elif "runs" in block:
            yield _marked(block, without_controls("".join(run["text"] for run in block["runs"])))


def _marked(block: dict[str, Any], text: str) -> str:
    if block["type"] == "heading":
        return text_marks.HEADINGS[min(max(block["level"], 1), len(text_marks.HEADINGS)) - 1] + _one_line(text)
    return f"{text_marks.ITEM}{block['marker']} {text}" if block["type"] == "item" else text


def _row(cells: list[str], *, is_head: bool = False) -> str:
    """A row on one line: lines and tabs inside a cell become spaces."""
    return (text_marks.HEAD_ROW if is_head else text_marks.ROW) + "\t".join(map(_one_line, cells))


def _one_line(text: str) -> str:
    return " ".join(without_controls(text).split())


def _workbook(book: WorkbookReader) -> Iterator[str]:
    for name, member in book.sheets:
        yield text_marks.HEADINGS[0] + _one_line(name)
        for row in book.rows(member):
            yield _row(row)


def _sheets(rows: Iterable[tuple[str, list[str]]]) -> Iterator[str]:
    """Rows of a spreadsheet, the name above those of each sheet."""
    last = None
    for name, row in rows:
        if name != last:
            yield text_marks.HEADINGS[0] + _one_line(name)
            last = name
        yield _row(row)


def _pdf(stream: IO[bytes]) -> Iterator[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(stream)
    try:
        for page in document:
            text = page.get_textpage()
            yield text_marks.PAGE
            # pdfium marks a hyphen at the end of a line with U+FFFE: the word goes on.
            yield without_controls(text.get_text_bounded().replace("\ufffe\r\n", "").replace("\ufffe", "").replace("\r\n", "\n"))
            text.close()
            page.close()
    finally:
        document.close()


def _zip(archive: Archive, limit: int) -> Iterator[str]:
    """Names of all members, then the text of each that can be read."""
    names = [member_name(info) for info in archive.infos]
    yield from map(without_controls, names)
    for info, name in zip(archive.infos, names, strict=True):
        kind = KIND_OF.get(name.rpartition(".")[2].lower())
        if kind is None or kind == "zip" or kind in WITHOUT_TEXT:
            continue
        with tempfile.TemporaryFile() as unpacked:
            for chunk in archive.chunks(info):
                unpacked.write(chunk)
            unpacked.seek(0)
            try:
                yield joined(pieces(unpacked, kind, limit), limit)
            except (Refusal, ValueError, KeyError, RuntimeError, OSError):
                continue  # one unreadable member does not hide the text of the others
