"""Storage full or away, said to the reader instead of a broken page: 503, in their language, with what to do."""

import errno
import logging
import re
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render

from foundation.files.errors import StorageFull, StorageTrouble
from foundation.files.too_much import TOO_MUCH, too_much_response

RETRY_SECONDS = 120
FORMS = {"multipart/form-data", "application/x-www-form-urlencoded"}
_DISK_OF_DATABASE = re.compile(r"disk is full|No space left", re.IGNORECASE)

logger = logging.getLogger(__name__)


def trouble_of(error: BaseException) -> StorageTrouble | None:
    """What an error means for the storage, if anything: files, temporary files and the embedded database often share a disk."""
    if isinstance(error, StorageTrouble):
        return error
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    return StorageFull(str(error)) if full or (isinstance(error, OperationalError) and _DISK_OF_DATABASE.search(str(error))) else None


def trouble_response(request: HttpRequest, trouble: StorageTrouble) -> HttpResponse:
    """A page, or for a script JSON with the same words. The log has the reason, not the reader."""
    logger.error("%s %s: %s: %s", request.method, request.path, type(trouble).__name__, trouble)
    if "application/json" in request.headers.get("Accept", ""):
        response: HttpResponse = JsonResponse({"error": str(trouble.words)}, status=503)
    else:
        response = render(request, "503.html", {"text": trouble.words}, status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


class StorageTroubleMiddleware:
    """Stands before CsrfViewMiddleware, which is the first to read a form: a disk that is full shows there already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Let the form be read, files into temporary ones. One that brings more than the portal takes at once is told so here, too."""
        if request.method != "POST" or request.content_type not in FORMS:
            return None
        try:
            request.POST  # noqa: B018 - reading it is the point
        except UnreadablePostError:
            # The line broke: the next to read it says so.
            return None
        except TOO_MUCH as error:
            return too_much_response(request, error)
        except OSError as error:
            return self.process_exception(request, error)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A view's error that comes from the storage; any other goes on."""
        trouble = trouble_of(error)
        return trouble_response(request, trouble) if trouble else None
