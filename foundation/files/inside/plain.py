"""Text without structure: its encoding, its paragraphs, its tables."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import IO, Any

from foundation.files.inside.refusal import Refusal

CHUNK = 256 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f\ufffe\uffff]")


def _fits(stream: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    stream.seek(0)
    try:
        while chunk := stream.read(CHUNK):
            if _CONTROL.search(decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def find_encoding(stream: IO[bytes]) -> str:
    """UTF-8, UTF-16 with a mark, or Windows-1251; Refusal("text_binary") when it is none of them."""
    stream.seek(0)
    start = stream.read(2)
    candidates = ("utf-16",) if start in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1251")
    for encoding in candidates:
        if _fits(stream, encoding):
            return encoding
    raise Refusal("text_binary")


def decoded(stream: IO[bytes], limit: int) -> str:
    """The first `limit` characters."""
    encoding = find_encoding(stream)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline=None)
    try:
        return text.read(limit)
    finally:
        text.detach()


def rtf_text(stream: IO[bytes], limit: int) -> str:
    """Text of an RTF document; at most 20 MB of it are looked at (the rest is pictures as hexadecimal digits)."""
    from striprtf.striprtf import rtf_to_text

    stream.seek(0)
    source = stream.read(20 * 1024 * 1024).decode("cp1251", "replace")
    # Pictures and embedded objects are megabytes of hex that the stripper would walk one character at a time.
    source = re.sub(r"[0-9A-Fa-f\r\n]{400,}", "", source)
    return str(rtf_to_text(source, errors="ignore"))[:limit]


def paragraphs(text: str) -> Iterator[dict[str, Any]]:
    """One block a line; blank lines are dropped."""
    for line in text.splitlines():
        if line.strip():
            yield {"type": "paragraph", "runs": [{"text": line.expandtabs(4)}]}


def table_rows(text: str) -> list[list[str]]:
    """Cells of a CSV, whatever of `;`, tab and `,` separates them."""
    first = text.partition("\n")[0]
    delimiter = max(";\t,", key=first.count)
    csv.field_size_limit(1_000_000)
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))
