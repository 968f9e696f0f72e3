"""The closed list of kinds of files the portal takes. Everything stored and served takes its media type from here."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_OFFICE = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class FileKind:
    """One kind. `code` is what rows store; `extensions` are lower case without a dot, the first is the usual one;
    `css` is the class of the file-type badge (`f-doc`, `f-ppt`, `f-xls`, `f-pdf`, `f-vid`, `f-img`, `f-aud`, `f-zip`)."""

    code: str
    media_type: str
    extensions: tuple[str, ...]
    label: str | Promise
    css: str

    @property
    def extension(self) -> str:
        """The usual extension, for names the portal makes."""
        return self.extensions[0]

    @property
    def badge(self) -> str:
        """The short sign on the badge: DOCX, PDF."""
        return self.extensions[0].upper()

    @property
    def is_image(self) -> bool:
        """Raster images are the only kind that may be shown inline."""
        return self.code in IMAGES


IMAGES = frozenset({"png", "jpeg", "webp"})
OFFICE = frozenset({"docx", "pptx", "xlsx", "odt", "odp", "ods"})
WITH_TEXT = OFFICE | {"pdf", "rtf", "txt", "csv", "zip"}
WITH_PREVIEW = OFFICE | IMAGES | {"pdf", "rtf", "txt", "csv"}

_ALL = (
    FileKind("pdf", "application/pdf", ("pdf",), _("PDF document"), "f-pdf"),
    FileKind("docx", _OFFICE + "wordprocessingml.document", ("docx",), _("Word document"), "f-doc"),
    FileKind("pptx", _OFFICE + "presentationml.presentation", ("pptx",), _("PowerPoint presentation"), "f-ppt"),
    FileKind("xlsx", _OFFICE + "spreadsheetml.sheet", ("xlsx",), _("Excel table"), "f-xls"),
    FileKind("odt", _ODF + "text", ("odt",), _("OpenDocument text"), "f-doc"),
    FileKind("odp", _ODF + "presentation", ("odp",), _("OpenDocument presentation"), "f-ppt"),
    FileKind("ods", _ODF + "spreadsheet", ("ods",), _("OpenDocument table"), "f-xls"),
    FileKind("rtf", "application/rtf", ("rtf",), _("RTF text"), "f-doc"),
    FileKind("txt", "text/plain", ("txt",), _("plain text"), "f-doc"),
    FileKind("csv", "text/csv", ("csv",), _("CSV table"), "f-xls"),
    FileKind("png", "image/png", ("png",), _("PNG picture"), "f-img"),
    FileKind("jpeg", "image/jpeg", ("jpg", "jpeg"), _("JPEG picture"), "f-img"),
    FileKind("webp", "image/webp", ("webp",), _("WebP picture"), "f-img"),
    FileKind("mp3", "audio/mpeg", ("mp3",), _("MP3 sound"), "f-aud"),
    FileKind("mp4", "video/mp4", ("mp4", "m4v"), _("MP4 video"), "f-vid"),
    FileKind("webm", "video/webm", ("webm",), _("WebM video"), "f-vid"),
    FileKind("zip", "application/zip", ("zip",), _("ZIP archive"), "f-zip"),
)

KINDS: dict[str, FileKind] = {kind.code: kind for kind in _ALL}
KIND_CHOICES: list[tuple[str, str | Promise]] = [(kind.code, kind.label) for kind in _ALL]
BY_EXTENSION: dict[str, FileKind] = {extension: kind for kind in _ALL for extension in kind.extensions}
ACCEPT = ",".join("." + extension for extension in BY_EXTENSION)
"""Ready for the `accept` attribute of a file field."""
