"""Stored files on their way out: as an attachment, in the stored type, resumable."""

import logging
import re
from typing import IO
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags

from foundation.files.kinds import IMAGES, KINDS
from foundation.files.storage import open_stored, stored_size

logger = logging.getLogger(__name__)

PLAYED = frozenset(KINDS[code].media_type for code in ("mp3", "mp4", "webm"))
"""What the page's own players ask for: decoded as sound or video or not at all, never read as a document."""
_INLINE = frozenset(KINDS[code].media_type for code in IMAGES) | PLAYED
_RANGE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]')


class _Slice:
    """The next `length` bytes of an open file, as something FileResponse streams and closes."""

    def __init__(self, stream: IO[bytes], length: int) -> None:
        self.stream = stream
        self.left = length

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes of what is left."""
        data = self.stream.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        return data

    def close(self) -> None:
        """Close the file."""
        self.stream.close()


def file_response(
    request: HttpRequest, stored_name: str, *, download_name: str, media_type: str, inline: bool = False, public: bool = False
) -> HttpResponseBase:
    """The stored file, whole or the one range asked for (a broken download goes on where it stopped).

    Only raster pictures, sound and video may be `inline`; anything else is an attachment whatever is asked. `public` lets shared caches keep it for a day:
    only for what every visitor may see. Rights are the caller's matter. Raises Http404 when the file is missing.
    """
    try:
        size = stored_size(stored_name)
    except (FileNotFoundError, SuspiciousFileOperation) as missing:
        logger.error("stored file is missing: %s", stored_name)
        raise Http404 from missing
    etag = f'"{stored_name.rpartition("/")[2].partition("-")[0]}"'
    response = _answer(request, stored_name, size, etag)
    attached = not (inline and media_type in _INLINE)
    response["Content-Disposition"] = content_disposition_header(attached, _UNSAFE.sub("_", download_name) or "file") or ""
    response["Content-Type"] = media_type
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "public, max-age=86400" if public else "private, no-store"
    # Says «already encoded» to GZipMiddleware: a compressed stream has no length and no ranges.
    response["Content-Encoding"] = "identity"
    return response


def _answer(request: HttpRequest, name: str, size: int, etag: str) -> HttpResponseBase:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if etag in known or "*" in known or f"W/{etag}" in known:
        return HttpResponse(status=304)
    if prefix := getattr(settings, "FILES_ACCEL_PREFIX", ""):
        return HttpResponse(headers={"X-Accel-Redirect": prefix.rstrip("/") + "/" + quote(name)})
    bounds = _asked_range(request, size, etag)
    if bounds is None:
        return _streamed(name, 0, size, 200)
    first, last = bounds
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = _streamed(name, first, last - first + 1, 206)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _streamed(name: str, first: int, length: int, status: int) -> FileResponse:
    response = FileResponse(_Slice(open_stored(name, first), length), status=status)
    response["Content-Length"] = str(length)
    return response


def _asked_range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """First and last byte; an empty range (first > last) when it cannot be satisfied; None for the whole file. Several ranges
    and a range of another version of the file (If-Range) mean the whole file."""
    asked = _RANGE.match(request.headers.get("Range", "").replace(" ", ""))
    if not asked or request.method not in {"GET", "HEAD"} or request.headers.get("If-Range", etag) != etag:
        return None
    start, end = asked.groups()
    if not start and not end:
        return None
    if not start:
        return (max(0, size - int(end)), size - 1) if int(end) else (1, 0)
    first, last = int(start), min(int(end), size - 1) if end else size - 1
    if end and int(end) < first:
        return None
    return (first, last) if first < size else (1, 0)
