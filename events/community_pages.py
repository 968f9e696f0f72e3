"""What events and plans add to the pages of communities and schools: tabs, the plan's progress, the next events."""

import re
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.access import is_confirmed
from communities.discussion_links import link_patterns
from communities.models import Community, School, Teacher
from communities.pages import community_panels, community_tabs
from communities.pages_people import school_tabs
from events.models import Event, Plan
from events.models.event import EventStatus
from events.models.plan import ItemStatus

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = Teacher | AnonymousUser

NEXT_EVENTS = 4


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if events_tab in community_tabs:
        return
    community_tabs.extend([events_tab, plan_tab])
    community_panels.extend([plan_panel, events_panel])
    school_tabs.extend([school_events_tab, school_plan_tab])
    link_patterns.append((re.compile(r"/events/(\d+)(?![\w])"), Event))


def events_tab(community: Community, reader: "Reader") -> dict[str, Any]:
    """No count: a number would cost every page of the community a query."""
    return {"name": "events", "url": reverse("community_events", args=[community.slug]), "text": _("Events"), "count": None}


def plan_tab(community: Community, reader: "Reader") -> dict[str, Any]:
    return {"name": "plan", "url": reverse("community_plan", args=[community.slug]), "text": _("Plan"), "count": None}


def school_events_tab(school: School, reader: Any) -> dict[str, Any]:
    """What the school holds and hosts; no count, which would cost every page of the school a query."""
    return {"name": "events", "url": f"{reverse('events')}?school={school.slug}", "text": _("Events"), "count": None}


def school_plan_tab(school: School, reader: Any) -> dict[str, Any] | None:
    """A school's plan is the network's, not the public's."""
    return {"name": "plan", "url": reverse("school_plan", args=[school.slug]), "text": _("Plan"), "count": None} if is_confirmed(reader) else None


def plan_panel(community: Community, reader: "Reader") -> dict[str, Any] | None:
    """The newest approved plan: how much is carried out, what is late. One query."""
    in_plan = Q(items__baseline_on__isnull=False)
    late = Q(items__status__in=[ItemStatus.PLANNED, ItemStatus.POSTPONED], items__planned_on__lt=timezone.localdate())
    plans = Plan.objects.filter(community=community, approved_at__isnull=False).annotate(
        in_plan=Count("items", filter=in_plan), held=Count("items", filter=in_plan & Q(items__status=ItemStatus.HELD)), late=Count("items", filter=late)
    )
    plan = plans.order_by("-school_year").first()
    if plan is None:
        return None
    return {"template": "plans/_panel.html", "context": {"plan": plan, "url": reverse("community_plan", args=[community.slug])}}


def events_panel(community: Community, reader: "Reader") -> dict[str, Any] | None:
    """The next events that the reader sees. One query."""
    events = list(_coming(reader).filter(community=community)[:NEXT_EVENTS])
    url = reverse("community_events", args=[community.slug])
    return {"template": "events/_panel.html", "context": {"events": events, "url": url}, "place": "aside"} if events else None


def _coming(reader: Any) -> Any:
    return Event.objects.visible_to(reader).filter(status=EventStatus.PLANNED, ends_at__gte=timezone.now()).order_by(F("starts_at"), "pk")
