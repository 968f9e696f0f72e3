"""Resumable uploads, for the page's script: announce, send pieces, ask how much has come, take back."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.files.errors import FileRejected
from foundation.policy import policy
from resources.access import may_change_files
from resources.actions.draft import GUESSED, PORTAL
from resources.actions.upload import StillChecking, abandon_upload, finish_upload, receive_chunk, received_bytes, refuse_upload, start_upload
from resources.forms.material import UploadForm
from resources.models import Material, MaterialFile, Upload
from resources.models.file import Reading
from resources.pages import file_row, with_same_files
from resources.views.pieces import CHUNK, refused, take_piece


@policy("teacher", methods=["POST"])
def upload_start(request: HttpRequest) -> JsonResponse:
    """Announce a file; the first one makes the draft. Wrong names, sizes and quotas are refused before a byte is sent."""
    form = UploadForm(request.POST)
    if not form.is_valid():
        return refused(_("The name or the size of the file is not right. Choose the file again."))
    material = None
    if form.cleaned_data["material"]:
        material = get_object_or_404(Material.objects.visible_to(request.user), pk=form.cleaned_data["material"])
        if not may_change_files(request.user, material):
            raise PermissionDenied
    try:
        upload = start_upload(form.cleaned_data["name"], form.cleaned_data["size"], by=request.user, material=material)
    except FileRejected as rejection:
        return refused(*rejection.messages)
    except Material.DoesNotExist as gone:
        raise Http404 from gone
    return JsonResponse(_state(upload), status=201)


@policy("teacher", methods=["GET", "PATCH", "DELETE"])
def upload_piece(request: HttpRequest, upload_id: UUID) -> JsonResponse:
    """GET: how much has come. PATCH with `Upload-Offset`: the next piece; the last one makes the file. DELETE: forget it.

    An empty piece at the end asks for the check once more, should the answer to the last one have been lost.
    """
    uploads = Upload.objects.select_related("material", "file").filter(teacher=request.user)
    upload = get_object_or_404(uploads.filter(material__in=Material.objects.visible_to(request.user)), pk=upload_id)
    if request.method == "DELETE":
        abandon_upload(upload)
        return JsonResponse({"removed": True})
    if not upload.file_id and not may_change_files(request.user, upload.material):
        raise PermissionDenied
    if request.method == "PATCH" and not upload.file_id:
        problem = _take(request, upload)
        if problem:
            return problem
        if received_bytes(upload) == upload.size:
            return _finish(request, upload)
    return JsonResponse(_state(upload) | (_finished(request, upload.file) if upload.file else {}))


def _take(request: HttpRequest, upload: Upload) -> JsonResponse | None:
    def reject(rejection: FileRejected) -> JsonResponse:
        refuse_upload(upload)
        return _not_taken(upload, *rejection.messages)

    return take_piece(request, receive=lambda offset: receive_chunk(upload, offset, request), state=lambda: _state(upload), reject=reject)


def _finish(request: HttpRequest, upload: Upload) -> JsonResponse:
    """All bytes are here: the file is checked and becomes the material's."""
    try:
        file = finish_upload(upload, by=request.user)
    except (StillChecking, Upload.DoesNotExist):
        return JsonResponse(_state(upload), status=409)
    except (FileRejected, ValidationError) as rejection:
        return _not_taken(upload, *rejection.messages)
    upload.file = file
    return JsonResponse(_state(upload) | _finished(request, file))


def _finished(request: HttpRequest, file: MaterialFile) -> dict[str, Any]:
    """The file's row as the page shows it, and what was guessed, for fields that nobody has touched.

    `reading`: texts are still being read, so the guesses may change once more.
    """
    material = Material.objects.get(versions=file.version_id)
    values = {
        "title": material.title,
        "type": str(material.type_id or ""),
        "subject": str(material.subject_id or ""),
        "topic": material.topic,
        "education_level": str(material.education_level_id or ""),
        "grades": [str(grade) for grade in range(material.grade_from, material.grade_to + 1)] if material.grade_from and material.grade_to else [],
    }
    noted = with_same_files([file_row(file)], material, request.user)[0]
    row = render_to_string("materials/_file.html", {"row": noted, "may_change_files": True}, request=request)
    guessed = {name: values[name] for name in GUESSED if material.filled_by.get(name) == PORTAL}
    reading = MaterialFile.objects.filter(version=file.version_id, reading=Reading.WAITING).exists()
    return {"done": True, "row": row, "values": guessed, "reading": reading}


def _state(upload: Upload) -> dict[str, Any]:
    return {
        "id": str(upload.pk),
        "url": reverse("upload_piece", args=[upload.pk]),
        "offset": received_bytes(upload),
        "size": upload.size,
        "chunk": CHUNK,
        "done": False,
        "material": upload.material_id,
        "edit_url": reverse("material_edit", args=[upload.material_id]),
    }


def _not_taken(upload: Upload, *messages: str) -> JsonResponse:
    """Refused after it came; `new_url` is where to go on when the draft went with it."""
    if Material.objects.filter(pk=upload.material_id).exists():
        return refused(*messages)
    return refused(*messages, new_url=reverse("material_new"))
