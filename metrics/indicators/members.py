"""2a · Active members: how many act, who is new, who came back, who fell silent, and how the work is spread over them."""

from metrics.indicators.inputs import Inputs
from metrics.indicators.measures import bands, gini, share, wilson
from metrics.indicators.result import Reason, Result
from metrics.indicators.rules import active, active_before, proportion_light, settle
from metrics.indicators.thresholds import Thresholds


def active_members(inputs: Inputs, thresholds: Thresholds) -> Result:
    """|A| / |M| with the flow, the contribution bands and the Gini coefficient of acts over the active."""
    people, members, acts = active(inputs), len(inputs.members), inputs.counts.acts
    interval = wilson(len(people), members)
    status = proportion_light(interval, thresholds.active_green, None)
    spread = bands((acts[person] for person in people), thresholds.core_share, thresholds.regular_share)
    new = {person for person in people if inputs.first_on[person] in inputs.window}
    result = Result(
        name="active_members",
        window=inputs.window,
        value=share(len(people), members),
        numerator=len(people),
        denominator=members,
        n=members,
        lower=interval.lower if interval else None,
        upper=interval.upper if interval else None,
        status=status,
        reason=None if status == "green" else Reason("active-few", {"active": len(people), "members": members}),
        parts={
            "active": len(people),
            "members": members,
            "new": len(new),
            "returned": len(people - new - inputs.acted_before),
            "lapsed": len((active_before(inputs) & inputs.members) - people),
            "core": spread.core,
            "regular": spread.regular,
            "casual": spread.casual,
            "readers": len(inputs.readers & inputs.members),
            "gini": gini(acts[person] for person in people),
        },
    )
    return settle(result, inputs, thresholds, Reason("no-members"))
