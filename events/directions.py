"""Events as carriers of the source's directions (see `communities.directions`): joint events of gifted pupils, exchange of experience."""

from collections.abc import Collection
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import ngettext

from communities.directions import Links, carriers
from communities.models import School
from communities.models.school import Direction
from events.models import Event
from events.models.event import EventAudience
from foundation.activity import Kind

EXCHANGE_KINDS = (Kind.OPEN_LESSON, Kind.MASTER_CLASS, Kind.EXCHANGE_VISIT)
NAMED = 2


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if events_of not in carriers:
        carriers.append(events_of)


def events_of(directions: Collection[Direction], school: School | None, reader: Any) -> Links:
    """What is to come in each direction: the nearest by name, then how many there are. One query."""
    wanted = [direction for direction in (Direction.GIFTED_EVENTS, Direction.EXCHANGE) if direction in directions]
    if not wanted:
        return {}
    pupils = Q(audience=EventAudience.PUPILS) | Q(direction=Direction.GIFTED_EVENTS)
    carried = Case(
        When(pupils, then=Value(Direction.GIFTED_EVENTS)), When(Q(kind__in=EXCHANGE_KINDS) | Q(direction=Direction.EXCHANGE), then=Value(Direction.EXCHANGE))
    )
    near = Case(When(_near(school), then=Value(0)), default=Value(1), output_field=IntegerField()) if school else Value(0)
    coming = Event.objects.visible_to(reader).upcoming().order_by().annotate(carried=carried).filter(carried__in=wanted)
    place = Window(RowNumber(), partition_by="carried", order_by=[near, F("starts_at"), F("pk")])
    rows = coming.annotate(row=place, count=Window(Count("pk"), partition_by="carried")).filter(row__lte=NAMED).order_by("carried", "row")
    found: Links = {}
    for event in rows:
        links = found.setdefault(Direction(event.carried), [])
        links.append({"text": event.title, "url": event.get_absolute_url()})
        more = event.count - NAMED
        if event.row == NAMED and more > 0:
            query = "?audience=pupils" if event.carried == Direction.GIFTED_EVENTS else ""
            links.append({"text": ngettext("and %(count)d more event", "and %(count)d more events", more) % {"count": more}, "url": reverse("events") + query})
    return found


def _near(school: School) -> Q:
    """Held by the school itself or by one of its municipality."""
    return Q(school=school) | Q(school__municipality=school.municipality_id)
