"""A piece of a resumable upload as it arrives: one conversation with the page's script, whatever noun the file is for."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _

from foundation.files.errors import FileRejected
from foundation.files.storage import WrongOffset

# Bytes a request carries at most: small enough for a weak line to finish, and never much in memory.
CHUNK = 1024 * 1024
MAX_OFFSET_DIGITS = 15


def take_piece(
    request: HttpRequest, *, receive: Callable[[int], Any], state: Callable[[], dict[str, Any]], reject: Callable[[FileRejected], JsonResponse]
) -> JsonResponse | None:
    """Write the request's body to disk as it comes, from the offset it says (`receive`); an answer only when something is wrong.

    `state` is what the script is told about the file, `reject` answers for a file that is not taken.
    """
    offset = request.headers.get("Upload-Offset", "")
    if not (offset.isascii() and offset.isdigit() and len(offset) <= MAX_OFFSET_DIGITS):
        return refused(_("The request says no offset."))
    if int(request.META.get("CONTENT_LENGTH") or 0) > CHUNK:
        return refused(_("The piece of the file is too large."), status=413)
    try:
        receive(int(offset))
    except WrongOffset as wrong:
        return JsonResponse({**state(), "offset": wrong.expected}, status=409)
    except UnreadablePostError:
        # The line broke in the middle; what has come is on disk.
        return JsonResponse(state(), status=400)
    except FileRejected as rejection:
        return reject(rejection)
    return None


def refused(*messages: str, status: int = 422, **more: str) -> JsonResponse:
    """The file is not taken, and what to do about it."""
    return JsonResponse({"error": " ".join(messages), **more}, status=status)
