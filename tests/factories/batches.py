"""Archives and tables as people pack them, and a batch that came by the real road."""

import csv
import io
import re
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from openpyxl import Workbook

from resources.models import Batch
from tests.factories.files import plain, zipped

NEW = "/materials/batches/new/"
HEADER = ("Файл", "Название", "Тип", "Предмет", "Классы", "Лицензия", "Аннотация")


def xlsx(rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER) -> bytes:
    """A workbook with one sheet."""
    book = Workbook()
    for row in (header, *rows):
        book.active.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def semicolons(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, encoding: str = "utf-8-sig") -> bytes:
    """A CSV as a Russian spreadsheet writes it."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerows((header, *rows))
    return stream.getvalue().encode(encoding)


def lessons(*names: str) -> dict[str, bytes]:
    """Text files that differ from each other."""
    return {name: plain(f"слово{place}") for place, name in enumerate(names)}


def windows_zip(members: dict[str, bytes]) -> bytes:
    """Names in CP866 and no word of it, as Windows in Russian packs them."""
    stand_ins = {name: f"{place:03}".ljust(len(name.encode("cp866")), "y") for place, name in enumerate(members)}
    packed = zipped({stand_ins[name]: content for name, content in members.items()}, method=zipfile.ZIP_STORED)
    for name, stand_in in stand_ins.items():
        packed = packed.replace(stand_in.encode(), name.encode("cp866"))
    return packed


def named_zip(raw: bytes, content: bytes = b"x") -> bytes:
    """One member whose name is these very bytes, without the UTF-8 flag."""
    return zipped({"q" * len(raw): content}, method=zipfile.ZIP_STORED).replace(b"q" * len(raw), raw)


def link_zip() -> bytes:
    """A symbolic link instead of a file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo("урок.txt")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return stream.getvalue()


def million_entries() -> bytes:
    """An end of archive that declares a million entries, with a directory of the size they would have."""
    directory = b"PK\x01\x02" + bytes(42)
    return directory * 60_000 + struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 60_000, 60_000, 46 * 60_000, 0, 0)


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send(browser: Client, *files: SimpleUploadedFile, library: str = "", licence: str = "cc-by") -> Batch:
    """Send files by the plain form and ask for the check; with the immediate queue of tests it is done when this returns."""
    key = key_of(browser)
    answer = browser.post(NEW, {"key": key, "files": list(files), "library": library, "licence": licence, "do": "check"})
    assert answer.status_code == 302, answer.content.decode()
    return Batch.objects.get(pk=key)


def key_of(browser: Client) -> str:
    """The key that a fresh page says."""
    found = re.search(r'name="key" value="([0-9a-f-]{36})"', browser.get(NEW).content.decode())
    assert found
    return found[1]


def press(browser: Client, batch: Batch, what: str) -> Batch:
    """Press a button of the batch's page."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert browser.post(batch.get_absolute_url(), {"do": what}).status_code == 302
    batch.refresh_from_db()
    return batch
