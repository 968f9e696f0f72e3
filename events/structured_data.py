"""What search engines may know of an event: schema.org Event. The same for every reader."""

from typing import Any

from django.conf import settings

from events.models import Event
from events.models.event import ANNOUNCED, EventFormat, EventStatus, EventVisibility

ATTENDANCE = {
    EventFormat.ONSITE: "https://schema.org/OfflineEventAttendanceMode",
    EventFormat.ONLINE: "https://schema.org/OnlineEventAttendanceMode",
    EventFormat.MIXED: "https://schema.org/MixedEventAttendanceMode",
}


def event_data(event: Event) -> dict[str, Any] | None:
    """The description of a public, announced event; None for any other. No person is in it, and no address of an online room."""
    if event.visibility != EventVisibility.PUBLIC or event.status not in ANNOUNCED:
        return None
    address = settings.SITE_URL + event.get_absolute_url()
    cancelled = event.status == EventStatus.CANCELLED
    place: dict[str, Any] = {"@type": "Place", "name": event.place, "address": event.place}
    if event.format == EventFormat.ONLINE or not event.place:
        place = {"@type": "VirtualLocation", "url": address}
    organiser = str(event.owner) if event.owner else settings.PORTAL_NAME
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "url": address,
        "startDate": event.starts_at.isoformat(),
        "endDate": event.ends_at.isoformat(),
        "eventStatus": f"https://schema.org/{'EventCancelled' if cancelled else 'EventScheduled'}",
        **({"eventAttendanceMode": ATTENDANCE[EventFormat(event.format)]} if event.format in ATTENDANCE else {}),
        "location": place,
        "organizer": {"@type": "Organization", "name": organiser},
        "isAccessibleForFree": True,
        "inLanguage": "ru",
    }
