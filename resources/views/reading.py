"""Reading without downloading: the text of a document for slow lines, sound and video in the page."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from foundation.files.serving import PLAYED, file_response
from foundation.policy import policy
from resources.citation import address
from resources.reading import readable_files, visible_material
from resources.text_pages import text_pages


@policy("public")
def material_text(request: HttpRequest, pk: int, file_id: int) -> HttpResponse:
    """The extracted text, some thousand signs a page, and what it saves. A file without text has no such page."""
    material = visible_material(request.user, pk)
    file = get_object_or_404(readable_files(material, request.user).exclude(text="").select_related("version").defer("signature"), pk=file_id)
    page = Paginator(text_pages(file.text, file.kind), 1).get_page(request.GET.get("page"))
    size = len(file.text.encode())
    known = {"material": material, "file": file, "page": page, "size": size, "saves": size < file.size, "address": address(material)}
    return render(request, "materials/text.html", known)


@policy("public")
def material_media(request: HttpRequest, pk: int, file_id: int) -> HttpResponseBase:
    """An MP3, MP4 or WebM for the page's own player, in the ranges it asks for.

    Rule 8 of trust.md serves files as attachments in a sandbox, because a browser that opens one may take it for a document. A player's
    request is no navigation: what comes is decoded as sound or video or not at all. The route gives these three kinds alone, whose content was
    checked when it came, in the stored type, with `nosniff` and the sandbox, so that even opened by hand nothing in it runs. Any other kind is
    404 here and stays an attachment at its own address.
    """
    material = visible_material(request.user, pk)
    file = get_object_or_404(readable_files(material, request.user), pk=file_id)
    if file.media_type not in PLAYED:
        raise Http404
    return file_response(request, file.stored_name, download_name=file.original_name, media_type=file.media_type, inline=True)
