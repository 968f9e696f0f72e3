"""The school calendar: holidays are data; a school week is an ISO week with at least three weekdays outside them."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from metrics.indicators.windows import Window

DAY = datetime.timedelta(days=1)
WEEK = datetime.timedelta(days=7)
# Weekdays, Monday to Friday, that a week must have outside holidays to be a school week.
SCHOOL_DAYS_OF_A_WEEK = 3
# (month, day) of the first and last day; a range may pass the turn of the year.
DEFAULT_HOLIDAYS = (((10, 27), (11, 4)), ((12, 30), (1, 10)), ((3, 24), (3, 31)), ((6, 1), (8, 31)))


def monday_of(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def default_holidays(first_year: int, last_year: int) -> list[tuple[datetime.date, datetime.date]]:
    """The default holidays that begin in these years, as (first day, last day)."""
    years = range(first_year, last_year + 1)
    return [(datetime.date(year, *first), datetime.date(year + (last < first), *last)) for year in years for first, last in DEFAULT_HOLIDAYS]


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """Which days are holidays. Ranges (first day, last day), both included, in any order, may overlap."""

    holidays: frozenset[datetime.date]

    @classmethod
    def of(cls, ranges: Iterable[tuple[datetime.date, datetime.date]]) -> "SchoolCalendar":
        return cls(frozenset(first + n * DAY for first, last in ranges for n in range((last - first).days + 1)))

    def is_school_week(self, monday: datetime.date) -> bool:
        return sum(monday + n * DAY not in self.holidays for n in range(5)) >= SCHOOL_DAYS_OF_A_WEEK

    def school_weeks(self, window: Window, active: Iterable[datetime.date] = ()) -> list[datetime.date]:
        """Mondays of the school weeks whose Monday lies in the window, in order.

        The week in which the window ends is still going on: it counts once it is among `active`, the Mondays of weeks with a collective act.
        """
        current = monday_of(window.end)
        counted = set(active)
        return [monday for monday in self._mondays(window) if self.is_school_week(monday) and (monday != current or monday in counted)]

    def _mondays(self, window: Window) -> Iterator[datetime.date]:
        monday = monday_of(window.start) + WEEK
        while monday <= window.end:
            yield monday
            monday += WEEK

    def holiday_share(self, window: Window) -> float:
        """Share of the window's days that are school holidays, week-ends inside them included."""
        return sum(window.start + n * DAY in self.holidays for n in range(1, window.days + 1)) / window.days if window.days else 0.0
