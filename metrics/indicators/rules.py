"""The conventions that hold for every indicator: small numbers, holidays, silence, lights of proportions."""

import datetime
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from metrics.indicators.calendar import WEEK, SchoolCalendar, monday_of
from metrics.indicators.inputs import Inputs, Key
from metrics.indicators.measures import Interval
from metrics.indicators.result import Reason, Result, Status
from metrics.indicators.thresholds import ENOUGH, FEW, Thresholds
from metrics.indicators.windows import Window

# Worst last; grey is no light at all.
ORDER: tuple[Status, ...] = ("green", "amber", "red")


def active(inputs: Inputs) -> frozenset[Key]:
    """A: members at T with at least one act in the window."""
    return frozenset(person for person, acts in inputs.counts.acts.items() if acts > 0 and person in inputs.members)


def active_before(inputs: Inputs) -> frozenset[Key]:
    """The A of the window before: members at T−W who acted in (T−2W, T−W]."""
    return inputs.acted_before & inputs.members_before


def proportion_light(interval: Interval | None, green: float, red: float | None) -> Status:
    """Green when the lower bound clears the green threshold, red when the upper bound is below the red one, else amber; no red rule: amber at worst."""
    if interval is None:
        return "grey"
    if interval.lower >= green:
        return "green"
    return "red" if red is not None and interval.upper < red else "amber"


def worse(lights: Sequence[Status]) -> Status:
    """The worst of several lights, grey left out; grey when nothing is left."""
    lit = [light for light in lights if light != "grey"]
    return max(lit, key=ORDER.index) if lit else "grey"


def settle(result: Result, inputs: Inputs, thresholds: Thresholds, empty: Reason) -> Result:
    """Apply the conventions to a computed result; `empty` says why there is nothing when n = 0."""
    if result.n == 0:
        return result.counts_only(empty)
    if result.n < FEW:
        return result.counts_only(Reason("too-few", {"n": result.n}))
    if result.n < ENOUGH:
        result = result.but(notes=(*result.notes, Reason("few-data", {"n": result.n})))
    if result.status == "grey":
        return result
    silent = dormant_since(inputs, thresholds) if inputs.scope == "community" else None
    if silent is not None:
        return result.grey(Reason("dormant", {"since": silent}))
    if inputs.calendar.holiday_share(inputs.window) > thresholds.holiday_share:
        return result.grey(Reason("holidays"))
    return result


def dormant_since(inputs: Inputs, thresholds: Thresholds) -> datetime.date | None:
    """The last collective act day of a community that has fallen silent, None for one that has not.

    Silent for longer than max(6 school weeks, 3 × its median gap); the gap needs at least three of them. A community that never had a collective act is
    silent since its founding. The week that is still going on is not yet a week of silence.
    """
    days = sorted(day for day in set(inputs.collective_days) if day <= inputs.window.end)
    since = days[-1] if days else inputs.founded_on
    if since is None or since > inputs.window.end:
        return None
    gap = median_gap(days, inputs.calendar)
    longest = max(thresholds.dormant_weeks, thresholds.dormant_gaps * (gap or 0))
    return since if _weeks_after(since, inputs.window.end, inputs.calendar, whole=True) > longest else None


def median_gap(days: Sequence[datetime.date], calendar: SchoolCalendar) -> float | None:
    """The median number of school weeks from one collective day to the next; None for fewer than three gaps."""
    gaps = [_weeks_after(first, then, calendar) for first, then in pairwise(days)]
    return median(gaps) if len(gaps) >= 3 else None


def _weeks_after(first: datetime.date, then: datetime.date, calendar: SchoolCalendar, *, whole: bool = False) -> int:
    """School weeks that begin after the week of `first` up to the week of `then`; `whole`: without that last one, which is not over."""
    monday, last, number = monday_of(first) + WEEK, monday_of(then), 0
    while monday < last or (monday == last and not whole):
        number += calendar.is_school_week(monday)
        monday += WEEK
    return number


def months_between(first: datetime.date, then: datetime.date) -> int:
    """Whole months from one day to another."""
    return (then.year - first.year) * 12 + then.month - first.month - (then.day < first.day)


def weeks_of(days: Sequence[datetime.date], window: Window) -> set[datetime.date]:
    """Mondays of the weeks with one of these days in the window."""
    return {monday_of(day) for day in days if day in window}
