"""2b · Independence: does the work stand on many schools, on people's own initiative and wish, and would it survive the loss of one person?"""

from metrics.indicators.inputs import Inputs, Key
from metrics.indicators.measures import fewest_for, hill2, share
from metrics.indicators.network import GraphFigures
from metrics.indicators.result import Reason, Result, Status
from metrics.indicators.rules import active, settle
from metrics.indicators.thresholds import Thresholds


def independence(inputs: Inputs, thresholds: Thresholds, graph: GraphFigures | None) -> Result:
    """²D over the schools' shares of acts; acts of people without a school are left out.

    In the scope of one school there is nothing to depend on but that school: the figures are shown, the light is grey.
    """
    people, schools = active(inputs), inputs.counts.by_school
    effective, total = hill2(schools.values()), sum(number for number in schools.values() if number > 0)
    largest = share(max(schools.values(), default=0), total)
    result = Result(
        name="independence",
        window=inputs.window,
        value=effective,
        n=len(people),
        status=_light(largest, thresholds),
        reason=_reason(largest, thresholds),
        parts={
            "schools_hill2": effective,
            "largest_school_share": largest,
            "elephant_factor": fewest_for(schools.values()),
            "initiative": share(len(people & inputs.counts.initiators), len(people)),
            "voluntary": voluntary(inputs),
            "resilience": graph.resilience if graph else None,
        },
    )
    if inputs.scope == "school" and result.status != "grey":
        result = result.grey(Reason("one-school-scope"))
    return settle(result, inputs, thresholds, Reason("no-active"))


def _light(largest: float | None, thresholds: Thresholds) -> Status:
    if largest is None:
        return "grey"
    return "red" if largest > thresholds.largest_school_red else "green"


def _reason(largest: float | None, thresholds: Thresholds) -> Reason | None:
    if largest is None:
        return Reason("no-schools")
    return Reason("largest-school", {"share": largest}) if largest > thresholds.largest_school_red else None


def voluntary(inputs: Inputs) -> float | None:
    """Memberships begun by the member / all memberships up to T of which it is known; None when it is known of none."""
    known = [spell.self_joined for spell in inputs.spells if spell.joined_on <= inputs.window.end and spell.self_joined is not None]
    return share(sum(known), len(known))


def largest_school(inputs: Inputs) -> Key | None:
    """The school with most acts, for the sentence beside the figure; of several the first by key."""
    schools = {school: number for school, number in inputs.counts.by_school.items() if number > 0}
    return min(schools, key=lambda school: (-schools[school], school)) if schools else None
