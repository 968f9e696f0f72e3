"""The calendar: a month, and the feeds that calendar programs and feed readers fetch."""

import calendar
import datetime
from collections import defaultdict
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communities.models import Community
from events.calendar import entry_of
from events.filters import EventFilter, asked_month
from events.models import Event
from events.models.event import EventStatus
from foundation.calendars import calendar_response, calendar_stream
from foundation.policy import policy

# Of a day that has more, the calendar shows the first and how many more; the list has all.
SHOWN_A_DAY, ENTRIES, DAYS_BACK = 3, 50, 60
# day → the first events of it, each as (address, title, beginning, is it cancelled), and how many more
Days = dict[datetime.date, tuple[list[tuple[str, str, datetime.datetime, bool]], int]]


@policy("public")
def event_calendar(request: HttpRequest) -> HttpResponse:
    """A month as a grid; on a phone as a list of its days. The filters are those of the list."""
    month = asked_month(request.GET.get("month", ""))
    following = (month + datetime.timedelta(days=32)).replace(day=1)
    first, last = _midnight(month), _midnight(following)
    found = EventFilter(request.GET, queryset=Event.objects.visible_to(request.user).announced())
    events = found.qs.filter(starts_at__lt=last, ends_at__gte=first).order_by("starts_at", "pk")
    days = _by_day(events, month, following)
    context = {
        "month": month,
        "before": (month - datetime.timedelta(days=1)).replace(day=1),
        "after": following,
        "today": timezone.localdate(),
        "weeks": [[_cell(day, month, days) for day in week] for week in calendar.Calendar().monthdatescalendar(month.year, month.month)],
        "filter": found,
        "count": sum(len(shown) + more for shown, more in days.values()),
    }
    return render(request, "events/event_calendar.html", context)


def _cell(day: datetime.date, month: datetime.date, days: Days) -> dict[str, Any]:
    """A day of the grid; those of the neighbouring months are empty."""
    shown, more = days.get(day, ([], 0))
    return {"day": day, "inside": day.month == month.month, "shown": shown, "more": more}


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def _by_day(events: QuerySet[Event], first: datetime.date, last: datetime.date) -> Days:
    """Day → the first events of it and how many more; an event of several days stands on each of them. Plain tuples: a full month has thousands."""
    days: dict[datetime.date, list[tuple[str, str, datetime.datetime, bool]]] = defaultdict(list)
    for pk, slug, title, starts, ends, status in events.values_list("pk", "slug", "title", "starts_at", "ends_at", "status"):
        begins, until = timezone.localtime(starts), timezone.localdate(ends)
        day = max(begins.date(), first)
        row = (f"/events/{pk}-{slug}/", title, begins, status == EventStatus.CANCELLED)
        while day <= until and day < last:
            days[day].append(row)
            day += datetime.timedelta(days=1)
    return {day: (rows[:SHOWN_A_DAY], max(len(rows) - SHOWN_A_DAY, 0)) for day, rows in days.items()}


@policy("public")
def event_feed_ics(request: HttpRequest) -> HttpResponse:
    """All public events from sixty days ago on, as a calendar: it streams, however many there are."""
    events = _public().filter(ends_at__gte=timezone.now() - datetime.timedelta(days=DAYS_BACK)).order_by("starts_at", "pk")
    return calendar_stream((entry_of(event) for event in events.iterator(chunk_size=500)), name=settings.PORTAL_NAME)


@policy("public")
def community_feed_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """A community's public events as a calendar."""
    community = get_object_or_404(Community.objects.visible_to(AnonymousUser()), slug=slug)
    events = _public().filter(community=community, ends_at__gte=timezone.now() - datetime.timedelta(days=DAYS_BACK)).order_by("starts_at", "pk")
    return calendar_stream((entry_of(event) for event in events.iterator(chunk_size=500)), name=community.name)


@policy("public")
def event_ics(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One event for one's own calendar, as the reader may see it."""
    event = get_object_or_404(Event.objects.visible_to(request.user).announced(), pk=pk)
    return calendar_response([entry_of(event)], name=event.title)


@policy("public")
def event_feed_atom(request: HttpRequest) -> HttpResponse:
    """The newest announcements as visitors see them."""
    feed = Atom1Feed(
        title=_("Events"),
        link=settings.SITE_URL + reverse("events"),
        description="",
        feed_url=settings.SITE_URL + request.path,
        language=get_language(),
    )
    for event in _public().select_related("community", "school", "subject").order_by("-created_at", "-pk")[:ENTRIES]:
        address = settings.SITE_URL + event.get_absolute_url()
        when = timezone.localtime(event.starts_at)
        feed.add_item(
            title=event.title,
            link=address,
            description=", ".join(filter(None, [f"{when:%d.%m.%Y %H:%M}", event.place, str(event.owner or "")])),
            unique_id=address,
            updateddate=event.changed_at,
            categories=[str(event.get_kind_display()), *([str(event.subject)] if event.subject else [])],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _public() -> QuerySet[Event]:
    """What visitors see. Calendar programs do not sign in."""
    return Event.objects.visible_to(AnonymousUser())
