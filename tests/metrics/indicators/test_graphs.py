"""Graph measures against NetworkX: on classics of the literature and on random graphs."""

import random

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.indicators import graphs
from metrics.indicators.graphs import Adjacency

CLASSICS = {
    "kite of Krackhardt": nx.krackhardt_kite_graph(),
    "karate club of Zachary": nx.karate_club_graph(),
    "families of Florence": nx.convert_node_labels_to_integers(nx.florentine_families_graph()),
    "women of the South": nx.convert_node_labels_to_integers(nx.davis_southern_women_graph()),
    "star": nx.star_graph(9),
    "ring": nx.cycle_graph(8),
    "complete": nx.complete_graph(7),
    "nobody knows anybody": nx.empty_graph(6),
    "two islands": nx.disjoint_union(nx.complete_graph(4), nx.path_graph(5)),
}


def adjacency(graph: nx.Graph) -> Adjacency:
    return [set(sorted(graph[node])) for node in sorted(graph)]  # noqa: C414 - filled in rising order, as the product does


def random_graphs() -> st.SearchStrategy[nx.Graph]:
    return st.builds(lambda n, p, seed: nx.gnp_random_graph(n, p, seed), st.integers(1, 24), st.floats(0, 1), st.integers(0, 10**6))


def same_as_networkx(graph: nx.Graph) -> None:
    ours, n = adjacency(graph), len(graph)
    if n > 1:
        assert graphs.density(ours) == pytest.approx(nx.density(graph))
    assert graphs.components(ours) == sorted(map(len, nx.connected_components(graph)), reverse=True)
    assert (graphs.transitivity(ours) or 0) == pytest.approx(nx.transitivity(graph))
    assert graphs.max_core(ours) == max(nx.core_number(graph).values())
    through = nx.betweenness_centrality(graph)
    assert graphs.betweenness(ours) == pytest.approx([through[node] for node in sorted(graph)])
    degrees = [degree for _, degree in sorted(graph.degree)]
    if n > 2:
        assert graphs.degree_centralization(ours) == pytest.approx(sum(max(degrees) - degree for degree in degrees) / ((n - 1) * (n - 2)))
        assert graphs.betweenness_centralization(ours) == pytest.approx(sum(max(through.values()) - one for one in through.values()) / (n - 1))
    removed = graphs.removals(ours)
    assert {node for node in range(n) if removed[node].pieces > 1} == set(nx.articulation_points(graph))
    for node, left in enumerate(graphs.largest_after_removal(ours)):
        rest = graph.subgraph(set(graph) - {node})
        assert left == max(map(len, nx.connected_components(rest)), default=0)


@pytest.mark.parametrize("name", CLASSICS)
def test_classics(name: str) -> None:
    same_as_networkx(CLASSICS[name])


@given(random_graphs())
def test_random_graphs(graph: nx.Graph) -> None:
    same_as_networkx(graph)


def test_published_figures() -> None:
    """A star is 1 by definition and a ring 0 (Freeman 1978); Medici: betweenness 0.522 (data of Padgett & Ansell 1993); kite: Heather 14 of 36."""
    star, ring = adjacency(CLASSICS["star"]), adjacency(CLASSICS["ring"])
    assert (graphs.degree_centralization(star), graphs.betweenness_centralization(star)) == (1, 1)
    assert (graphs.degree_centralization(ring), graphs.betweenness_centralization(ring)) == (0, 0)
    assert max(graphs.betweenness(adjacency(CLASSICS["families of Florence"]))) == pytest.approx(0.521978, abs=1e-6)
    assert max(graphs.betweenness(adjacency(CLASSICS["kite of Krackhardt"]))) == pytest.approx(14 / 36)


groups = st.lists(st.frozensets(st.integers(0, 14), min_size=1, max_size=6), max_size=20)


@given(groups, st.integers(1, 3))
def test_ties_are_the_projection_of_shared_events(events: list[frozenset[int]], least: int) -> None:
    ours = graphs.tie_graph(range(15), events, least)
    for a in range(15):
        for b in range(a + 1, 15):
            assert (b in ours.adjacency[a]) == (sum({a, b} <= event for event in events) >= least)


@given(groups, st.randoms())
def test_order_of_events_changes_no_bit(events: list[frozenset[int]], chance: random.Random) -> None:
    mixed = [frozenset(chance.sample(sorted(event), len(event))) for event in events]
    chance.shuffle(mixed)
    one, other = graphs.tie_graph(range(15), events), graphs.tie_graph([*range(14, -1, -1)], mixed)
    assert graphs.betweenness(one.adjacency) == graphs.betweenness(other.adjacency)
    assert graphs.weights(events) == graphs.weights(mixed)


@given(groups)
def test_everybody_has_one_share_of_every_event(events: list[frozenset[int]]) -> None:
    """Newman (2001): the weights of a person's ties add up to the number of their events with others."""
    weights = graphs.weights(events)
    for person in range(15):
        own = sum(weight for pair, weight in weights.items() if person in pair)
        assert own == pytest.approx(sum(person in event and len(event) > 1 for event in events))


@given(groups, st.lists(st.booleans(), min_size=20, max_size=20), st.integers(1, 2))
def test_what_is_left_without_a_person_and_events(events: list[frozenset[int]], kept: list[bool], least: int) -> None:
    whole = graphs.tie_graph(range(15), events, least)
    gone = [event for event, keep in zip(events, kept, strict=False) if not keep]
    rest = graphs.tie_graph(range(1, 15), [event for event, keep in zip(events, kept, strict=False) if keep], least)
    assert graphs.largest_without(whole, 0, gone) == graphs.components(rest.adjacency)[0]
