"""What may be wrong with a file, each with what to do next."""

from typing import cast

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class FileRejected(ValidationError):
    """The file is not taken. A ValidationError, so that a form can let it through; `code` names the reason."""

    def __init__(self, code: str, message: str | Promise, params: dict | None = None) -> None:
        super().__init__(cast(str, message), code=code, params=params)


class StorageTrouble(Exception):
    """The storage does not do its work at the moment. `words` are for the reader; the argument is for the log."""

    words: str | Promise = ""


class StorageAway(StorageTrouble):
    """It does not answer, or refuses the portal."""

    words = _("The storage of files does not answer at the moment. Nothing that was saved is lost; please try again in a few minutes.")


class StorageFull(StorageTrouble):
    """There is no room left on the disk or in the bucket."""

    words = _(
        "There is no room left for files on the portal, so this one was not saved. What was saved before is kept and can be read. "
        "Please tell the administrator of the portal and try again later."
    )


class Unreadable(Exception):
    """The file may be kept, but its text or its pages could not be read within the bounds. The argument is a reason code."""


REASONS: dict[str, str | Promise] = {
    "name_empty": _("The file has no name. Rename the file and choose it again."),
    "name_long": _("The name of the file is longer than 200 characters. Rename the file to something shorter and choose it again."),
    "name_characters": _("The name of the file holds hidden characters that can deceive the reader. Rename the file and choose it again."),
    "name_path": _("The name of the file holds a path (a slash or two dots). Rename the file and choose it again."),
    "file_empty": _("The file is empty (0 bytes). Check that it opens on your computer and choose it again."),
    "file_large": _("The file is larger than %(limit)s. Make it smaller (compress its pictures, split it into parts) and choose it again."),
    "type_unknown": _(
        "Files of this type are not accepted. Save it as PDF, DOCX, PPTX, XLSX, ODT, ODP, ODS, RTF, TXT, CSV, PNG, JPEG, WebP, MP3, MP4, WebM or ZIP."
    ),
    "type_old_office": _("This is a file of an old Office version. Open it, choose “Save as” DOCX, PPTX, XLSX or PDF, and upload the new file."),
    "type_mismatch": _("The content does not match the extension: in fact this is %(actual)s. Upload the real document, or save it anew in the type you need."),
    "type_unclear": _(
        "The content does not match the extension “.%(extension)s”, and its real type is unknown. Open the file in its program, save it anew and upload that."
    ),
    "archive_broken": _("The file is damaged. Check that it opens on your computer, save or pack it anew and upload that."),
    "archive_empty": _("There are no files in the archive. Put the files in and pack it again."),
    "archive_entries": _("There are too many files in the archive. Split it into several smaller ones."),
    "archive_size": _("Unpacked, the archive takes too much space. Split it into several smaller ones."),
    "archive_ratio": _("The archive unpacks into far more than it holds, as harmful archives do. Pack the files again or upload them one by one."),
    "archive_nested": _("There is another archive inside the archive: “%(member)s”. Unpack it and pack all files into one ZIP."),
    "archive_names": _("The archive holds unsafe file names (with a path outside the archive or hidden characters). Pack the files again."),
    "archive_encrypted": _("The archive is protected by a password. Remove the password and upload it again."),
    "archive_member": _(
        "The file “%(member)s” in the archive is of a type that is not accepted or is damaged. Remove it from the archive or save it in another type."
    ),
    "office_macros": _("The document holds macros, and they may be harmful. Save it without macros: as DOCX, PPTX, XLSX, ODT, ODP or ODS."),
    "office_encrypted": _("The document is protected by a password. Remove the password in its program and upload it again."),
    "office_broken": _("The document is damaged. Open it in its program, save it anew and upload that."),
    "pdf_encrypted": _("The PDF is protected by a password. Save it without the password and upload it again."),
    "pdf_broken": _("The PDF is damaged. Open the source document, save it as PDF anew and upload that."),
    "pdf_pages": _("There are more than %(limit)s pages in the PDF. Split it into parts."),
    "image_broken": _("The picture is damaged or not complete. Open it, save it anew and upload that."),
    "image_pixels": _("The picture is too large: more than %(limit)s megapixels. Make it smaller and upload it again."),
    "text_binary": _("This is not a text file, or its encoding is unknown. Save it as plain text in UTF-8 and upload it again."),
    "rtf_broken": _("The RTF document is damaged. Open it, save it anew (better as DOCX or ODT) and upload that."),
    "media_broken": _("The recording is damaged or not complete. Check that it plays on your computer, or convert it anew."),
    "table_long": _("The table is too long; expected at most %(limit)s rows. Split it into several batches."),
    "table_broken": _("The table cannot be read: quotation marks or cells are broken. Save it anew as XLSX or CSV and upload that."),
    "check_failed": _("The file could not be checked: it is too complex or damaged. Save it anew or as PDF and upload that."),
}

ACTUAL: dict[str, str | Promise] = {
    "program": _("a program (an executable file)"),
    "script": _("a script"),
    "web_page": _("a web page (HTML)"),
    "svg": _("an SVG drawing"),
    "xml": _("an XML file"),
    "rar": _("a RAR archive"),
    "7z": _("a 7-Zip archive"),
    "gzip": _("a gzip archive"),
    "gif": _("a GIF picture"),
    "bmp": _("a BMP picture"),
    "tiff": _("a TIFF picture"),
    "heic": _("a HEIC picture"),
    "mov": _("a QuickTime video"),
    "mkv": _("a Matroska video"),
    "old_office": _("a document of an old Office version"),
    "text": _("plain text"),
}


def rejected(code: str, **params: object) -> FileRejected:
    """The refusal for a reason code of REASONS; an unknown code from the child becomes `check_failed`."""
    if code not in REASONS:
        code = "check_failed"
    return FileRejected(code, REASONS[code], params or None)
