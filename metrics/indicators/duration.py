"""6 · Duration: does the common work go on week after week, and do people stay?"""

import datetime
from collections.abc import Sequence
from itertools import groupby

from metrics.indicators.inputs import Inputs
from metrics.indicators.measures import Interval, share, wilson
from metrics.indicators.result import Reason, Result, Status
from metrics.indicators.rules import active, active_before, proportion_light, settle, weeks_of
from metrics.indicators.survival import Lifetime, Survival, kaplan_meier
from metrics.indicators.thresholds import FEW, Thresholds
from metrics.indicators.windows import Window


def duration(inputs: Inputs, thresholds: Thresholds) -> Result:
    """Continuity: school weeks with a collective act / school weeks in the window; with lifespan, streaks, survival and retention."""
    as_of = inputs.window.end
    days = sorted(day for day in set(inputs.collective_days) if day <= as_of)
    collective = weeks_of(days, inputs.window)
    weeks = [monday in collective for monday in inputs.calendar.school_weeks(inputs.window, collective)]
    interval, retained = wilson(sum(weeks), len(weeks)), retention(inputs)
    survival = membership_survival(inputs, thresholds)
    status, reason = _light(interval, share(sum(weeks), len(weeks)), retained, thresholds)
    result = Result(
        name="duration",
        window=inputs.window,
        value=share(sum(weeks), len(weeks)),
        numerator=sum(weeks),
        denominator=len(weeks),
        n=len(weeks),
        lower=interval.lower if interval else None,
        upper=interval.upper if interval else None,
        status=status,
        reason=reason,
        parts={
            "lifespan_days": (days[-1] - days[0]).days if days else None,
            "streak_weeks": _runs(weeks, True)[-1] if weeks and weeks[-1] else 0,
            "longest_streak_weeks": max(_runs(weeks, True), default=0),
            "longest_gap_weeks": max(_runs(weeks, False), default=0),
            "survival_365": survival.at(365) if survival else None,
            "median_survival_days": survival.median if survival else None,
            "retention": share(*retained) if retained[1] >= FEW else None,
        },
    )
    return settle(result, inputs, thresholds, Reason("no-school-weeks"))


def _runs(weeks: Sequence[bool], wanted: bool) -> list[int]:
    return [len(list(run)) for value, run in groupby(weeks) if value == wanted]


def retention(inputs: Inputs) -> tuple[int, int]:
    """(|Aₜ ∩ Aₜ₋₁|, |Aₜ₋₁|)."""
    before = active_before(inputs)
    return len(before & active(inputs)), len(before)


def membership_survival(inputs: Inputs, thresholds: Thresholds) -> Survival | None:
    """How long memberships last: leaving is the event, others are censored at T; None for fewer than ten departures."""
    survival = kaplan_meier(lifetimes(inputs))
    return survival if survival.departures >= thresholds.survival_departures else None


def lifetimes(inputs: Inputs) -> list[Lifetime]:
    """The memberships begun by T, by age in days; members older than their first record enter at the age they had then."""
    as_of, lives = inputs.window.end, []
    for spell in inputs.spells:
        if spell.joined_on > as_of:
            continue
        ended = spell.left_on is not None and spell.left_on <= as_of
        end = spell.left_on if ended and spell.left_on is not None else as_of
        late = spell.seen_from is not None and spell.seen_from > spell.joined_on
        entry = (spell.seen_from - spell.joined_on).days if late and spell.seen_from is not None else None
        lives.append(Lifetime((end - spell.joined_on).days, ended, entry))
    return lives


def _light(continuity: Interval | None, share_of_weeks: float | None, retained: tuple[int, int], thresholds: Thresholds) -> tuple[Status, Reason | None]:
    """Green: both clear their thresholds; red: either is below its own. Retention that is not known cannot make green, only continuity can make red."""
    if continuity is None:
        return "grey", None
    stays = wilson(*retained) if retained[1] >= FEW else None
    lights = (
        proportion_light(continuity, thresholds.continuity_green, thresholds.continuity_red),
        proportion_light(stays, thresholds.retention_green, thresholds.retention_red),
    )
    if lights == ("green", "green"):
        return "green", None
    if lights[0] != "green" and (lights[0] == "red" or lights[1] != "red"):
        return lights[0], Reason("continuity-low", {"share": share_of_weeks})
    if lights[1] == "grey":
        return "amber", Reason("retention-unknown")
    return lights[1], Reason("retention-low", {"stayed": retained[0], "before": retained[1]})


def collective_weeks(inputs: Inputs, window: Window) -> list[tuple[datetime.date, bool]]:
    """The school weeks of the window and whether there was a collective act, for the chart."""
    collective = weeks_of(inputs.collective_days, window)
    return [(monday, monday in collective) for monday in inputs.calendar.school_weeks(window, collective)]
