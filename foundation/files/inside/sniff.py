"""What the first bytes say. Pure Python over a few kilobytes, so that the web process may call it as well."""

import puremagic

HEAD = 4096

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"{\\rtf", "rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"ID3", "mp3"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"GIF8", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"\x7fELF", "program"),
    (b"#!", "script"),
)
_WEB_PAGE = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<iframe", b"<!--")
_HEIC = {b"heic", b"heix", b"mif1", b"msf1", b"avif", b"hevc"}
_PURE = {".exe": "program", ".dll": "program", ".html": "web_page", ".svg": "svg", ".bmp": "bmp"}

TEXT_LIKE = frozenset({"text", "web_page", "svg", "xml", "script"})


def family(head: bytes) -> str | None:
    """The family of the content: `zip` stands for all office files, `ole` for old office and password-protected ones,
    `text` for anything without NUL bytes. None when nothing is known."""
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return "pdf"
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return "mov" if head[8:12] == b"qt  " else "heic" if head[8:12] in _HEIC else "mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm" if b"webm" in head[:64] else "mkv"
    if head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE6 == 0xE2:
        return "mp3"
    return _loose_family(head)


def _loose_family(head: bytes) -> str | None:
    if head.startswith((b"MZ", b"ZM")) and b"\0" in head:
        return "program"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start[:1024] and start.startswith(b"<"):
        return "svg"
    if start.startswith(_WEB_PAGE):
        return "web_page"
    if start.startswith(b"<?xml"):
        return "xml"
    if b"\0" not in head:
        return "text"
    return _by_puremagic(head)


def _by_puremagic(head: bytes) -> str | None:
    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    return next((_PURE[guess.extension] for guess in guesses if guess.extension in _PURE), None)
