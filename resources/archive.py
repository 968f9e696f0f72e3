"""All files of a material as one ZIP, sent while it is made: nothing is kept in memory or on disk."""

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from foundation.files.models import StoredFile
from foundation.files.storage import CHUNK, open_stored, stored_size
from foundation.streams import Sink

# Bytes of ZIP's own records beside names and contents: local header, data descriptor, entry of the directory, the directory's end.
HEADER, DESCRIPTOR, ENTRY, END = 30, 16, 46, 22
# What sizes and offsets above 2 GB add to them.
LONG_HEADER, LONG_DESCRIPTOR, LONG_EXTRA, LONG_NUMBER, LONG_END = 20, 8, 4, 8, 56 + 20
# ZIP knows no earlier year.
FIRST_YEAR = 1980


def unique_names(names: Iterable[str]) -> list[str]:
    """The names made different for a file system that ignores case: «план.docx», «план (2).docx»."""
    taken: set[str] = set()
    result = []
    for name in names:
        path, number, candidate = PurePosixPath(name), 1, name
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{path.stem} ({number}){path.suffix}"
        taken.add(candidate.casefold())
        result.append(candidate)
    return result


def archive_size(names: Iterable[str], sizes: Iterable[int]) -> int:
    """Bytes of the ZIP, known before the first one is sent, so that a slow line shows how far it is."""
    offset = directory = 0
    for name, size in zip(names, sizes, strict=True):
        length = len(name.encode())
        numbers = 2 * (size > zipfile.ZIP64_LIMIT) + (offset > zipfile.ZIP64_LIMIT)
        directory += ENTRY + length + (LONG_EXTRA + LONG_NUMBER * numbers if numbers else 0)
        # zipfile leaves room for contents that grow a little, which stored ones do not.
        is_long = size * 1.05 > zipfile.ZIP64_LIMIT
        offset += HEADER + length + size + DESCRIPTOR + (LONG_HEADER + LONG_DESCRIPTOR if is_long else 0)
    return offset + directory + END + (LONG_END if offset > zipfile.ZIP64_LIMIT else 0)


def archive_response(files: Iterable[StoredFile], name: str) -> StreamingHttpResponse:
    """The files as an attachment `name`, not compressed: office files, pictures and PDF already are. Raises FileNotFoundError before the answer begins."""
    files = list(files)
    names = unique_names(file.original_name for file in files)
    for file in files:
        stored_size(file.stored_name)
    response = StreamingHttpResponse(_chunks(files, names), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Content-Length"] = str(archive_size(names, [file.size for file in files]))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    # Keeps GZipMiddleware away: a compressed stream has no length.
    response["Content-Encoding"] = "identity"
    return response


def _chunks(files: list[StoredFile], names: list[str]) -> Iterator[bytes]:
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[arg-type]
        for file, name in zip(files, names, strict=True):
            made = timezone.localtime(file.created_at)
            entry = zipfile.ZipInfo(name, (max(made.year, FIRST_YEAR), made.month, made.day, made.hour, made.minute, made.second))
            entry.file_size = file.size
            with archive.open(entry, "w") as target, open_stored(file.stored_name) as source:
                while chunk := source.read(CHUNK):
                    target.write(chunk)
                    yield sink.take()
            yield sink.take()
    yield sink.take()
