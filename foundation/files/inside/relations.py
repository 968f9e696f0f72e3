"""Who points to whom inside an OOXML package."""

import posixpath

from foundation.files.inside.xmltools import attribute, root_of
from foundation.files.inside.zips import Archive

_FOLDERS = {"word": "docx", "ppt": "pptx", "xl": "xlsx"}


def main_part(archive: Archive) -> tuple[str, str]:
    """The kind and the main part of an OOXML package (usually word/document.xml; Word on the web numbers it); empty when there is none."""
    if "[Content_Types].xml" not in archive or "_rels/.rels" not in archive:
        return "", ""
    with archive.open("_rels/.rels") as stream:
        for relation in root_of(stream):
            member = posixpath.normpath("/" + attribute(relation, "Target")).lstrip("/")
            if attribute(relation, "Type").endswith("/officeDocument") and member in archive:
                return _FOLDERS.get(member.partition("/")[0], ""), member
    return "", ""


def relations(archive: Archive, part: str) -> dict[str, str]:
    """Relation id → member, only members that exist in the package (never an outside address)."""
    folder, name = posixpath.split(part)
    source = f"{folder}/_rels/{name}.rels"
    if source not in archive:
        return {}
    with archive.open(source) as stream:
        pairs = {attribute(relation, "Id"): attribute(relation, "Target") for relation in root_of(stream)}
    found = {}
    for key, target in pairs.items():
        member = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
        if member in archive:
            found[key] = member
    return found
