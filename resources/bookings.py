"""When a facility is free: its week, hour by hour, what stands in the way of a wish, and the days of a weekly one."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.templatetags.portal import day as day_words
from resources.models import BookingTime, Facility, TakenSlot
from resources.models.facility import SLOT_MINUTES, BookingDecision, slot_of

# Nobody knows the timetable of the year after next.
DAYS_AHEAD = 300
# A weekly wish for a whole school year.
MAX_TIMES = 40
# The rows of a week grid: before and after, schools are closed.
FIRST_HOUR, LAST_HOUR = 7, 21
SHOWN = 5


class Stretch(NamedTuple):
    """A wished time within a day."""

    day: datetime.date
    begins: datetime.time
    ends: datetime.time

    def __str__(self) -> str:
        return f"{day_words(self.day)}, {self.begins:%H:%M}–{self.ends:%H:%M}"


def repeated(first: Stretch, *, every_weeks: int, until: datetime.date) -> list[Stretch]:
    """The same time every so many weeks, until a day inclusive; one more than MAX_TIMES at most, so that too many can be told."""
    step, days = datetime.timedelta(weeks=every_weeks), [first.day]
    # The wish is compared before it is counted on: the calendar ends in the year 9999.
    while until - days[-1] >= step and len(days) <= MAX_TIMES:
        days.append(days[-1] + step)
    return [first._replace(day=day) for day in days]


def problem_of(facility: Facility, times: Sequence[Stretch], *, people: int | None = None) -> str:
    """Why these times cannot be asked for, in words; empty when they can. Two queries. Which field is at fault is the form's matter."""
    if not times:
        return _("Say at least one time.")
    if len(times) > MAX_TIMES:
        return _("At most %(limit)s times in one booking: choose an earlier last day.") % {"limit": MAX_TIMES}
    for time in times:
        if problem := _problem_of_time(time):
            return problem
    if people is not None and facility.seats is not None and people > facility.seats:
        return ngettext("There is room for %(seats)d person.", "There is room for %(seats)d people.", facility.seats) % {"seats": facility.seats}
    if problem := _outside_hours(facility, times):
        return problem
    taken = taken_of(facility, times)
    return _("Taken already: %(times)s.") % {"times": "; ".join(map(str, taken[:SHOWN]))} if taken else ""


def _problem_of_time(time: Stretch) -> str:
    now = timezone.localtime()
    if (time.day, time.begins) <= (now.date(), now.time()):
        return _("%(time)s is past.") % {"time": time}
    if time.day > now.date() + datetime.timedelta(days=DAYS_AHEAD):
        return _("%(day)s is too far ahead: at most %(days)s days.") % {"day": date_format(time.day, "DATE_FORMAT"), "days": DAYS_AHEAD}
    if time.begins >= time.ends:
        return _("The end must be later than the beginning.")
    if any(moment.minute % SLOT_MINUTES or moment.second for moment in (time.begins, time.ends)):
        return _("Times are told in quarters of an hour: 9:00, 9:15, 9:30, 9:45.")
    return ""


def _outside_hours(facility: Facility, times: Sequence[Stretch]) -> str:
    free = hours_of(facility)
    for time in times:
        wanted = range(time.begins.hour, time.ends.hour + (time.ends.minute > 0))
        hours = free.get(time.day.weekday(), set())
        if not hours.issuperset(wanted):
            weekday = date_format(time.day, "l").lower()
            if not hours:
                return _("On this day of the week (%(weekday)s) it is not lent.") % {"weekday": weekday}
            return _("On this day of the week (%(weekday)s) it is lent at: %(hours)s.") % {"weekday": weekday, "hours": spans(hours)}
    return ""


def hours_of(facility: Facility) -> dict[int, set[int]]:
    """Weekday (0 is Monday) → hours of its week grid. One query."""
    found: dict[int, set[int]] = defaultdict(set)
    for weekday, hour in facility.hours.values_list("weekday", "hour"):
        found[weekday].add(hour)
    return found


def spans(hours: Iterable[int]) -> str:
    """Hours in words: {9, 10, 14} is «9:00–11:00, 14:00–15:00»."""
    result: list[list[int]] = []
    for hour in sorted(hours):
        if result and result[-1][1] == hour:
            result[-1][1] = hour + 1
        else:
            result.append([hour, hour + 1])
    return ", ".join(f"{begins}:00–{ends}:00" for begins, ends in result)


def taken_of(facility: Facility, times: Sequence[Stretch]) -> list[Stretch]:
    """Those of the wished times that overlap with an accepted booking. One query."""
    taken = set(TakenSlot.objects.filter(facility=facility, day__in={time.day for time in times}).values_list("day", "slot"))
    return [time for time in times if any((time.day, slot) in taken for slot in range(slot_of(time.begins), slot_of(time.ends)))]


# --- the week ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Cell:
    """An hour of a day. `state` is "free", "taken", "part" (some of it), "past" or "" (not lent); `words` say who, `asked` how many wait."""

    day: datetime.date
    hour: int
    state: str
    words: str = ""
    asked: int = 0


@dataclass(slots=True)
class Week:
    """The grid of a page: `rows` are (hour, seven cells); hours at which nothing is lent on any day are left out."""

    monday: datetime.date
    rows: list[tuple[int, list[Cell]]]

    @property
    def days(self) -> list[datetime.date]:
        return [self.monday + datetime.timedelta(days=number) for number in range(7)]

    @property
    def sunday(self) -> datetime.date:
        return self.days[-1]

    @property
    def before(self) -> datetime.date | None:
        """The Monday before; None where that week is over."""
        earlier = self.monday - datetime.timedelta(days=7)
        return earlier if earlier >= monday_of(timezone.localdate()) else None

    @property
    def after(self) -> datetime.date | None:
        later = self.monday + datetime.timedelta(days=7)
        return later if later <= timezone.localdate() + datetime.timedelta(days=DAYS_AHEAD) else None


def monday_of(day: datetime.date) -> datetime.date:
    """The Monday of a day's week."""
    return day - datetime.timedelta(days=day.weekday())


def week_of(facility: Facility, day: datetime.date) -> Week:
    """The week of `day`, as every confirmed teacher may see it: which school comes when, never who or what for. Two queries."""
    monday = monday_of(day)
    sunday = monday + datetime.timedelta(days=6)
    times = BookingTime.objects.filter(booking__facility=facility, booking__cancelled_at=None, dropped_at=None, day__range=(monday, sunday))
    times = times.exclude(booking__decision=BookingDecision.DECLINED).select_related("booking__school").order_by("day", "begins")
    by_day: dict[datetime.date, list[BookingTime]] = defaultdict(list)
    for time in times:
        by_day[time.day].append(time)
    free = hours_of(facility)
    shown = sorted({hour for hours in free.values() for hour in hours} | {hour for time in times if time.booking.is_agreed for hour in _hours(time)})
    days = [monday + datetime.timedelta(days=number) for number in range(7)]
    return Week(monday, [(hour, [_cell(date, hour, hour in free.get(date.weekday(), ()), by_day[date]) for date in days]) for hour in shown])


def _hours(time: BookingTime) -> range:
    return range(time.begins.hour, time.ends.hour + (time.ends.minute > 0))


def _cell(day: datetime.date, hour: int, is_lent: bool, times: list[BookingTime]) -> Cell:
    here = [time for time in times if hour in _hours(time)]
    agreed = [time for time in here if time.booking.is_agreed]
    now = timezone.localtime()
    is_over = (day, hour) <= (now.date(), now.hour)
    if agreed:
        slots = {slot for time in agreed for slot in time.slots if slot // (60 // SLOT_MINUTES) == hour}
        words = "; ".join(f"{time.begins:%H:%M}–{time.ends:%H:%M} {time.booking.school.short_name}" for time in agreed)
        return Cell(day, hour, "taken" if len(slots) == 60 // SLOT_MINUTES or not is_lent or is_over else "part", words)
    if is_over:
        return Cell(day, hour, "past")
    return Cell(day, hour, "free" if is_lent else "", asked=len(here) if is_lent else 0)
