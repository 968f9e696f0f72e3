import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control

from communities.access_exchange import own_sides
from communities.models import Community, Membership, School, Teacher
from foundation.policy import policy
from network_portal.home.searching import find_everywhere, materials_for
from network_portal.home.suggestions import suggest
from network_portal.tasks.waiting import gather
from resources.actions.demand import count_miss
from resources.corrections import correct, shorten
from resources.models import Material, Reuse
from resources.search import shelf


@policy("public")
def home(request: HttpRequest) -> HttpResponse:
    teacher = request.user
    if not teacher.is_authenticated:
        return render(request, "home/visitor.html", _visitor_page())
    if not teacher.is_confirmed:
        return render(request, "home/unconfirmed.html", {"waiting": teacher.employments.waiting().select_related("school"), **_visitor_page()})
    return render(request, "home/home.html", _teacher_page(teacher))


def _visitor_page() -> dict[str, Any]:
    visitor = AnonymousUser()
    return {
        "materials": Material.objects.published().visible_to(visitor).for_list().order_by(F("published_on").desc(nulls_last=True), "-id")[:5],
        "communities": Community.objects.visible_to(visitor).open_now().largest(5),
        "counts": {
            "materials": Material.objects.published().visible_to(visitor).count(),
            "communities": Community.objects.open_now().count(),
            "schools": School.objects.open().count(),
        },
    }


def _teacher_page(teacher: Teacher) -> dict[str, Any]:
    today = timezone.localdate()
    joined = _joined(teacher)
    subjects = list(teacher.subjects.all())
    visible = Material.objects.published().visible_to(teacher)
    mine = visible.filter(subject__in=subjects) if subjects else visible
    contribution = Reuse.objects.filter(
        material__authorships__teacher=teacher, used_on__gte=today.replace(year=today.year if today.month >= 9 else today.year - 1, month=9, day=1)
    ).aggregate(materials=Count("material", distinct=True), lessons=Count("id"), schools=Count("school", distinct=True))
    # How many came in the last week rides on the query of the newest ones; it does not depend on the row and is counted once.
    fresh = mine.filter(published_on__gt=today - datetime.timedelta(days=7)).order_by().values(all=Value(1)).annotate(number=Count("pk")).values("number")
    tasks, soon = gather(teacher)
    newest = list(mine.for_list().annotate(fresh=Coalesce(Subquery(fresh), 0)).order_by(F("published_on").desc(nulls_last=True), "-id")[:5])
    return {
        "today": today,
        "tasks": tasks,
        "soon": soon,
        "subjects": subjects,
        "materials": newest,
        "fresh": newest[0].fresh if newest else 0,
        "communities": joined[:5],
        "proposed": [] if joined else _communities_for(subjects),
        "contribution": contribution,
    }


def _joined(teacher: Teacher) -> list[Community]:
    """The person's communities by name. Their roles come along, so that nobody on this page asks for the memberships again."""
    current = Membership.objects.filter(teacher=teacher, left_on=None)
    role = Subquery(current.filter(community=OuterRef("pk")).values("role")[:1])
    communities = list(Community.objects.filter(pk__in=current.values("community")).for_list().annotate(own_role=role).order_by("name"))
    teacher.current_memberships = {community.pk: community.own_role for community in communities}
    return communities


def _communities_for(subjects: list[Any]) -> list[Community]:
    """Three communities to begin with: by the person's subjects, then the largest."""
    return list(Community.objects.open_now().largest(3, first=Q(subject__in=subjects)))


@policy("public")
def search(request: HttpRequest) -> HttpResponse:
    """The best few of every noun; each group leads to its own list with the same words.

    Where nothing of any noun is found, materials of a near text are, unless the reader insists on the own one.
    """
    text, reader, shown = _words(request), request.user, ""
    groups = find_everywhere(text, reader) if text else {}
    nothing = bool(text) and not any(group.rows for group in groups.values())
    if nothing and "exact" not in request.GET:
        shown = correct(text, shelf(reader), reader)
    if nothing and not shown:
        count_miss(text)
        shown = shorten(text, shelf(reader), reader) if "exact" not in request.GET else ""
    if shown:
        groups["materials"] = materials_for(shown, reader)
    context = {
        "text": shown or text,
        "asked": text if shown else "",
        "groups": groups,
        "filled": [group for group in groups.values() if group.rows],
        "nothing": nothing and not shown,
        "sides": own_sides(reader) if "needs" in groups and groups["needs"].rows else (),
    }
    return render(request, "home/search.html", context)


@policy("public")
def search_suggest(request: HttpRequest) -> HttpResponse:
    """Entries for the field above while somebody types. Each reader sees other ones: kept nowhere."""
    response = render(request, "home/suggestions.html", {"suggestions": suggest(_words(request), request.user)})
    response["Cache-Control"] = "private, no-store"
    return response


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", " ").encode("utf-8", "replace").decode().strip()[:200]


@policy("public")
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /accounts/", "Disallow: /admin/", "Disallow: /search/", f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
