"""The catalogue of materials, of the whole network and of one community."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from communities.models import Community
from communities.pages import head_context
from foundation.policy import policy
from resources.catalogue import build_catalogue
from resources.search import shelf


@policy("public")
def material_list(request: HttpRequest) -> HttpResponse:
    return render(request, "materials/list.html", {"catalogue": build_catalogue(request.GET, shelf(request.user), request.user)})


@policy("public")
def community_materials(request: HttpRequest, slug: str) -> HttpResponse:
    teacher = request.user
    community = get_object_or_404(Community.objects.visible_to(teacher).for_list(), slug=slug)
    catalogue = build_catalogue(request.GET, shelf(teacher).filter(library__community=community), teacher, leave_out=("community",))
    return render(request, "materials/community.html", {"catalogue": catalogue, **head_context(community, teacher, current="materials")})
