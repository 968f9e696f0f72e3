"""What events put into calendars: their own entries, and those of a person's feed."""

import datetime

from django.db.models import Q
from django.utils import timezone

from communities.models import Teacher
from events.models import Event, Registration
from events.models.event import EventStatus
from foundation.calendars import CalendarEntry

DAYS_BACK = 60


def entries_for(teacher: Teacher) -> list[CalendarEntry]:
    """What one is registered for (a place is sure, the waiting list is not) and what one organises. Two queries beside those for rights."""
    since = timezone.now() - datetime.timedelta(days=DAYS_BACK)
    states = dict(Registration.objects.live().filter(teacher=teacher, event__ends_at__gte=since).values_list("event_id", "state"))
    organised = Event.organisers.through.objects.filter(teacher=teacher).values("event_id")
    events = Event.objects.visible_to(teacher).filter(Q(pk__in=list(states)) | Q(pk__in=organised), ends_at__gte=since)
    live = events.filter(status__in=[EventStatus.PLANNED, EventStatus.HELD]).order_by("starts_at", "pk")
    return [entry_of(event, is_sure=states.get(event.pk) != "waiting") for event in live]


def entry_of(event: Event, *, is_sure: bool = True) -> CalendarEntry:
    """The entry of an event; a cancelled one is not sure."""
    return CalendarEntry(
        key=f"event-{event.pk}",
        begins=event.starts_at,
        ends=event.ends_at,
        title=event.title,
        path=event.get_absolute_url(),
        changed_at=event.changed_at,
        place=event.place,
        is_sure=is_sure,
        is_cancelled=event.status == EventStatus.CANCELLED,
    )
