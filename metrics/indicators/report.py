"""All indicators of one scope at one date."""

from collections.abc import Iterable, Mapping

from metrics.indicators.diversity import diversity
from metrics.indicators.duration import duration
from metrics.indicators.goal import goal
from metrics.indicators.independence import independence
from metrics.indicators.inputs import Inputs
from metrics.indicators.leaders import leaders
from metrics.indicators.levels import levels
from metrics.indicators.members import active_members
from metrics.indicators.network import GraphFigures
from metrics.indicators.plan import is_wrong, plan
from metrics.indicators.result import Reason, Result
from metrics.indicators.thresholds import DEFAULTS, Thresholds
from metrics.indicators.ties import ties
from metrics.indicators.wider import MEDIANS, median_of

# The names of the command line, in its order.
NAMES = ("goal", "active_members", "independence", "leaders", "levels", "diversity", "plan", "duration", "ties")


def compute(
    inputs: Inputs, graph: GraphFigures | None, thresholds: Thresholds = DEFAULTS, *, communities: Iterable[Mapping[str, Result]] = ()
) -> dict[str, Result]:
    """Every indicator of the scope, by name.

    `graph` are the figures of `graph_figures(inputs, thresholds)`, or those a night has kept, or None while there are none. For a scope wider than a
    community `communities` are the results of the *non-dormant* communities in it: their medians are goal, leaders and duration.
    """
    results = {
        "active_members": active_members(inputs, thresholds),
        "independence": independence(inputs, thresholds, graph),
        "levels": levels(inputs, thresholds, graph),
        "diversity": diversity(inputs, thresholds),
        "plan": plan(inputs, thresholds),
        "ties": ties(inputs, thresholds, graph),
    }
    if inputs.scope == "community":
        results |= {"goal": goal(inputs, thresholds), "leaders": leaders(inputs, thresholds, graph), "duration": duration(inputs, thresholds)}
    else:
        several = list(communities)
        results |= {name: median_of(name, inputs, [results[name] for results in several], thresholds) for name in MEDIANS}
    return {name: results[name] for name in NAMES}


def warnings(inputs: Inputs) -> list[Reason]:
    """What is wrong with the data, without a change to any figure: rows of the future, items held in the future, events nobody organised."""
    as_of = inputs.window.end
    wrong = sum(is_wrong(item, as_of) for item in inputs.plan)
    later = sum(event.held_on > as_of for event in inputs.events)
    lonely = sum(event.held_on in inputs.window and not event.organisers for event in inputs.events)
    homeless = sum(not inputs.schools_of.get(person) for person in inputs.members)
    counts = {"future-rows": inputs.future_rows, "future-events": later, "held-in-future": wrong, "no-organiser": lonely, "no-school": homeless}
    return [Reason(code, {"count": count}) for code, count in counts.items() if count]
