"""Files, archives and page pictures on their way out: the material is asked for first, then what belongs to it."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from foundation.files.serving import file_response
from foundation.policy import policy
from resources.actions.download import count_download
from resources.archive import archive_response
from resources.models import Material, MaterialPreview
from resources.models.material import Status, Visibility
from resources.reading import asked_version, files_of, readable_files, readable_versions, visible_material


@policy("public")
def material_file(request: HttpRequest, pk: int, file_id: int) -> HttpResponseBase:
    material = visible_material(request.user, pk)
    file = get_object_or_404(readable_files(material, request.user), pk=file_id)
    response = file_response(request, file.stored_name, download_name=file.original_name, media_type=file.media_type)
    _count(request, material)
    return response


@policy("public")
def material_archive(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The current version, or the one that `?version=` names. Nothing to pack is as good as no archive: 404."""
    material = visible_material(request.user, pk)
    files = list(files_of(asked_version(readable_versions(material, request.user), request.GET.get("version", ""))))
    if not files:
        raise Http404
    try:
        response = archive_response(files, f"{material.slug}.zip")
    except FileNotFoundError as missing:
        raise Http404 from missing
    _count(request, material)
    return response


@policy("public")
def material_preview(request: HttpRequest, pk: int, preview_id: int) -> HttpResponseBase:
    """A picture of a page; shared caches may keep those that every visitor sees."""
    material = visible_material(request.user, pk)
    preview = get_object_or_404(MaterialPreview.objects.filter(file__in=readable_files(material, request.user)), pk=preview_id)
    for_everybody = material.status == Status.PUBLISHED and material.visibility == Visibility.PUBLIC
    return file_response(
        request, preview.stored_name, download_name=f"{material.slug}-{preview.page}.webp", media_type="image/webp", inline=True, public=for_everybody
    )


def _count(request: HttpRequest, material: Material) -> None:
    """A person's download, not a program's look (HEAD) and not the next piece of one that broke off (Range)."""
    goes_on = request.headers.get("Range", "").replace(" ", "").removeprefix("bytes=").partition("-")[0] not in ("", "0")
    if request.method == "GET" and not goes_on and request.user.is_authenticated and request.user.is_confirmed:
        count_download(material, by=request.user)
