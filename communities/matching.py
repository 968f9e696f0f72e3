"""Which schools and communities fit each other: a symmetric score of named reasons. Pure functions over plain inputs.

The source's «analysis of partners' requests»: what one side asks for and the other offers, first of all in both directions at once. Two
needs fit when one asks and the other offers in the same direction and no subject stands against another; everything else adds to it.

`best_partners` finds the top k without comparing all pairs: a `Pool` hands out needs by bucket (kind, direction, subject), the exact buckets
first; a side is looked at in the wide buckets only while the most it could still reach (`_ceiling`) is above what the k-th best has.
"""

import heapq
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from communities.geography import Place, distance_km

# The one table of weights: points that each reason adds. The first six are of one fitting pair of needs.
WEIGHTS = {
    "direction": 20,
    "subject": 20,
    "level": 8,
    "level-open": 4,
    "online": 6,
    "proven": 6,
    "mutual": 40,
    "near": 16,
    "no-partners": 8,
    "busy": -4,
}
# Kilometres up to which being near adds the share of its weight.
NEAR_STEPS = ((15, 1.0), (30, 0.75), (60, 0.5), (120, 0.25))
# Lessons elsewhere with materials of the one who offers that count as fully proven.
FULLY_PROVEN = 18
# From so many partnerships at once a side steps back, one `busy` for each more, up to the most.
CARRIES_MUCH, MOST_BUSY = 3, 4
# The most that a pair can bring in which a subject is left open; less than any pair of one subject.
MOST_OF_AN_OPEN_PAIR = WEIGHTS["direction"] + WEIGHTS["level"] + WEIGHTS["online"]


@dataclass(frozen=True, slots=True)
class Wish:
    """A need as matching sees it; `subject` and `level` are None where they do not matter.

    `lessons` proves an offer: how many lessons elsewhere its owner's materials on the subject have served.
    """

    number: int
    asks: bool
    direction: str
    subject: int | None = None
    level: int | None = None
    online: bool = False
    lessons: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two sides fit: a code of WEIGHTS, its points, and what its words name."""

    code: str
    points: int
    detail: int | str | None = None


@dataclass
class Side:
    """A school or a community: `key` names it, `partners` is how many partnerships it carries now."""

    key: int
    wishes: Sequence[Wish] = ()
    place: Place | None = None
    partners: int = 0

    @cached_property
    def fairness(self) -> Reason | None:
        """One with no partners steps forward, one that carries much steps back."""
        if self.partners == 0:
            return Reason("no-partners", WEIGHTS["no-partners"])
        too_many = min(self.partners - CARRIES_MUCH + 1, MOST_BUSY)
        return Reason("busy", WEIGHTS["busy"] * too_many, self.partners) if too_many > 0 else None


Pair = tuple[Wish, Wish]


@dataclass(frozen=True, slots=True)
class Match:
    """Two sides that fit: `asked` is what the first asks with the best offer of the second, `offered` the other way around."""

    key: int
    score: int
    reasons: tuple[Reason, ...]
    asked: Pair | None
    offered: Pair | None


def pair_points(one: Wish, other: Wish) -> int:
    """How well two needs fit; 0 when they do not. Symmetric."""
    if one.asks == other.asks or one.direction != other.direction:
        return 0
    points = WEIGHTS["direction"]
    if one.subject is not None and other.subject is not None:
        if one.subject != other.subject:
            return 0
        points += WEIGHTS["subject"]
    if one.level is None or other.level is None:
        points += WEIGHTS["level-open"]
    elif one.level == other.level:
        points += WEIGHTS["level"]
    if one.online and other.online:
        points += WEIGHTS["online"]
    return points + _proof(one, other)


def _proof(one: Wish, other: Wish) -> int:
    """Lessons prove an offer in the subject that is asked for; a pair that leaves the subject open proves nothing."""
    if one.subject is None or other.subject is None:
        return 0
    return WEIGHTS["proven"] * min((other if one.asks else one).lessons, FULLY_PROVEN) // FULLY_PROVEN


def compare(one: Side, other: Side) -> Match | None:
    """The score of two sides by all pairs of their needs; None when nothing fits. The same both ways around, with asked and offered changed."""
    asked = _best_pair([wish for wish in one.wishes if wish.asks], [wish for wish in other.wishes if not wish.asks])
    offered = _best_pair([wish for wish in one.wishes if not wish.asks], [wish for wish in other.wishes if wish.asks])
    return _match(one, other, asked, offered)


def _best_pair(mine: Iterable[Wish], theirs: Sequence[Wish]) -> Pair | None:
    best, found = 0, None
    for one in mine:
        for other in theirs:
            points = pair_points(one, other)
            if points and (found is None or _better(points, (one, other), best, found)):
                best, found = points, (one, other)
    return found


def _better(points: int, pair: Pair, best: int, found: Pair) -> bool:
    """More points; of equal ones the older needs, the same seen from both sides."""
    return points > best or (points == best and sorted(wish.number for wish in pair) < sorted(wish.number for wish in found))


def _match(one: Side, other: Side, asked: Pair | None, offered: Pair | None) -> Match | None:
    pairs = [pair for pair in (asked, offered) if pair]
    if not pairs:
        return None
    reasons = [Reason("mutual", WEIGHTS["mutual"])] if len(pairs) == 2 else []
    reasons += _reasons_of_pairs(pairs)
    near = _near(one, other)
    fair = sorted((side.fairness for side in (one, other) if side.fairness), key=lambda reason: (reason.points, reason.detail or 0))
    reasons += [near, *fair] if near else fair
    return Match(other.key, sum(reason.points for reason in reasons), tuple(reasons), asked, offered)


def _reasons_of_pairs(pairs: Sequence[Pair]) -> list[Reason]:
    """Where the points of the pairs come from; together exactly `pair_points` of each."""
    reasons = [Reason("direction", WEIGHTS["direction"] * len(pairs), pairs[0][0].direction)]
    same = [mine.subject for mine, theirs in pairs if mine.subject is not None and mine.subject == theirs.subject]
    levels = [mine.level for mine, theirs in pairs if mine.level is not None and mine.level == theirs.level]
    level_open = [mine for mine, theirs in pairs if mine.level is None or theirs.level is None]
    online = [mine for mine, theirs in pairs if mine.online and theirs.online]
    found = (("subject", len(same), same[:1]), ("level", len(levels), levels[:1]), ("level-open", len(level_open), ()), ("online", len(online), ()))
    reasons += [Reason(code, WEIGHTS[code] * count, detail[0] if detail else None) for code, count, detail in found if count]
    proven = [(_proof(*pair), max(wish.lessons for wish in pair if not wish.asks)) for pair in pairs if _proof(*pair)]
    return [*reasons, Reason("proven", sum(points for points, _lessons in proven), max(lessons for _points, lessons in proven))] if proven else reasons


def _near(one: Side, other: Side) -> Reason | None:
    if one.place is None or other.place is None:
        return None
    km = distance_km(one.place, other.place)
    share = next((share for limit, share in NEAR_STEPS if km <= limit), None)
    return None if share is None else Reason("near", int(WEIGHTS["near"] * share), round(km))


# --- the best k without all pairs -----------------------------------------------------------------------------------

# Kind asked for, direction, subject (None: left open).
Bucket = tuple[bool, str, int | None]
# What a pool hands out: the key of a side and one of its wishes.
Keyed = Iterable[tuple[int, Wish]]


@dataclass
class Pool:
    """All that may fit: sides by key, and their needs by bucket. `wide` fetches every subject of (asks, direction) of some sides.

    Both may add sides that were not known before; `wide` hands out all needs of those.
    """

    sides: Mapping[int, Side]
    fetch: Callable[[Collection[Bucket]], Keyed]
    wide: Callable[[Collection[tuple[bool, str]], Collection[int]], Keyed]


def best_partners(own: Side, pool: Pool, count: int) -> list[Match]:
    """The `count` best of the pool for `own`, exactly those that comparing every pair would find; ties go to the smaller key."""
    counterparts = _Counterparts(own)
    exact = {(not wish.asks, wish.direction, wish.subject) for wish in own.wishes if wish.subject is not None}
    counterparts.add(pool.fetch(exact) if exact else ())
    best = counterparts.best(pool, count)
    kinds = {(not wish.asks, wish.direction) for wish in own.wishes}
    if kinds:
        threshold = best[-1].score if len(best) == count else 0
        open_to = [key for key, side in pool.sides.items() if key != own.key and counterparts.ceiling(side) >= threshold]
        counterparts.add(pool.wide(kinds, open_to))
        best = counterparts.best(pool, count)
    return best


class _Counterparts:
    """The best pairs known so far with each other side."""

    def __init__(self, own: Side) -> None:
        self.own = own
        self.mine: dict[tuple[bool, str], list[Wish]] = {}
        for wish in own.wishes:
            self.mine.setdefault((wish.asks, wish.direction), []).append(wish)
        # By the key of the other side: points and pair; first what is asked, then what is offered.
        self.known: dict[bool, dict[int, tuple[int, Pair]]] = {True: {}, False: {}}
        self.around: dict[int, int] = {}
        self.possible = {asks: any(wish.asks == asks for wish in own.wishes) for asks in (True, False)}

    def add(self, wishes: Iterable[tuple[int, Wish]]) -> None:
        """Pairs of these needs of others with the own ones."""
        for key, theirs in wishes:
            if key == self.own.key:
                continue
            known = self.known[not theirs.asks]
            for mine in self.mine.get((not theirs.asks, theirs.direction), ()):
                points = pair_points(mine, theirs)
                if points and (key not in known or _better(points, (mine, theirs), *known[key])):
                    known[key] = (points, (mine, theirs))

    def best(self, pool: Pool, count: int) -> list[Match]:
        """The best matches of what is known; reasons are told of these alone."""
        asked, offered = self.known[True], self.known[False]
        scores = [(-self._score(pool.sides[key]), key) for key in asked.keys() | offered.keys() if key in pool.sides]
        found = []
        for _score, key in heapq.nsmallest(count, scores):
            match = _match(self.own, pool.sides[key], asked[key][1] if key in asked else None, offered[key][1] if key in offered else None)
            found += [match] if match else []
        return found

    def _score(self, side: Side) -> int:
        """As `_match` adds it up."""
        pairs = [known[side.key][0] for known in self.known.values() if side.key in known]
        return sum(pairs) + (WEIGHTS["mutual"] if len(pairs) == 2 else 0) + self._around(side)

    def _around(self, side: Side) -> int:
        """What does not depend on needs: distance and fairness."""
        if side.key not in self.around:
            near = _near(self.own, side)
            self.around[side.key] = (near.points if near else 0) + sum(reason.points for reason in (self.own.fairness, side.fairness) if reason)
        return self.around[side.key]

    def ceiling(self, side: Side) -> int:
        """The most this side could reach, whatever needs with an open subject it still has."""
        asked, offered = self._most(side.key, True), self._most(side.key, False)
        return asked + offered + (WEIGHTS["mutual"] if asked and offered else 0) + self._around(side)

    def _most(self, key: int, asks: bool) -> int:
        known = self.known[asks].get(key)
        return max(known[0] if known else 0, MOST_OF_AN_OPEN_PAIR if self.possible[asks] else 0)
