"""Files of a batch in pieces, for the page's script: the same conversation as for the files of one material."""

from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.files.errors import FileRejected
from foundation.policy import policy
from resources.actions.batch import announce_file, finish_file, open_batch, receive_piece, received_bytes, remove_file
from resources.actions.upload import StillChecking
from resources.batch_pages import SourceRow
from resources.forms.batch import BatchUploadForm
from resources.models import Batch, BatchFile
from resources.views.pieces import CHUNK, refused, take_piece


@policy("teacher", methods=["POST"])
def batch_upload_start(request: HttpRequest) -> JsonResponse:
    """Announce a file; the first one makes the batch. Wrong names, sizes and quotas are refused before a byte is sent."""
    form = BatchUploadForm(request.POST)
    if not form.is_valid():
        return refused(_("The name or the size of the file is not right. Choose the file again."))
    try:
        batch = open_batch(form.cleaned_data["material"] or uuid4(), by=request.user)
        file = announce_file(batch, form.cleaned_data["name"], form.cleaned_data["size"], by=request.user)
    except Batch.DoesNotExist as foreign:
        raise Http404 from foreign
    except ValidationError as rejection:
        return refused(*rejection.messages)
    return JsonResponse(_state(file), status=201)


@policy("teacher", methods=["GET", "PATCH", "DELETE"])
def batch_upload_piece(request: HttpRequest, file_id: UUID) -> JsonResponse:
    """GET: how much has come. PATCH with `Upload-Offset`: the next piece; the last one makes it a file of the batch. DELETE: forget it."""
    file = get_object_or_404(BatchFile.objects.filter(batch__in=Batch.objects.visible_to(request.user)).select_related("batch"), pk=file_id)
    if request.method == "DELETE":
        remove_file(file, by=request.user)
        return JsonResponse({"removed": True})
    if request.method == "PATCH" and not file.stored_name:
        try:
            problem = _take(request, file)
            if problem:
                return problem
            if received_bytes(file) == file.size:
                file = finish_file(file)
        except StillChecking:
            return JsonResponse(_state(file), status=409)
    return JsonResponse(_state(file) | (_finished(request, file) if file.stored_name else {}))


def _take(request: HttpRequest, file: BatchFile) -> JsonResponse | None:
    def reject(rejection: FileRejected) -> JsonResponse:
        remove_file(file, by=request.user)
        return refused(*rejection.messages)

    return take_piece(request, receive=lambda offset: receive_piece(file, offset, request), state=lambda: _state(file), reject=reject)


def _finished(request: HttpRequest, file: BatchFile) -> dict[str, Any]:
    row = render_to_string("batches/_file.html", {"row": SourceRow(file, file.size)}, request=request)
    return {"done": True, "row": row, "values": {}, "reading": False}


def _state(file: BatchFile) -> dict[str, Any]:
    return {
        "id": str(file.pk),
        "url": reverse("batch_upload_piece", args=[file.pk]),
        "offset": received_bytes(file),
        "size": file.size,
        "chunk": CHUNK,
        "done": False,
        "material": str(file.batch_id),
        "edit_url": reverse("batch", args=[file.batch_id]),
    }
