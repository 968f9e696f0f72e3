"""What the writing pages show of a material's files: one row each, every string worked out."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from communities.models import Teacher
from foundation.files.metadata import STRIPPABLE
from resources.actions.upload import received_bytes
from resources.duplicates import Similar, others_of, same_files, similar_to_files
from resources.models import Material, MaterialFile, Upload
from resources.models.file import Reading
from resources.versions import working_version

# Keys of CheckedFile.metadata in words.
METADATA_LABELS = {
    "creator": _("author"),
    "last_modified_by": _("last changed by"),
    "company": _("organisation"),
    "manager": _("manager"),
    "printed_by": _("printed by"),
    "place": _("place of the photo"),
}


@dataclass(slots=True)
class FileRow:
    """A file with what its properties tell about people; `strippable` when the portal can cut that out, `same`: other materials with just this file."""

    file: MaterialFile
    badge: str
    state: Reading
    personal: list[tuple[str, str]]
    strippable: bool
    same: list[Material] = field(default_factory=list)


@dataclass(slots=True)
class UploadRow:
    """An upload that broke off."""

    upload: Upload
    received: int


def file_row(file: MaterialFile) -> FileRow:
    """Costs no query."""
    personal = [(str(METADATA_LABELS.get(key, key)), str(value)) for key, value in file.metadata.items()]
    return FileRow(file, file.file_kind.badge, Reading(file.reading), personal, bool(personal) and file.kind in STRIPPABLE)


def file_rows(material: Material) -> list[FileRow]:
    """Files of the version that is being worked on or reviewed, of the current one otherwise, in order."""
    return [file_row(file) for file in MaterialFile.objects.filter(version_id=working_version(material).content_id)]


def with_same_files(rows: list[FileRow], material: Material, reader: Teacher) -> list[FileRow]:
    """Note in the rows which other materials, of those the reader may see, have the very same file. Two queries."""
    found = same_files(material, [row.file.sha256 for row in rows], reader) if rows else {}
    for row in rows:
        row.same = found.get(row.file.sha256, [])
    return rows


def files_and_likes(material: Material, reader: Teacher) -> tuple[list[FileRow], list[Similar]]:
    """File rows with their same files, and materials of nearly the same text. Five queries at most, one without files."""
    rows = file_rows(material)
    if not rows:
        return [], []
    among = others_of(material, reader)
    found = same_files(material, [row.file.sha256 for row in rows], reader, among)
    for row in rows:
        row.same = found.get(row.file.sha256, [])
    return rows, similar_to_files([row.file for row in rows], among)


def upload_rows(material: Material) -> list[UploadRow]:
    """What was begun and has not come whole."""
    return [UploadRow(upload, received_bytes(upload)) for upload in material.uploads.filter(file=None)]
