"""ZIP containers read within bounds."""

import io
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Iterator
from typing import IO

from foundation.files.inside.refusal import Refusal

MAX_DIRECTORY = 2 * 1024 * 1024
MAX_TOTAL = 400 * 1024 * 1024
MAX_RATIO = 200
RATIO_FROM = 4 * 1024 * 1024
CHUNK = 64 * 1024
# Bytes of the two records with which ZIP64 ends, before the classic one.
ZIP64_END, ZIP64_LOCATOR = 56, 20
# Where the Cyrillic letters of Unicode end, and what else stands in names of files.
_CYRILLIC_END = "\u0530"
_MARKS = frozenset("№–—…«»“”„•")
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def hidden_characters(text: str) -> bool:
    """Control characters, direction marks, line separators, lone surrogates, private use: nothing a file name needs."""
    return any(char in BIDI or unicodedata.category(char) in {"Cc", "Cs", "Co", "Zl", "Zp"} for char in text)


def member_name(info: zipfile.ZipInfo) -> str:
    """The name as its author saw it: Windows in Russian packs names in CP866 without saying so, a Mac in UTF-8 without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeError:
        return info.filename
    try:
        name = raw.decode("utf-8")
    except UnicodeError:
        return raw.decode("cp866")
    # Three Russian letters of CP866 may be one letter of a far alphabet in UTF-8.
    return name if all(sign < _CYRILLIC_END or sign in _MARKS for sign in name) else raw.decode("cp866")


class Archive:
    """An opened ZIP whose declared sizes, names and methods are within bounds. zipfile never reads past a declared size,
    so that the declared total bounds the real one. Raises Refusal."""

    def __init__(self, stream: IO[bytes], *, entries: int) -> None:
        self._bound_directory(stream)
        try:
            self.zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as broken:
            raise Refusal("archive_broken") from broken
        if not all(info.filename for info in self.zip.infolist()):
            raise Refusal("archive_broken")
        self.infos = [info for info in self.zip.infolist() if not info.is_dir()]
        if len(self.zip.infolist()) > entries:
            raise Refusal("archive_entries")
        self.names = {info.filename for info in self.infos}
        if len(self.names) != len(self.infos):
            raise Refusal("archive_broken")
        for info in self.zip.infolist():
            self._check_member(info)
        if sum(info.file_size for info in self.infos) > MAX_TOTAL:
            raise Refusal("archive_size")

    @staticmethod
    def _bound_directory(stream: IO[bytes]) -> None:
        """Before zipfile builds a Python object for each entry: the central directory must be small.

        A ZIP64 record, where there is one, counts: zipfile believes it and not the classic one behind it.
        """
        size = stream.seek(0, io.SEEK_END)
        stream.seek(max(0, size - 66_000))
        tail = stream.read()
        place = tail.rfind(b"PK\x05\x06")
        if place < 0 or len(tail) - place < 22:
            raise Refusal("archive_broken")
        directory_size = struct.unpack_from("<L", tail, place + 12)[0]
        if tail[max(0, place - ZIP64_LOCATOR) : place].startswith(b"PK\x06\x07"):
            record = tail[max(0, place - ZIP64_LOCATOR - ZIP64_END) : place - ZIP64_LOCATOR]
            if len(record) < ZIP64_END or not record.startswith(b"PK\x06\x06"):
                raise Refusal("archive_broken")
            directory_size = struct.unpack_from("<Q", record, 40)[0]
        if directory_size > MAX_DIRECTORY:
            raise Refusal("archive_entries")
        stream.seek(0)

    @staticmethod
    def _check_member(info: zipfile.ZipInfo) -> None:
        raw = info.orig_filename
        parts = raw.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or (len(parts[0]) == 2 and parts[0][1] == ":") or hidden_characters(raw):
            raise Refusal("archive_names")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise Refusal("archive_names")
        if info.flag_bits & 0x1:
            raise Refusal("archive_encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refusal("archive_broken")
        if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * max(1, info.compress_size):
            raise Refusal("archive_ratio")

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def open(self, name: str | zipfile.ZipInfo) -> IO[bytes]:
        """A member's stream."""
        return self.zip.open(name)

    def read(self, name: str | zipfile.ZipInfo, limit: int) -> bytes:
        """A member's first `limit` bytes."""
        with self.zip.open(name) as member:
            return member.read(limit)

    def chunks(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The whole member, checked against its CRC on the way."""
        with self.zip.open(info) as member:
            while chunk := member.read(CHUNK):
                yield chunk

    def verify(self) -> None:
        """Inflate everything once: a damaged member shows here and not in the reader's hands."""
        for info in self.infos:
            for _chunk in self.chunks(info):
                pass
