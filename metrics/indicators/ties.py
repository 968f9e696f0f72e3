"""The tie graph itself: no light, a description."""

from metrics.indicators.inputs import Inputs
from metrics.indicators.network import GraphFigures
from metrics.indicators.result import Reason, Result
from metrics.indicators.rules import active, settle
from metrics.indicators.thresholds import Thresholds

FIGURES = ("nodes", "edges", "degree_centralization", "betweenness_centralization", "transitivity", "max_core", "components", "isolates")


def ties(inputs: Inputs, thresholds: Thresholds, graph: GraphFigures | None) -> Result:
    """Density of the tie graph: ties / possible pairs of active members. The threshold (shared events of a tie) stands in a note."""
    n = graph.nodes if graph else len(active(inputs))
    result = Result(
        name="ties",
        window=inputs.window,
        value=graph.density if graph else None,
        numerator=graph.edges if graph else None,
        denominator=n * (n - 1) // 2 if graph else None,
        n=n,
        reason=None if graph else Reason("graph-pending"),
        notes=(Reason("tie-threshold", {"shared": thresholds.tie_shared}),) if graph else (),
        parts={name: getattr(graph, name) if graph else None for name in FIGURES},
    )
    return settle(result, inputs, thresholds, Reason("no-active"))
