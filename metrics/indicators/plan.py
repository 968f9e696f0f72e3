"""5 · Planned events carried out: of what should have taken place by now, how much did?"""

import datetime

from metrics.indicators.inputs import Inputs, PlanItem
from metrics.indicators.measures import share, wilson
from metrics.indicators.result import Reason, Result
from metrics.indicators.rules import proportion_light, settle
from metrics.indicators.thresholds import Thresholds
from metrics.indicators.windows import school_year_start


def plan(inputs: Inputs, thresholds: Thresholds) -> Result:
    """Held / due: due are the items whose baseline date lies in the window; cancelled ones stay, postponed ones count at their baseline."""
    as_of = inputs.window.end
    known = [item for item in inputs.plan if item.approved_on is None or item.approved_on <= as_of]
    due = [item for item in known if item.baseline is not None and item.baseline in inputs.window]
    held = [item for item in due if is_held(item, as_of)]
    cancelled = [item for item in due if not is_held(item, as_of) and is_cancelled(item, as_of)]
    excused = sum(item.reason for item in cancelled)
    interval = wilson(len(held), len(due))
    status = proportion_light(interval, thresholds.plan_green, thresholds.plan_red)
    result = Result(
        name="plan",
        window=inputs.window,
        value=share(len(held), len(due)),
        numerator=len(held),
        denominator=len(due),
        n=len(due),
        lower=interval.lower if interval else None,
        upper=interval.upper if interval else None,
        status=status,
        reason=None if status == "green" else Reason("plan-behind", {"held": len(held), "due": len(due)}),
        parts={
            "held": len(held),
            "due": len(due),
            "on_time": share(sum(_on_time(item, thresholds.on_time_days) for item in held), len(due)),
            "without_excused": share(len(held), len(due) - excused),
            "replanned": share(sum(is_moved(item, as_of) for item in due), len(due)),
            "outstanding": len(due) - len(held) - len(cancelled),
            "off_plan": off_plan(inputs, known),
        },
    )
    return settle(result, inputs, thresholds, Reason("nothing-due" if has_plan(inputs, known) else "no-plan"))


def is_held(item: PlanItem, as_of: datetime.date) -> bool:
    """Took place, by T; marked as held with a later date or none it is an error of data and not held."""
    return item.held_on is not None and item.held_on <= as_of


def is_cancelled(item: PlanItem, as_of: datetime.date) -> bool:
    """Cancelled by T; a cancellation without a date is known always."""
    return item.cancelled_on <= as_of if item.cancelled_on is not None else item.cancelled


def is_moved(item: PlanItem, as_of: datetime.date) -> bool:
    """Given another date than its baseline, by T."""
    return item.moved_to is not None and item.moved_to != item.baseline and (item.moved_on is None or item.moved_on <= as_of)


def is_wrong(item: PlanItem, as_of: datetime.date) -> bool:
    """Said to be held, but not by T: the error of data that the page tells of."""
    return item.marked_held and not is_held(item, as_of)


def _on_time(item: PlanItem, days: int) -> bool:
    return item.held_on is not None and item.baseline is not None and abs((item.held_on - item.baseline).days) <= days


def off_plan(inputs: Inputs, known: list[PlanItem]) -> int:
    """What was held in the window outside the approved plan: events without an item of it, and later additions held without an event."""
    planned = {item.id for item in known if item.baseline is not None}
    events = [event for event in inputs.events if event.held_on in inputs.window and event.plan_item not in planned]
    closed = {event.plan_item for event in events}
    added = [item for item in known if item.baseline is None and item.held_on is not None and item.held_on in inputs.window and item.id not in closed]
    return len(events) + len(added)


def has_plan(inputs: Inputs, known: list[PlanItem]) -> bool:
    """Is there a plan for a school year that the window touches, even if nothing of it was due in the window?"""
    first, last = school_year_start(inputs.window.start + datetime.timedelta(days=1)), school_year_start(inputs.window.end)
    return any(item.baseline is not None and first <= school_year_start(item.baseline) <= last for item in known)
