"""What upper rooms add to the pages of schools and teachers without this room knowing (as `pages.py` does for communities).

A room above registers callables in its `AppConfig.ready()`:

* `school_panels.append(panel)` and `teacher_panels.append(panel)` — `panel(school_or_teacher, reader)` returns None or
  `{"template": …, "context": {…}, "place": "main" | "aside"}`;
* `school_tabs.append(tab)` — `tab(school, reader)` returns None or `{"name": …, "url": …, "text": …, "count": …}`;
* `direction_links.append(links)` — `links(direction, school, reader)` returns a list of `{"text": …, "url": …}`: what is really
  there now for a direction of the source's table.

Each callable asks its own `visible_to(reader)` and costs at most two queries.
"""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities import access
from communities.models import Community, Employment, Need, School
from communities.models.school import DIRECTIONS_OF, Direction, Peculiarity

Reader = Any
Link = dict[str, str]

school_panels: list[Callable[[School, Reader], dict[str, Any] | None]] = []
school_tabs: list[Callable[[School, Reader], dict[str, Any] | None]] = []
teacher_panels: list[Callable[[Any, Reader], dict[str, Any] | None]] = []
direction_links: list[Callable[[Direction, School, Reader], list[Link]]] = []

PLACES = ("main", "aside")
ICONS = {Peculiarity.ISOLATION: "users", Peculiarity.GIFTED: "cup", Peculiarity.INFRASTRUCTURE: "bolt", Peculiarity.NON_COMPETITIVE: "pin"}
NAMED_COMMUNITIES = 2


def by_place(makers: list[Callable[[Any, Reader], dict[str, Any] | None]], noun: Any, reader: Reader) -> dict[str, list[dict[str, Any]]]:
    """What upper rooms show on a page, by place."""
    found: dict[str, list[dict[str, Any]]] = {place: [] for place in PLACES}
    for make in makers:
        panel = make(noun, reader)
        if panel is not None:
            found[panel.get("place", "main")].append(panel)
    return found


def school_head(school: School, reader: Reader, *, current: str) -> dict[str, Any]:
    """Context of `schools/_head.html`; `current` is the name of the open tab. One query, two for confirmed readers, three for those who run the school."""
    staff = Employment.objects.current().filter(school=school, teacher__is_active=True, teacher__erased_at=None).count()
    runs = access.may_run_school(reader, school)
    tabs = [{"name": "profile", "url": school.get_absolute_url(), "text": _("Profile"), "count": None}]
    tabs += [tab for make in school_tabs if (tab := make(school, reader)) is not None]
    if access.is_confirmed(reader):
        needs = Need.objects.visible_to(reader).open_now().owned(school).count()
        tabs.append({"name": "needs", "url": reverse("school_needs", args=[school.slug]), "text": _("Requests and offers"), "count": needs})
        tabs.append({"name": "teachers", "url": reverse("school_teachers", args=[school.slug]), "text": _("Teachers"), "count": staff})
    if runs:
        waiting = Employment.objects.waiting().filter(school=school).count()
        tabs.append({"name": "staff", "url": reverse("school_staff", args=[school.slug]), "text": _("Waiting and staff"), "count": waiting or None})
    return {"school": school, "staff_count": staff, "runs": runs, "tabs": [{**tab, "current": tab["name"] == current} for tab in tabs]}


def peculiarities_with_directions(school: School, reader: Reader) -> list[dict[str, Any]]:
    """The source's table for this school: its peculiarities, their directions, and what is really there now for each."""
    today = school.peculiarities.filter(ended_on=None).order_by("id")
    communities = _communities(school, reader) if today else {}
    rows = []
    for row in sorted(today, key=lambda row: list(Peculiarity).index(Peculiarity(row.peculiarity))):
        peculiarity = Peculiarity(row.peculiarity)
        directions = [
            {"title": direction.label, "links": communities.get(direction, []) + [link for make in direction_links for link in make(direction, school, reader)]}
            for direction in DIRECTIONS_OF[peculiarity]
        ]
        rows.append({"code": peculiarity.value, "title": peculiarity.label, "icon": ICONS[peculiarity], "since": row.since, "directions": directions})
    return rows


def _communities(school: School, reader: Reader) -> dict[Direction, list[Link]]:
    """Support: communities the school's teachers take part in; dialogue on gifted children: communities of that problem area. Two queries."""
    seen = Community.objects.visible_to(reader).open_now()
    ours = seen.filter(memberships__left_on=None, memberships__teacher__school=school).distinct().order_by("name")
    gifted = seen.filter(problem_area__code="gifted").order_by("name")
    return {Direction.SUPPORT: _first(list(ours), ""), Direction.GIFTED_DIALOGUE: _first(list(gifted), "?problem_area=gifted")}


def _first(communities: list[Community], query: str) -> list[Link]:
    named = [{"text": community.name, "url": community.get_absolute_url()} for community in communities[:NAMED_COMMUNITIES]]
    more = len(communities) - NAMED_COMMUNITIES
    if more > 0:
        text = ngettext("and %(count)s more community", "and %(count)s more communities", more) % {"count": more}
        named.append({"text": text, "url": reverse("community_list") + query})
    return named
