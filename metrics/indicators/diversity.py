"""4 · Diversity of kinds of activity: as if there were how many equal kinds?"""

from metrics.indicators.inputs import Inputs
from metrics.indicators.measures import evenness, hill1, hill2, richness
from metrics.indicators.result import Reason, Result, Status
from metrics.indicators.rules import settle
from metrics.indicators.thresholds import ENOUGH, Thresholds


def diversity(inputs: Inputs, thresholds: Thresholds) -> Result:
    """¹D over kinds, one unit for each distinct (actor, kind, day); fewer than 20 units are marked «few data»."""
    kinds = inputs.counts.units
    units, effective = sum(number for number in kinds.values() if number > 0), hill1(kinds.values())
    status = light(effective, thresholds)
    result = Result(
        name="diversity",
        window=inputs.window,
        value=effective,
        n=units,
        status=status,
        reason=None if status == "green" else Reason("kinds-few", {"kinds": effective}),
        parts={"richness": richness(kinds.values()), "hill1": effective, "hill2": hill2(kinds.values()), "evenness": evenness(kinds.values()), "units": units},
    )
    if ENOUGH <= units < thresholds.diversity_few_units:
        result = result.but(notes=(Reason("few-data", {"n": units}),))
    return settle(result, inputs, thresholds, Reason("no-units"))


def light(effective: float | None, thresholds: Thresholds) -> Status:
    if effective is None:
        return "grey"
    if effective >= thresholds.diversity_green:
        return "green"
    return "red" if effective < thresholds.diversity_red else "amber"
