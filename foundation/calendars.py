"""iCalendar feeds (RFC 5545) made by the icalendar library: times in UTC, stable identities, text as text."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from icalendar import Calendar, Event

# What no line of a feed may hold. The library escapes line feeds alone, and programs take other breaks for the end of a line, too.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry: `key` names it for ever (a noun and its number), `begins` and `ends` are aware, `path` is the portal's page about it."""

    key: str
    begins: datetime.datetime
    ends: datetime.datetime
    title: str
    path: str
    changed_at: datetime.datetime
    place: str = ""
    is_sure: bool = True


def calendar_response(entries: Iterable[CalendarEntry], *, name: str) -> HttpResponse:
    """The entries as a feed that calendar programs fetch again and again; private, kept by no cache."""
    calendar = Calendar()
    calendar.add("prodid", "-//network-portal//RU")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry))
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _event(entry: CalendarEntry) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", entry.changed_at.astimezone(datetime.UTC))
    event.add("dtstart", entry.begins.astimezone(datetime.UTC))
    event.add("dtend", entry.ends.astimezone(datetime.UTC))
    event.add("summary", _CONTROL.sub(" ", entry.title))
    event.add("url", settings.SITE_URL + entry.path)
    event.add("status", "CONFIRMED" if entry.is_sure else "TENTATIVE")
    if entry.place:
        event.add("location", _CONTROL.sub(" ", entry.place))
    return event
