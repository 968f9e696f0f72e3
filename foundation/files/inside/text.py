"""The text of a file, for searching in it."""

import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO, Any

from foundation.files.inside import plain
from foundation.files.inside.inspection import KIND_OF, OFFICE_ENTRIES
from foundation.files.inside.ooxml_sheets import WorkbookReader
from foundation.files.inside.ooxml_slides import slides
from foundation.files.inside.ooxml_text import WordReader
from foundation.files.inside.opendocument import OdfReader
from foundation.files.inside.refusal import Refusal
from foundation.files.inside.zips import Archive, member_name

WITHOUT_TEXT = frozenset({"png", "jpeg", "webp", "mp3", "mp4", "webm"})


def read_text(path: str, kind: str, limit_chars: int) -> str:
    """At most `limit_chars` characters, paragraphs on lines, cells after tabs."""
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
    if kind == "rtf":
        return iter(plain.rtf_text(stream, limit).splitlines())
    if kind in {"txt", "csv"}:
        return iter(plain.decoded(stream, limit).splitlines())
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
    return lines(odf.slides()) if kind == "odp" else ("\t".join(row) for _name, row in odf.sheet_rows())


def lines(blocks: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Blocks as lines."""
    for block in blocks:
        if block["type"] == "table":
            for row in block["rows"]:
                yield "\t".join(cell["text"] for cell in row)
        elif block["type"] == "slide":
            yield from (block[part] for part in ("title", "subtitle") if block[part])
            yield from lines(block["body"])
            if block["notes"]:
                yield block["notes"]
        elif "runs" in block:
            yield "".join(run["text"] for run in block["runs"])


def _workbook(book: WorkbookReader) -> Iterator[str]:
    for name, member in book.sheets:
        yield name
        for row in book.rows(member):
            yield "\t".join(row)


def _pdf(stream: IO[bytes]) -> Iterator[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(stream)
    try:
        for page in document:
            text = page.get_textpage()
            # pdfium marks a hyphen at the end of a line with U+FFFE: the word goes on.
            yield text.get_text_bounded().replace("\ufffe\r\n", "").replace("\ufffe", "").replace("\r\n", "\n")
            text.close()
            page.close()
    finally:
        document.close()


def _zip(archive: Archive, limit: int) -> Iterator[str]:
    """Names of all members, then the text of each that can be read."""
    names = [member_name(info) for info in archive.infos]
    yield from names
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
