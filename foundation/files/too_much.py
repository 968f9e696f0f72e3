"""More in one form than the portal takes at once, said to the reader instead of a bare 400: what is too much, and what to do."""

import logging

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.utils.translation import gettext as _

from foundation.files.human import human_size

TOO_MUCH = (TooManyFilesSent, TooManyFieldsSent, RequestDataTooBig)
PIECE = 256 * 1024

logger = logging.getLogger(__name__)


def too_much_response(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    """A page with the way back to the form, or for a script JSON with the same words: 413.

    The rest of what is being sent is read and thrown away, a piece at a time: a browser that is still sending shows no answer.
    """
    logger.info("%s %s: %s", request.method, request.path, type(error).__name__)
    _read_to_the_end(request)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": _words(error)}, status=413)
    return render(request, "413.html", {"text": _words(error), "back": request.get_full_path()}, status=413)


def _words(error: SuspiciousOperation) -> str:
    if isinstance(error, TooManyFilesSent):
        text = _("One form takes at most %(limit)s files. Nothing has been saved. Send them in parts, or many of them as one ZIP.")
        return text % {"limit": settings.DATA_UPLOAD_MAX_NUMBER_FILES}
    if isinstance(error, TooManyFieldsSent):
        return _("One form takes at most %(limit)s answers. Nothing has been saved. Send it in parts.") % {"limit": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS}
    text = _("The text of one form takes at most %(limit)s. Nothing has been saved. Shorten it, or send it as a file.")
    return text % {"limit": human_size(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)}


def _read_to_the_end(request: HttpRequest) -> None:
    try:
        while request.read(PIECE):
            pass
    except (UnreadablePostError, OSError):
        # Who has gone away needs no answer.
        return
