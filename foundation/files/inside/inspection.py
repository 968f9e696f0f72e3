"""Is the file what its extension says, whole, and harmless to open? Answers its kind and the personal data in its properties."""

import mmap
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipInfo
from zlib import error as ZlibError

from defusedxml.common import DefusedXmlException

from foundation.files.inside import media, personal, pictures, plain, sniff
from foundation.files.inside.refusal import Refusal
from foundation.files.inside.relations import main_part
from foundation.files.inside.xmltools import children_of, local, root_of
from foundation.files.inside.zips import Archive, member_name

OFFICE_ENTRIES = 10_000
ZIP_ENTRIES = 1_000
PDF_PAGES = 2_000
PDFIUM_PASSWORD = 4

# Kind → the element of its main part whose children are walked to see that the part is whole.
_OOXML = {"docx": "body", "pptx": "sldIdLst", "xlsx": "sheets"}
_ODF = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}
# What a Mac adds to every archive: attribute files (by their magic) and folder settings.
_MAC_EXTRAS = (b"\x00\x05\x16\x07", b"\x00\x00\x00\x01Bud1")
_BROKEN = (BadZipFile, ZlibError, EOFError, OSError, SyntaxError, ValueError, KeyError, DefusedXmlException, NotImplementedError)

Answer = dict[str, Any]


def inspect_file(path: str, kind: str) -> Answer:
    """Inspect the file of the expected kind. Answers {"kind", "metadata", "pages"}; raises Refusal."""
    with Path(path).open("rb") as stream:
        return inspect_stream(stream, kind, nested=False)


def inspect_stream(stream: IO[bytes], kind: str, *, nested: bool) -> Answer:
    """The same for an open file; `nested` says that it is a member of a ZIP, where another ZIP is refused."""
    stream.seek(0)
    found = sniff.family(stream.read(sniff.HEAD))
    expected = "zip" if kind in _OOXML or kind in _ODF.values() else "text" if kind in {"txt", "csv"} else kind
    if found == "ole":
        raise _ole_refusal(stream, kind)
    if found != expected and not (kind == "txt" and found in sniff.TEXT_LIKE):
        raise Refusal("type_unclear", extension=kind) if found is None else Refusal("type_mismatch", actual=_really(stream, found))
    answer = _CHECKS[kind](stream, kind, nested)
    return {"kind": kind, "metadata": {}, "pages": None} | (answer or {})


def _really(stream: IO[bytes], found: str) -> str:
    """`zip` told apart into the office files; other families are their own names."""
    if found != "zip":
        return found
    try:
        return zip_content(Archive(stream, entries=OFFICE_ENTRIES))
    except (Refusal, *_BROKEN):
        return "zip"


def zip_content(archive: Archive) -> str:
    """Which office file this ZIP is; `zip` for none."""
    if "mimetype" in archive:
        return _ODF.get(archive.read("mimetype", 200).decode("ascii", "replace").strip(), "zip")
    return main_part(archive)[0] or "zip"


def _ole_refusal(stream: IO[bytes], kind: str) -> Refusal:
    """An OLE container: a modern office file under a password keeps its bytes in a stream `EncryptedPackage`."""
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        encrypted = data.find("EncryptedPackage".encode("utf-16-le")) >= 0
    if encrypted and kind in _OOXML:
        return Refusal("office_encrypted")
    return Refusal("type_old_office") if kind in _OOXML else Refusal("type_mismatch", actual="old_office")


def _check_office(stream: IO[bytes], kind: str, _nested: bool) -> Answer:
    archive = Archive(stream, entries=OFFICE_ENTRIES)
    try:
        actual = zip_content(archive)
        if actual != kind:
            raise Refusal("type_mismatch", actual=actual)
        _refuse_macros(archive)
        if kind in _OOXML:
            with archive.open(main_part(archive)[1]) as part:
                for _part in children_of(part, _OOXML[kind]):
                    pass
        else:
            _check_opendocument(archive)
        archive.verify()
        return {"metadata": personal.office_metadata(archive)}
    except _BROKEN as broken:
        raise Refusal("office_broken") from broken


def _refuse_macros(archive: Archive) -> None:
    names = {name.lower() for name in archive.names}
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in name for name in names):
        raise Refusal("office_macros")
    if "[Content_Types].xml" in archive and b"macroenabled" in archive.read("[Content_Types].xml", 2_000_000).lower():
        raise Refusal("office_macros")
    libraries = {name for name in names if name.startswith(("basic/", "scripts/"))}
    # LibreOffice writes the empty indexes of libraries even where there is no macro.
    if any(not name.endswith(("script-lc.xml", "script-lb.xml", "dialog-lc.xml", "dialog-lb.xml")) for name in libraries):
        raise Refusal("office_macros")


def _check_opendocument(archive: Archive) -> None:
    if "META-INF/manifest.xml" in archive and b"encryption-data" in archive.read("META-INF/manifest.xml", 5_000_000):
        raise Refusal("office_encrypted")
    with archive.open("content.xml") as part:
        for _part in children_of(part, "body"):
            pass
    with archive.open("META-INF/manifest.xml") as part:
        if local(root_of(part)) != "manifest":
            raise Refusal("office_broken")


def _check_zip(stream: IO[bytes], _kind: str, nested: bool) -> Answer:
    archive = Archive(stream, entries=OFFICE_ENTRIES)
    try:
        actual = zip_content(archive)
    except _BROKEN as broken:
        raise Refusal("archive_broken") from broken
    if actual != "zip":
        raise Refusal("type_mismatch", actual=actual)
    if len(archive.infos) > ZIP_ENTRIES:
        raise Refusal("archive_entries")
    if not archive.infos:
        raise Refusal("archive_empty")
    for info in archive.infos:
        _check_zip_member(archive, info)
    return {}


def _check_zip_member(archive: Archive, info: ZipInfo) -> None:
    """Each member is unpacked into an unnamed temporary file and inspected like an upload of its own."""
    name = member_name(info)
    shown = name.rpartition("/")[2][:100]
    try:
        if archive.read(info, 8).startswith(_MAC_EXTRAS) and info.file_size < 100_000:
            return
        kind = KIND_OF.get(shown.rpartition(".")[2].lower())
        if kind is None:
            nested_archive = shown.lower().endswith((".rar", ".7z", ".gz", ".tar", ".jar"))
            raise Refusal("archive_nested" if nested_archive else "archive_member", member=shown)
        if kind == "zip":
            raise Refusal("archive_nested", member=shown)
        with tempfile.TemporaryFile() as unpacked:
            for chunk in archive.chunks(info):
                unpacked.write(chunk)
            unpacked.flush()
            inspect_stream(unpacked, kind, nested=True)
    except Refusal as refusal:
        if refusal.code in {"archive_nested", "archive_member"}:
            raise
        raise Refusal("archive_member", member=shown) from refusal
    except _BROKEN as broken:
        raise Refusal("archive_broken") from broken


def _check_pdf(stream: IO[bytes], _kind: str, _nested: bool) -> Answer:
    import pypdfium2

    stream.seek(0)
    try:
        document = pypdfium2.PdfDocument(stream)
    except pypdfium2.PdfiumError as failure:
        raise Refusal("pdf_encrypted" if failure.err_code == PDFIUM_PASSWORD else "pdf_broken") from failure
    try:
        pages = len(document)
        if pages > PDF_PAGES:
            raise Refusal("pdf_pages", limit=PDF_PAGES)
        if pages == 0:
            raise Refusal("pdf_broken")
        document[0].get_size()
        author = str(document.get_metadata_dict().get("Author", ""))[: personal.MAX_VALUE]
    except pypdfium2.PdfiumError as failure:
        raise Refusal("pdf_broken") from failure
    finally:
        document.close()
    return {"pages": pages, "metadata": {"creator": author} if author.strip() else {}}


def _check_image(stream: IO[bytes], kind: str, _nested: bool) -> Answer:
    stream.seek(0)
    picture = pictures.open_picture(stream)
    if picture.format not in pictures.FORMATS[kind]:
        raise Refusal("image_broken")
    return {"metadata": {"place": "GPS"} if picture.getexif().get_ifd(0x8825) else {}}


def _check_text(stream: IO[bytes], _kind: str, _nested: bool) -> Answer:
    plain.find_encoding(stream)
    return {}


def _check_rtf(stream: IO[bytes], _kind: str, _nested: bool) -> Answer:
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 1024))
    if not stream.read().rstrip(b"\0 \r\n\t").endswith(b"}"):
        raise Refusal("rtf_broken")
    return {}


def _walk(check: Callable[[IO[bytes]], None]) -> Callable[[IO[bytes], str, bool], Answer]:
    def walk(stream: IO[bytes], _kind: str, _nested: bool) -> Answer:
        check(stream)
        return {}

    return walk


_CHECKS: dict[str, Callable[[IO[bytes], str, bool], Answer]] = {
    **dict.fromkeys((*_OOXML, *_ODF.values()), _check_office),
    **dict.fromkeys(("png", "jpeg", "webp"), _check_image),
    **dict.fromkeys(("txt", "csv"), _check_text),
    "zip": _check_zip,
    "pdf": _check_pdf,
    "rtf": _check_rtf,
    "mp3": _walk(media.check_mp3),
    "mp4": _walk(media.check_mp4),
    "webm": _walk(media.check_webm),
}
KIND_OF = {kind: kind for kind in _CHECKS} | {"jpg": "jpeg", "m4v": "mp4"}
"""Extension → kind: the Django-free shadow of kinds.BY_EXTENSION; a test holds the two together."""
