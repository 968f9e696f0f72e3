"""What the night does for events."""

import datetime

from django.db import transaction
from django.utils import timezone

from communities.actions.notify import notify
from events.actions.event import registered
from events.models import Event
from events.models.event import EventStatus


def remind_of_tomorrow() -> int:
    """Tell everybody who is registered for an event of tomorrow; run twice it tells once. Gives the number of events."""
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    begins = timezone.make_aware(datetime.datetime.combine(tomorrow, datetime.time.min))
    events = Event.objects.filter(status=EventStatus.PLANNED, starts_at__gte=begins, starts_at__lt=begins + datetime.timedelta(days=1))
    for event in events:
        with transaction.atomic():
            notify("event-reminder", to=registered(event), about=event, by=None, key=tomorrow.isoformat())
    return len(events)
