"""Scopes wider than a community: the median over its communities that are not dormant."""

from collections.abc import Sequence

from metrics.indicators import leaders
from metrics.indicators.inputs import Inputs
from metrics.indicators.measures import Interval, median
from metrics.indicators.result import Part, Reason, Result, Status
from metrics.indicators.rules import active, proportion_light, settle, worse
from metrics.indicators.thresholds import Thresholds

MEDIANS = ("goal", "leaders", "duration")
PARTS = {
    "goal": ("stated", "version_age_days"),
    "leaders": ("hill2", "absence_factor", "informal_share", "degree_centralization"),
    "duration": ("lifespan_days", "streak_weeks", "longest_streak_weeks", "longest_gap_weeks", "survival_365", "median_survival_days", "retention"),
}


def median_of(name: str, inputs: Inputs, results: Sequence[Result], thresholds: Thresholds) -> Result:
    """The median of the values of these communities, and of each part; no numerator. n is that of the scope itself.

    A median is no proportion and has no interval: its light compares the value itself with the thresholds.
    """
    values = [result.value for result in results if result.value is not None]
    value = median(values)
    parts = {part: _median_part(part, results) for part in PARTS[name]}
    n = {"goal": len(inputs.members), "leaders": len(active(inputs)), "duration": len(inputs.calendar.school_weeks(inputs.window))}[name]
    status = _light(name, value, parts, thresholds)
    wide = Result(
        name=name,
        window=inputs.window,
        value=value,
        n=n,
        status=status,
        reason=None if status == "green" else Reason(f"median-{name}" if values else "no-communities"),
        notes=(Reason("median", {"communities": len(values)}),) if values else (),
        parts=parts,
    )
    empty = {"goal": "no-members", "leaders": "no-active", "duration": "no-school-weeks"}[name]
    return settle(wide, inputs, thresholds, Reason(empty))


def _median_part(part: str, results: Sequence[Result]) -> Part:
    return median([value for result in results if isinstance(value := result.parts.get(part), (int, float))])


def _light(name: str, value: float | None, parts: dict[str, Part], thresholds: Thresholds) -> Status:
    if value is None:
        return "grey"
    if name == "leaders":
        return leaders.light(value, thresholds)
    if name == "goal":
        return proportion_light(Interval(value, value), thresholds.goal_green, thresholds.goal_red)
    retention = parts["retention"]
    stays = Interval(retention, retention) if isinstance(retention, float) else None
    both = [
        proportion_light(Interval(value, value), thresholds.continuity_green, thresholds.continuity_red),
        proportion_light(stays, thresholds.retention_green, thresholds.retention_red),
    ]
    return "amber" if both == ["green", "grey"] else worse(both)
