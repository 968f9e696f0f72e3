"""3a · Multiple leaders: on how many people does the work stand?"""

from collections import Counter, defaultdict
from collections.abc import Mapping

from metrics.indicators.inputs import Inputs, Key
from metrics.indicators.measures import fewest_for, hill2, share
from metrics.indicators.network import GraphFigures
from metrics.indicators.result import Reason, Result, Status
from metrics.indicators.rules import active, settle
from metrics.indicators.thresholds import Thresholds


def leadership(inputs: Inputs, thresholds: Thresholds) -> dict[Key, float]:
    """ℓ of each person in the window: held events organised + materials published + plan items carried out as the responsible one.

    A plan item closed by an event counts once, to each distinct organiser or responsible person. An event without an organiser gives nobody leadership.
    """
    window = inputs.window
    done: defaultdict[Key, float] = defaultdict(float)
    responsible = {item.id: item.responsible for item in inputs.plan if item.responsible is not None}
    closed = set()
    for event in inputs.events:
        if event.held_on not in window:
            continue
        people = set(event.organisers)
        if event.plan_item is not None:
            closed.add(event.plan_item)
            people |= {responsible[event.plan_item]} if event.plan_item in responsible else set()
        for person in people:
            done[person] += thresholds.weight_event
    for material in inputs.authored:
        if material.published_on in window:
            for person in material.authors:
                done[person] += thresholds.weight_material
    for item in inputs.plan:
        if item.responsible is not None and item.id not in closed and item.held_on is not None and item.held_on in window:
            done[item.responsible] += thresholds.weight_plan_item
    return dict(done)


def leadership_events(inputs: Inputs) -> tuple[dict[Key, int], int]:
    """How many of the window's held events each person organised, and how many there were; events without an organiser count among them."""
    held = [event for event in inputs.events if event.held_on in inputs.window]
    return dict(Counter(person for event in held for person in event.organisers)), len(held)


def leaders(inputs: Inputs, thresholds: Thresholds, graph: GraphFigures | None) -> Result:
    """The leader absence factor: the fewest people whose leadership reaches half of everything."""
    lead = leadership(inputs, thresholds)
    factor = fewest_for(lead.values())
    formal = {spell.person for spell in inputs.spells if spell.formal and spell.joined_on <= inputs.window.end}
    acting = [person for person, much in lead.items() if much > 0]
    result = Result(
        name="leaders",
        window=inputs.window,
        value=factor,
        n=len(active(inputs)),
        status=light(factor, thresholds),
        reason=_reason(factor, lead, thresholds),
        parts={
            "hill2": hill2(lead.values()),
            "absence_factor": factor,
            "informal_share": share(sum(person not in formal for person in acting), len(acting)),
            "degree_centralization": graph.degree_centralization if graph else None,
        },
    )
    return settle(result, inputs, thresholds, Reason("no-active"))


def light(factor: float | None, thresholds: Thresholds) -> Status:
    """1 is red, 2 amber, from 3 on green; a median between two whole numbers belongs to the lower one's light."""
    if factor is None:
        return "grey"
    if factor >= thresholds.leaders_green:
        return "green"
    return "red" if factor < thresholds.leaders_red + 1 else "amber"


def _reason(factor: int | None, lead: Mapping[Key, float], thresholds: Thresholds) -> Reason | None:
    if factor is None:
        return Reason("no-leadership")
    return None if light(factor, thresholds) == "green" else Reason("leaders-few", {"factor": factor})
