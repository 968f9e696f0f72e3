"""A community's pages: what stands on their head, and what upper rooms add to them without this room knowing.

A room above registers callables in its `AppConfig.ready()`:

* `community_panels.append(panel)` — `panel(community, teacher)` returns None or `{"template": …, "context": {…}, "place": …}`;
  places are "information" (the fact of the passport's Information), "main" (the default) and "aside";
* `community_tabs.append(tab)` — `tab(community, teacher)` returns None or `{"name": …, "url": …, "text": …, "count": …}`;
  it stands between the overview and the members. The room's own page is drawn with `head_context(…, current=name)` and
  `{% include "communities/_head.html" %}` in its block `head`.

Each callable asks its own `visible_to(teacher)` and costs at most two queries.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from communities import access_communities as access
from communities.access_communities import Person
from communities.access_discussion import may_read_discussion
from communities.models import Community, Invitation, JoinRequest, Topic

Addition = Callable[[Community, Person], dict[str, Any] | None]

community_panels: list[Addition] = []
community_tabs: list[Addition] = []

PLACES = ("information", "main", "aside")


def head_context(community: Community, teacher: Person, *, current: str) -> dict[str, Any]:
    """Context of `communities/_head.html`; `community` comes from `for_list()`, `current` names the open tab. Two queries."""
    waiting = _waiting(community, teacher)
    return {
        "community": community,
        "role": access.role_in(teacher, community),
        "tabs": _tabs(community, teacher, current, waiting.pop("topic_count")),
        "may_edit": access.may_edit_community(teacher, community),
        "may_make_formal": access.may_make_formal(teacher),
        "may_join": access.may_join(teacher, community),
        **waiting,
    }


def _waiting(community: Community, teacher: Person) -> dict[str, Any]:
    """What is unanswered between the reader and the community: `invited`, `asked`, and `waiting_requests` for those who answer them.

    How many topics its discussions hold comes along: the tab needs no query of its own.
    """
    if not access.may_see_members(teacher, community):
        return {"invited": False, "asked": False, "waiting_requests": 0, "topic_count": 0}
    topics = Topic.objects.filter(community=OuterRef("pk")).order_by().values("community").annotate(number=Count("pk"))
    waiting = Community.objects.filter(pk=community.pk).values(
        invited=Exists(Invitation.objects.filter(community=OuterRef("pk"), teacher=teacher.pk, answered_at=None)),
        asked=Exists(JoinRequest.objects.filter(community=OuterRef("pk"), teacher=teacher.pk, answered_at=None)),
        waiting_requests=Count("join_requests", filter=Q(join_requests__answered_at=None)),
        topic_count=Coalesce(Subquery(topics.values("number")), 0),
    )
    found = dict(waiting.get())
    return found if access.may_answer_requests(teacher, community) else {**found, "waiting_requests": 0}


def panels(community: Community, teacher: Person) -> dict[str, list[dict[str, Any]]]:
    """What upper rooms show on the overview, by place."""
    found: dict[str, list[dict[str, Any]]] = {place: [] for place in PLACES}
    for make in community_panels:
        panel = make(community, teacher)
        if panel is not None:
            found[panel.get("place", "main")].append(panel)
    return found


def _tabs(community: Community, teacher: Person, current: str, topic_count: int) -> list[dict[str, Any]]:
    tabs = [{"name": "overview", "url": community.get_absolute_url(), "text": _("Overview"), "count": None}]
    if may_read_discussion(teacher, community):
        tabs.append({"name": "discussion", "url": reverse("topic_list", args=[community.slug]), "text": _("Discussions"), "count": topic_count})
    tabs += [tab for make in community_tabs if (tab := make(community, teacher)) is not None]
    if access.may_see_members(teacher, community):
        tabs.append({"name": "members", "url": reverse("community_members", args=[community.slug]), "text": _("Members"), "count": community.member_count})
    return [{**tab, "current": tab["name"] == current} for tab in tabs]
