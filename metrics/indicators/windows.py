"""Windows: (T−W, T], in days of the network's time zone; dates alone, so that no change of clocks can move an act."""

import datetime
from dataclasses import dataclass

SCHOOL_YEAR = "school-year"
# The windows for which counters are kept; any other one is computed from the day roll-ups.
OFFERED: tuple[int | str, ...] = (30, 90, 180, 365, SCHOOL_YEAR)
DEFAULT_DAYS = 90


@dataclass(frozen=True, slots=True)
class Window:
    """The days after `start` up to and including `end` (= the as-of date T)."""

    start: datetime.date
    end: datetime.date
    name: str = ""

    def __contains__(self, day: datetime.date) -> bool:
        return self.start < day <= self.end

    @property
    def days(self) -> int:
        """W, in days."""
        return (self.end - self.start).days

    @property
    def before(self) -> "Window":
        """The window (T−2W, T−W] just before this one."""
        return Window(self.start - datetime.timedelta(days=self.days), self.start, self.name)

    @property
    def a_year_ago(self) -> "Window":
        """The same dates of last year; 29 February becomes the 28th."""
        if self.name == SCHOOL_YEAR:
            return school_year(same_day_last_year(self.end))
        return last_days(same_day_last_year(self.end), self.days)


def last_days(as_of: datetime.date, days: int) -> Window:
    """The window of the last `days` days up to `as_of`. `ValueError` when there is no day in it."""
    if days < 1:
        raise ValueError("a window has at least one day")
    return Window(as_of - datetime.timedelta(days=days), as_of, str(days))


def school_year(as_of: datetime.date) -> Window:
    """The school year so far: (31 August, T]. On 31 August itself it is the whole year that ends."""
    return Window(school_year_start(as_of), as_of, SCHOOL_YEAR)


def school_year_start(day: datetime.date) -> datetime.date:
    """The 31 August before the school year in which `day` lies."""
    return datetime.date(day.year if day.month >= 9 else day.year - 1, 8, 31)


def same_day_last_year(day: datetime.date) -> datetime.date:
    """A year earlier; a leap day becomes 28 February."""
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)


def window_of(as_of: datetime.date, wanted: int | str) -> Window:
    """The window by its name: a number of days or `school-year`. `ValueError` for anything else."""
    return school_year(as_of) if wanted == SCHOOL_YEAR else last_days(as_of, int(wanted))
