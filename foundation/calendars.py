"""iCalendar feeds (RFC 5545) made by the icalendar library: times in UTC, stable identities, text as text."""

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from icalendar import Calendar, Event

AnyResponse = TypeVar("AnyResponse", bound=HttpResponseBase)

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
    is_cancelled: bool = False


def calendar_response(entries: Iterable[CalendarEntry], *, name: str) -> HttpResponse:
    """The entries as a feed that calendar programs fetch again and again; private, kept by no cache."""
    response = HttpResponse(b"".join(_parts(entries, name)), content_type="text/calendar; charset=utf-8")
    return _private(response)


def calendar_stream(entries: Iterable[CalendarEntry], *, name: str) -> StreamingHttpResponse:
    """The same entry by entry: memory does not grow with their number."""
    response = StreamingHttpResponse(_parts(entries, name), content_type="text/calendar; charset=utf-8")
    return _private(response)


def _parts(entries: Iterable[CalendarEntry], name: str) -> Iterator[bytes]:
    """The frame of an empty calendar, with the entries before its last line."""
    calendar = Calendar()
    calendar.add("prodid", "-//network-portal//RU")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _CONTROL.sub(" ", name))
    head, tail = calendar.to_ical().rsplit(b"END:VCALENDAR", 1)
    yield head
    for entry in entries:
        yield _event(entry).to_ical()
    yield b"END:VCALENDAR" + tail


def _private(response: AnyResponse) -> AnyResponse:
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
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED" if entry.is_sure else "TENTATIVE")
    if entry.place:
        event.add("location", _CONTROL.sub(" ", entry.place))
    return event
