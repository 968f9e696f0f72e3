"""3b · Levels of interaction: do people work beyond their own school, and as often as the schools' sizes would have it?"""

from metrics.indicators.inputs import LEVELS, Inputs
from metrics.indicators.measures import hill1, share
from metrics.indicators.network import GraphFigures
from metrics.indicators.result import Reason, Result, Status
from metrics.indicators.rules import active, settle
from metrics.indicators.thresholds import Thresholds


def levels(inputs: Inputs, thresholds: Thresholds, graph: GraphFigures | None) -> Result:
    """Openness = observed external share of ties / external share of all possible pairs; 1 = schools mix as if at random."""
    people, by_level = active(inputs), inputs.counts.by_level
    present = tuple(sorted((level for level, acts in by_level.items() if acts > 0), key=_order))
    observed = share(graph.external_ties, graph.external_ties + graph.internal_ties) if graph else None
    expected = share(graph.external_pairs, graph.external_pairs + graph.internal_pairs) if graph else None
    openness = observed / expected if observed is not None and expected else None
    status, reason = _light(inputs, thresholds, openness, present, graph)
    result = Result(
        name="levels",
        window=inputs.window,
        value=openness,
        numerator=observed,
        denominator=expected,
        n=len(people),
        status=status,
        reason=reason,
        parts={
            "hill1": hill1(by_level.values()),
            "present": present,
            "interacting": share(sum(len(inputs.counts.levels_of.get(person, ())) > 1 for person in people), len(people)),
            "external_ties": graph.external_ties if graph else None,
            "internal_ties": graph.internal_ties if graph else None,
            "ei_index": ei_index(graph.external_ties, graph.internal_ties) if graph else None,
            "ei_expected": ei_index(graph.external_pairs, graph.internal_pairs) if graph else None,
            "openness": openness,
        },
    )
    return settle(result, inputs, thresholds, Reason("no-active"))


def ei_index(external: int, internal: int) -> float | None:
    """(E−I)/(E+I), from −1 (only inside) to 1 (only outside) (Krackhardt & Stern 1988); None without ties."""
    return share(external - internal, external + internal)


def _order(level: str) -> tuple[int, str]:
    return (LEVELS.index(level) if level in LEVELS else len(LEVELS), level)


def _light(
    inputs: Inputs, thresholds: Thresholds, openness: float | None, present: tuple[str, ...], graph: GraphFigures | None
) -> tuple[Status, Reason | None]:
    """Green: openness ≥ 0.8 and ≥ 3 levels each with ≥ 5 % of acts; red: openness < 0.2 or one level; no openness: grey, with the reason."""
    if openness is None:
        if graph is None:
            return "grey", Reason("graph-pending")
        return "grey", Reason("no-ties" if graph.external_pairs else "one-school")
    if len(present) < 2:
        return "red", Reason("one-level", {"level": present[0] if present else ""})
    if openness < thresholds.openness_red:
        return "red", Reason("closed-schools", {"openness": openness})
    acts = inputs.counts.by_level
    total = sum(number for number in acts.values() if number > 0)
    wide = sum(acts[level] / total >= thresholds.level_share for level in present)
    if openness >= thresholds.openness_green and wide >= thresholds.levels_green:
        return "green", None
    if openness < thresholds.openness_green:
        return "amber", Reason("openness-low", {"openness": openness})
    return "amber", Reason("levels-few", {"levels": wide})
