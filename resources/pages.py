"""What the writing pages show of a material's files: one row each, every string worked out."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from foundation.files.metadata import STRIPPABLE
from resources.actions.upload import received_bytes
from resources.models import Material, MaterialFile, Upload
from resources.models.file import Reading

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
    """A file with what its properties tell about people; `strippable` when the portal can cut that out."""

    file: MaterialFile
    badge: str
    state: Reading
    personal: list[tuple[str, str]]
    strippable: bool


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
    """Files of the current version, in order."""
    version = material.versions.order_by("-number").first()
    return [file_row(file) for file in MaterialFile.objects.filter(version=version)]


def upload_rows(material: Material) -> list[UploadRow]:
    """What was begun and has not come whole."""
    return [UploadRow(upload, received_bytes(upload)) for upload in material.uploads.filter(file=None)]
