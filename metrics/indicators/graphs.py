"""The tie graph: who has worked with whom, and the measures of its shape. Unweighted, without loops.

Nodes are numbered in the order of their keys and neighbours are entered in rising order, so that equal graphs give equal bits.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from metrics.indicators.inputs import Authored, HeldEvent, Key

Adjacency = list[set[int]]


@dataclass(frozen=True, slots=True)
class TieGraph:
    """Ties between active members; a tie is supported by each shared event or material."""

    nodes: list[Key]
    adjacency: Adjacency
    # (a, b), a < b, by number → shared events and materials
    shared: dict[tuple[int, int], int]
    least_shared: int = 1

    @property
    def edges(self) -> Iterator[tuple[int, int]]:
        return ((a, b) for a, neighbours in enumerate(self.adjacency) for b in neighbours if a < b)

    @property
    def size(self) -> int:
        """m, the number of ties."""
        return sum(map(len, self.adjacency)) // 2


def together(events: Iterable[HeldEvent], authored: Iterable[Authored], largest: int) -> Iterator[frozenset[Key]]:
    """The groups of people who give ties: of an event, of a material's authors; larger ones than `largest` give none."""
    for event in events:
        if 2 <= len(event.people) <= largest:
            yield event.people
    for material in authored:
        if 2 <= len(material.authors) <= largest:
            yield material.authors


def tie_graph(people: Iterable[Key], groups: Iterable[frozenset[Key]], least_shared: int = 1) -> TieGraph:
    """The graph of `people` (sorted) with a tie for each pair that shares at least `least_shared` groups."""
    nodes = sorted(people)  # type: ignore[type-var]
    number = {person: index for index, person in enumerate(nodes)}
    shared: Counter[tuple[int, int]] = Counter()
    for group in groups:
        shared.update(combinations(sorted(number[person] for person in group if person in number), 2))
    adjacency: Adjacency = [set() for _ in nodes]
    for (a, b), times in sorted(shared.items()):
        if times >= least_shared:
            adjacency[a].add(b)
            adjacency[b].add(a)
    return TieGraph(nodes, adjacency, shared, least_shared)


def weights(groups: Iterable[frozenset[Key]]) -> dict[tuple[Key, Key], float]:
    """For display alone: each group of k gives each of its pairs 1/(k−1) (Newman 2001), so that everybody has one share of every event."""
    lots: dict[tuple[Key, Key], list[float]] = defaultdict(list)
    for group in groups:
        for pair in combinations(sorted(group), 2):  # type: ignore[type-var]
            lots[pair].append(1 / (len(group) - 1))
    return {pair: math.fsum(lot) for pair, lot in sorted(lots.items())}  # type: ignore[type-var]


def density(adjacency: Adjacency) -> float | None:
    """2m / (n(n−1)); None for fewer than two nodes."""
    n = len(adjacency)
    return sum(map(len, adjacency)) / (n * (n - 1)) if n > 1 else None


def degree_centralization(adjacency: Adjacency) -> float | None:
    """Σ(max−d) / ((n−1)(n−2)), 1 for a star (Freeman 1978); None for fewer than three nodes."""
    n, degrees = len(adjacency), [len(neighbours) for neighbours in adjacency]
    return sum(max(degrees) - degree for degree in degrees) / ((n - 1) * (n - 2)) if n > 2 else None


def components(adjacency: Adjacency) -> list[int]:
    """Sizes of the connected components, largest first; an isolate is one of size 1."""
    return sorted(map(len, _components(adjacency)), reverse=True)


def _components(adjacency: Adjacency) -> list[set[int]]:
    unseen, found = set(range(len(adjacency))), []
    while unseen:
        edge = {unseen.pop()}
        reached = set(edge)
        while edge:
            edge = set().union(*(adjacency[node] for node in edge)) - reached
            reached |= edge
        unseen -= reached
        found.append(reached)
    return found


def transitivity(adjacency: Adjacency) -> float | None:
    """3 × triangles / connected triples (Newman, Watts & Strogatz 2002); None when there is no triple."""
    triples = sum(len(neighbours) * (len(neighbours) - 1) for neighbours in adjacency) // 2
    closed = sum(len(neighbours & adjacency[other]) for node, neighbours in enumerate(adjacency) for other in neighbours if node < other)
    return closed / triples if triples else None


def max_core(adjacency: Adjacency) -> int:
    """The greatest k such that some people have k ties among themselves (Seidman 1983), by peeling (Batagelj & Zaveršnik 2003)."""
    degrees = [len(neighbours) for neighbours in adjacency]
    waiting: list[set[int]] = [set() for _ in range(max(degrees, default=0) + 1)]
    for node, degree in enumerate(degrees):
        waiting[degree].add(node)
    core, level, done = 0, 0, [False] * len(degrees)
    while level < len(waiting):
        if not waiting[level]:
            level += 1
            continue
        node = waiting[level].pop()
        core, done[node] = max(core, level), True
        for other in adjacency[node]:
            if not done[other] and degrees[other] > level:
                waiting[degrees[other]].remove(other)
                degrees[other] -= 1
                waiting[degrees[other]].add(other)
    return core


def betweenness(adjacency: Adjacency) -> list[float]:
    """Share of the shortest paths between all other pairs that run through each node (Freeman 1977, algorithm of Brandes 2001)."""
    n = len(adjacency)
    totals = [0.0] * n
    for source in range(n):
        layers, paths = _layers(adjacency, source)
        passed = [0.0] * n
        for far in range(len(layers) - 1, 1, -1):
            for node in layers[far]:
                part = (1 + passed[node]) / paths[node]
                for nearer in adjacency[node] & layers[far - 1]:
                    passed[nearer] += paths[nearer] * part
        for node, amount in enumerate(passed):
            totals[node] += amount
    scale = (n - 1) * (n - 2)
    return [total / scale for total in totals] if n > 2 else totals


def _layers(adjacency: Adjacency, source: int) -> tuple[list[set[int]], list[int]]:
    """The nodes by their distance from `source`, and the number of shortest paths to each."""
    layers, paths, seen = [{source}], [0] * len(adjacency), {source}
    paths[source] = 1
    while layers[-1]:
        last = layers[-1]
        # In rising order: the order in which a set is filled may decide how it is walked, and so the last bit of a sum.
        rising = sorted(set().union(*(adjacency[node] for node in last)) - seen)
        following = set(rising)
        for node in rising:
            paths[node] = sum(paths[nearer] for nearer in adjacency[node] & last)
        seen |= following
        layers.append(following)
    return layers, paths


def betweenness_centralization(adjacency: Adjacency) -> float | None:
    """Σ(max−b) / (n−1), 1 for a star (Freeman 1978); None for fewer than three nodes."""
    n = len(adjacency)
    if n < 3:
        return None
    through = betweenness(adjacency)
    highest = max(through)
    return math.fsum(highest - one for one in through) / (n - 1)


class Removal(NamedTuple):
    """What is left of a node's component when the node goes."""

    largest_piece: int
    pieces: int


def removals(adjacency: Adjacency) -> list[Removal]:
    """For every node the pieces of its own component without it, in one walk (Hopcroft & Tarjan 1973); more than one piece: an articulation point."""
    n = len(adjacency)
    order, low, under = [-1] * n, [0] * n, [1] * n
    cut: list[list[int]] = [[] for _ in range(n)]
    clock = 0
    for root in range(n):
        if order[root] >= 0:
            continue
        first, walk, whole = clock, [(root, -1, iter(adjacency[root]))], [root]
        order[root] = low[root] = clock
        clock += 1
        while walk:
            node, parent, ahead = walk[-1]
            for other in ahead:
                if order[other] < 0:
                    order[other] = low[other] = clock
                    clock += 1
                    whole.append(other)
                    walk.append((other, node, iter(adjacency[other])))
                    break
                if other != parent:
                    low[node] = min(low[node], order[other])
            else:
                walk.pop()
                if parent >= 0:
                    low[parent] = min(low[parent], low[node])
                    under[parent] += under[node]
                    if low[node] >= order[parent]:
                        cut[parent].append(under[node])
        for node in whole:
            rest = clock - first - 1 - sum(cut[node])
            cut[node] += [rest] if rest else []
    return [Removal(max(pieces, default=0), len(pieces)) for pieces in cut]


def articulation_points(graph: TieGraph) -> list[Key]:
    """The people without whom their part of the graph falls apart; for the community's leaders alone."""
    return [person for person, removal in zip(graph.nodes, removals(graph.adjacency), strict=True) if removal.pieces > 1]


def largest_after_removal(adjacency: Adjacency) -> list[int]:
    """For every node the largest component that is left when it goes."""
    component = [0] * len(adjacency)
    for one in _components(adjacency):
        for node in one:
            component[node] = len(one)
    sizes = components(adjacency)
    # The largest component other than the node's own: the largest of all, or the next where the node's own is that one.
    others = [sizes[0] if component[node] != sizes[0] else (sizes[1] if len(sizes) > 1 else 0) for node in range(len(adjacency))]
    return [max(other, removal.largest_piece) for other, removal in zip(others, removals(adjacency), strict=True)]


def largest_without(graph: TieGraph, person: int, gone: Sequence[frozenset[Key]]) -> int:
    """The largest component without the person and without the groups in `gone`; a tie survives while other groups support it."""
    number = {key: index for index, key in enumerate(graph.nodes)}
    lost: Counter[tuple[int, int]] = Counter()
    for group in gone:
        lost.update(combinations(sorted(number[one] for one in group if one in number), 2))
    adjacency = list(graph.adjacency)
    for (a, b), times in lost.items():
        if graph.shared[a, b] >= graph.least_shared > graph.shared[a, b] - times:
            adjacency[a] = adjacency[a] - {b}
            adjacency[b] = adjacency[b] - {a}
    for other in adjacency[person]:
        adjacency[other] = adjacency[other] - {person}
    adjacency[person] = set()
    sizes = components(adjacency)
    # The person is left as an isolate here: one node of size 1 that is not counted when others are there.
    return sizes[0] if len(sizes) > 1 else 0
