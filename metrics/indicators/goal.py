"""1 · Unifying goal: do the members stand behind the goal as it is worded today?"""

import datetime
from collections.abc import Sequence

from metrics.indicators.inputs import GoalVersion, Inputs
from metrics.indicators.measures import share, wilson
from metrics.indicators.result import Reason, Result
from metrics.indicators.rules import months_between, proportion_light, settle
from metrics.indicators.thresholds import Thresholds


def goal(inputs: Inputs, thresholds: Thresholds) -> Result:
    """Endorsers of the current version / |M|. No goal is red, whatever the size of the community (but not without members)."""
    current, as_of, members = current_goal(inputs.goals, inputs.window.end), inputs.window.end, len(inputs.members)
    if current is None:
        none = Result(name="goal", window=inputs.window, denominator=members, n=members, parts={"stated": 0, "version_age_days": None})
        stated = settle(none.but(status="red", reason=Reason("no-goal")), inputs, thresholds, Reason("no-members"))
        return stated.but(reason=Reason("no-goal")) if stated.reason and stated.reason.code == "too-few" else stated
    endorsers = {
        given.person
        for given in inputs.endorsements
        if given.version == current.id and given.person in inputs.members and given.on <= as_of and (given.until is None or given.until > as_of)
    }
    interval, value = wilson(len(endorsers), members), share(len(endorsers), members)
    status = proportion_light(interval, thresholds.goal_green, thresholds.goal_red)
    result = Result(
        name="goal",
        window=inputs.window,
        value=value,
        numerator=len(endorsers),
        denominator=members,
        n=members,
        lower=interval.lower if interval else None,
        upper=interval.upper if interval else None,
        status=status,
        reason=None if status == "green" else Reason("goal-endorsed", {"endorsed": len(endorsers), "members": members}),
        parts={"stated": 1, "version_age_days": (as_of - current.since).days},
    )
    if value is not None and value >= thresholds.goal_formal_share and months_between(current.since, as_of) >= thresholds.goal_formal_months:
        result = result.but(notes=(Reason("goal-formal", {"months": months_between(current.since, as_of)}),))
    return settle(result, inputs, thresholds, Reason("no-members"))


def current_goal(goals: Sequence[GoalVersion], as_of: datetime.date) -> GoalVersion | None:
    """The version in force at the end of that day."""
    known = [version for version in goals if version.since <= as_of]
    return max(known, key=lambda version: (version.since, version.id)) if known else None
