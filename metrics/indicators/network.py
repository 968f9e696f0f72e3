"""The tie graph in figures: built nightly or on demand from co-participation in the window, and kept with its own as-of date."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from metrics.indicators import graphs
from metrics.indicators.inputs import HeldEvent, Inputs, Key
from metrics.indicators.rules import active
from metrics.indicators.thresholds import FEW, Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphFigures:
    """All figures of one tie graph; numbers alone, so that a night's figures can be stored."""

    as_of: datetime.date
    nodes: int = 0
    edges: int = 0
    density: float | None = None
    degree_centralization: float | None = None
    # None also where it is not computed: for a municipality or the network.
    betweenness_centralization: float | None = None
    transitivity: float | None = None
    max_core: int = 0
    components: int = 0
    isolates: int = 0
    # Ties between people with schools: with none in common, and with one.
    external_ties: int = 0
    internal_ties: int = 0
    # The same for all possible pairs of active people with schools.
    external_pairs: int = 0
    internal_pairs: int = 0
    resilience: float | None = None


def tie_graph(inputs: Inputs, thresholds: Thresholds) -> graphs.TieGraph:
    """Nodes are the active members; ties come from events held and materials published in the window."""
    events = [event for event in inputs.events if event.held_on in inputs.window]
    authored = [material for material in inputs.authored if material.published_on in inputs.window]
    return graphs.tie_graph(active(inputs), graphs.together(events, authored, thresholds.tie_largest_event), thresholds.tie_shared)


def graph_figures(inputs: Inputs, thresholds: Thresholds) -> GraphFigures:
    """Build the graph and measure it; below five people only what can be counted is."""
    graph = tie_graph(inputs, thresholds)
    adjacency, enough = graph.adjacency, len(graph.nodes) >= FEW
    sizes = graphs.components(adjacency)
    external, internal = school_ties(graph, inputs.schools_of)
    external_pairs, internal_pairs = school_pairs([inputs.schools_of.get(person, frozenset()) for person in graph.nodes])
    return GraphFigures(
        as_of=inputs.window.end,
        nodes=len(graph.nodes),
        edges=graph.size,
        density=graphs.density(adjacency),
        degree_centralization=graphs.degree_centralization(adjacency) if enough else None,
        betweenness_centralization=graphs.betweenness_centralization(adjacency) if enough and inputs.scope in {"school", "community"} else None,
        transitivity=graphs.transitivity(adjacency),
        max_core=graphs.max_core(adjacency),
        components=len(sizes),
        isolates=sizes.count(1),
        external_ties=external,
        internal_ties=internal,
        external_pairs=external_pairs,
        internal_pairs=internal_pairs,
        resilience=resilience(graph, inputs, thresholds) if enough else None,
    )


def school_ties(graph: graphs.TieGraph, schools_of: Mapping[Key, frozenset[Key]]) -> tuple[int, int]:
    """Ties (between schools, inside one); ties of people without a school are left out."""
    schools = [schools_of.get(person, frozenset()) for person in graph.nodes]
    kept = [schools[a].isdisjoint(schools[b]) for a, b in graph.edges if schools[a] and schools[b]]
    return sum(kept), len(kept) - sum(kept)


def school_pairs(schools: list[frozenset[Key]]) -> tuple[int, int]:
    """All possible pairs of people with schools: (with none in common, with one). Counted by groups of equal schools, not pair by pair."""
    groups = Counter(one for one in schools if one)
    people = groups.total()
    internal = sum(size * (size - 1) // 2 for size in groups.values())
    at: dict[Key, list[frozenset[Key]]] = defaultdict(list)
    for group in groups:
        for school in group:
            at[school].append(group)
    meeting = {frozenset(pair) for together in at.values() for pair in combinations(together, 2)}
    for one, other in meeting:
        internal += groups[one] * groups[other]
    return people * (people - 1) // 2 - internal, internal


def resilience(graph: graphs.TieGraph, inputs: Inputs, thresholds: Thresholds) -> float | None:
    """Largest connected component / (|A|−1) without the participant with most acts and the events that only they organised.

    If several have most acts, the one whose loss hurts most. A tie survives while another event or material supports it.
    """
    most = max((inputs.counts.acts[person] for person in graph.nodes), default=0)
    alone: dict[Key, list[HeldEvent]] = defaultdict(list)
    for event in inputs.events:
        if event.held_on in inputs.window and len(event.organisers) == 1:
            alone[next(iter(event.organisers))].append(event)
    without = graphs.largest_after_removal(graph.adjacency)
    left = [
        graphs.largest_without(graph, number, list(graphs.together(alone[person], (), thresholds.tie_largest_event))) if person in alone else without[number]
        for number, person in enumerate(graph.nodes)
        if inputs.counts.acts[person] == most
    ]
    return min(left) / (len(graph.nodes) - 1) if len(graph.nodes) > 1 else None
