"""Personal data in the properties of office files: found, and cut out on request."""

import shutil
import zipfile
from pathlib import Path
from typing import Any
from xml.parsers import expat

from foundation.files.inside.refusal import Refusal
from foundation.files.inside.xmltools import local, root_of
from foundation.files.inside.zips import CHUNK, Archive

MAX_VALUE = 200
MAX_PART = 1_000_000
ENTRIES = 10_000

# Member → local names of elements → how we call what they hold.
FIELDS: dict[str, dict[str, str]] = {
    "docProps/core.xml": {"creator": "creator", "lastModifiedBy": "last_modified_by"},
    "docProps/app.xml": {"Company": "company", "Manager": "manager"},
    "meta.xml": {"initial-creator": "creator", "creator": "last_modified_by", "printed-by": "printed_by"},
}


def office_metadata(archive: Archive) -> dict[str, str]:
    """Who made the file, who changed it last, and their organisation, as far as the properties say."""
    found: dict[str, str] = {}
    for member, names in FIELDS.items():
        if member in archive and archive.zip.getinfo(member).file_size <= MAX_PART:
            with archive.open(member) as stream:
                for element in root_of(stream).iter():
                    text = (element.text or "").strip()
                    if local(element) in names and text:
                        found[names[local(element)]] = text[:MAX_VALUE]
    return found


def without_values(source: bytes, names: dict[str, str]) -> bytes:
    """The same XML with the text of the named elements cut out; every other byte stays where it was."""
    cuts: list[tuple[int, int]] = []
    begin: int | None = None
    open_name: str | None = None
    parser = expat.ParserCreate()

    def started(name: str, _attributes: Any) -> None:
        nonlocal open_name, begin
        if name.rpartition(":")[2] in names:
            open_name, begin = name, None

    def text(_data: str) -> None:
        nonlocal begin
        if open_name is not None and begin is None:
            begin = parser.CurrentByteIndex

    def ended(name: str) -> None:
        nonlocal open_name, begin
        if name == open_name:
            if begin is not None:
                cuts.append((begin, parser.CurrentByteIndex))
            open_name = begin = None

    def refuse(*_anything: Any) -> None:
        raise Refusal("office_broken")

    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = started, text, ended
    parser.EntityDeclHandler = refuse
    parser.Parse(source, True)
    for start, end in reversed(cuts):
        source = source[:start] + source[end:]
    return source


def strip_office_metadata(source: str, target: str) -> dict[str, list[str]]:
    """Write `target` without the values of FIELDS. Every other member keeps its bytes, order, method and date. Answers what was cut."""
    with Path(source).open("rb") as stream, zipfile.ZipFile(target, "w") as made:
        archive = Archive(stream, entries=ENTRIES)
        found = sorted(office_metadata(archive))
        for info in archive.zip.infolist():
            copy = zipfile.ZipInfo(info.filename, info.date_time)
            copy.compress_type, copy.external_attr, copy.create_system = info.compress_type, info.external_attr, info.create_system
            copy.file_size = info.file_size
            if info.filename in FIELDS and info.file_size <= MAX_PART:
                made.writestr(copy, without_values(archive.read(info, MAX_PART), FIELDS[info.filename]))
            else:
                with archive.open(info) as member, made.open(copy, "w") as out:
                    shutil.copyfileobj(member, out, CHUNK)
    return {"removed": found}
