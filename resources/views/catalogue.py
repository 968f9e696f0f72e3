"""The catalogue of materials, of the whole network and of one community."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from communities.models import Community
from communities.pages import head_context
from foundation.policy import policy
from resources.actions.demand import count_miss
from resources.catalogue import build_catalogue
from resources.search import shelf
from resources.views.feeds import public_materials


@policy("public")
def material_list(request: HttpRequest) -> HttpResponse:
    catalogue = build_catalogue(request.GET, shelf(request.user), request.user)
    # The first page alone: further ones are no searches of their own.
    if catalogue.is_miss and "page" not in request.GET:
        count_miss(catalogue.selection.text)
    return render(request, "materials/list.html", {"catalogue": catalogue})


@policy("public")
def community_materials(request: HttpRequest, slug: str) -> HttpResponse:
    teacher = request.user
    community = get_object_or_404(Community.objects.visible_to(teacher).for_list(), slug=slug)
    catalogue = build_catalogue(request.GET, shelf(teacher).filter(library__community=community), teacher, leave_out=("community",))
    context = {"catalogue": catalogue, "has_feed": public_materials(community).exists(), **head_context(community, teacher, current="materials")}
    return render(request, "materials/community.html", context)
