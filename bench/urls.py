"""The portal's routes and, under /reference/, views that do the same main query and render a plain list."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template import Context, Engine
from django.urls import include, path

from communities.models import Community, Membership
from foundation.files.storage import CHUNK, open_stored
from foundation.policy import policy
from foundation.text_search import parse_query
from resources.models import Material, MaterialFile

LIST = Engine().from_string("<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1><ul>{% for row in rows %}<li>{{ row }}</li>{% endfor %}</ul>")


def _page(title: str, rows: object) -> HttpResponse:
    return HttpResponse(LIST.render(Context({"title": title, "rows": rows})))


def _materials(request: HttpRequest) -> object:
    return Material.objects.published().visible_to(request.user).for_list()


@policy("public")
def catalogue(request: HttpRequest) -> HttpResponse:
    return _page("catalogue", _materials(request).order_by("-published_on", "-id")[:20])


@policy("public")
def filtered(request: HttpRequest) -> HttpResponse:
    return _page("filtered", _materials(request).filter(subject__code="physics", grade_from__lte=8, grade_to__gte=8).order_by("-published_on", "-id")[:20])


@policy("public")
def search(request: HttpRequest) -> HttpResponse:
    query = parse_query("олимпиадные задачи")
    return _page("search", _materials(request).filter(search__everything__match=query).order_by("-reuse_count", "-id")[:20])


@policy("public")
def material(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_materials(request), pk=pk)
    return _page(found.title, [*found.authors.all(), *found.versions.prefetch_related("files__previews"), *found.reuses.all()[:20]])


@policy("public")
def community(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Community.objects.for_list(), pk=pk)
    return _page(found.name, [found.goal, *Membership.objects.current().filter(community=found).select_related("teacher__school")[:20]])


@policy("public")
def home(request: HttpRequest) -> HttpResponse:
    return _page("home", [*_materials(request).order_by("-published_on", "-id")[:5], *Community.objects.for_list().order_by("-member_count", "name")[:5]])


@policy("public", methods=["POST"])
def upload(request: HttpRequest) -> HttpResponse:
    size = sum(len(chunk) for chunk in request.FILES["files"].chunks())
    return HttpResponse(str(size))


@policy("public")
def files(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Every byte of a material's files, one after another."""

    def sent() -> Iterator[bytes]:
        for row in rows:
            with open_stored(row.stored_name) as stream:
                while chunk := stream.read(CHUNK):
                    yield chunk

    rows = list(MaterialFile.objects.filter(version__material=pk))
    return StreamingHttpResponse(sent(), headers={"Content-Length": str(sum(row.size for row in rows)), "Content-Encoding": "identity"})


urlpatterns = [
    path("reference/files/<int:pk>/", files),
    path("reference/upload/", upload),
    path("reference/catalogue/", catalogue),
    path("reference/filtered/", filtered),
    path("reference/search/", search),
    path("reference/material/<int:pk>/", material),
    path("reference/community/<int:pk>/", community),
    path("reference/home/", home),
    path("", include("network_portal.urls")),
]
