"""A community's events: what is to come, then what took place."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from communities.pages import head_context
from communities.views.community import community_or_404
from events.access import may_propose_event, may_run_events_of
from events.models import Event
from foundation.policy import policy

PAGE_SIZE = 20


@policy("public")
def community_events(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug)
    events = Event.objects.visible_to(request.user).announced().filter(community=community).for_list()
    coming = list(events.upcoming()[:PAGE_SIZE]) if "page" not in request.GET else []
    page = Paginator(events.exclude(pk__in=[event.pk for event in coming]).order_by("-starts_at", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    may_begin = may_run_events_of(request.user, community) or may_propose_event(request.user, community)
    context = {**head_context(community, request.user, current="events"), "coming": coming, "page": page, "may_begin": may_begin}
    return render(request, "events/community_events.html", context)
