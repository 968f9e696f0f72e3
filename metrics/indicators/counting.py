"""From ledger rows to day roll-ups, and from roll-ups to the totals of a window: the same rules whatever the date."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable

from metrics.indicators.inputs import Key, LedgerRow, RollUp, WindowCounts
from metrics.indicators.windows import Window


def roll_up(rows: Iterable[LedgerRow]) -> list[RollUp]:
    """Fold qualifying ledger rows into day roll-ups, sorted.

    An act exists while the sum of the deltas over (actor, verb, target, day) is ≥ 1, and twice the same act is one. All parts a person takes in one
    held event are one act, of initiative when one of them is (an organiser who also attends).
    """
    sums: Counter[tuple[Key, str, Key, datetime.date]] = Counter()
    frozen: dict[tuple[Key, str, Key, datetime.date], LedgerRow] = {}
    for row in rows:
        key = (row.actor, row.verb, row.target, row.day)
        sums[key] += row.delta
        # What the first row froze stays: a correction takes the act back where it was counted.
        if row.delta > 0:
            frozen.setdefault(key, row)
    acts: dict[tuple[Key, str, Key, datetime.date], LedgerRow] = {}
    for key, row in frozen.items():
        if sums[key] >= 1:
            one = (row.actor, "in event" if row.in_event else row.verb, row.target, row.day)
            known = acts.get(one)
            acts[one] = row if known is None else known._replace(initiative=known.initiative or row.initiative)
    totals: dict[tuple[Key, datetime.date, str, str, Key | None, Key | None], list[int]] = defaultdict(lambda: [0, 0])
    for row in acts.values():
        total = totals[row.actor, row.day, row.kind, row.level, row.school, row.municipality]
        total[0] += 1
        total[1] += row.initiative
    return sorted((RollUp(*key, *total) for key, total in totals.items()), key=repr)


def count(rollups: Iterable[RollUp], window: Window) -> WindowCounts:
    """The totals of the window; rows outside it, also those after T, change nothing."""
    start, end = window.start, window.end
    acts: dict[Key, int] = defaultdict(int)
    by_school: dict[Key, int] = defaultdict(int)
    by_level: dict[str, int] = defaultdict(int)
    by_day: dict[datetime.date, int] = defaultdict(int)
    initiators, units, levels = set(), set(), set()
    for actor, day, kind, level, school, _, number, begun in rollups:
        if number <= 0 or not start < day <= end:
            continue
        acts[actor] += number
        by_level[level] += number
        by_day[day] += number
        if school is not None:
            by_school[school] += number
        if begun > 0:
            initiators.add(actor)
        # An act without a kind (a need, say) is an act of the person, but no kind of activity.
        if kind:
            units.add((actor, kind, day))
        levels.add((actor, level))
    return WindowCounts(
        acts=dict(acts),
        initiators=frozenset(initiators),
        by_school=dict(by_school),
        by_level=dict(by_level),
        levels_of=_levels(levels),
        units=dict(Counter(kind for _, kind, _ in units)),
        by_day=dict(by_day),
    )


def _levels(pairs: Iterable[tuple[Key, str]]) -> dict[Key, frozenset[str]]:
    of: dict[Key, set[str]] = defaultdict(set)
    for actor, level in pairs:
        of[actor].add(level)
    return {actor: frozenset(names) for actor, names in of.items()}


def actors(rollups: Iterable[RollUp], window: Window) -> frozenset[Key]:
    """Everybody with ≥ 1 act in the window."""
    return frozenset(row.actor for row in rollups if row.acts > 0 and row.day in window)


def first_days(rollups: Iterable[RollUp]) -> dict[Key, datetime.date]:
    """The day of each person's first act."""
    first: dict[Key, datetime.date] = {}
    for row in rollups:
        if row.acts > 0 and row.day < first.get(row.actor, datetime.date.max):
            first[row.actor] = row.day
    return first


def collective_days(rollups: Iterable[RollUp], until: datetime.date) -> list[datetime.date]:
    """Days up to `until` with acts of at least two people, in order."""
    people: dict[datetime.date, set[Key]] = defaultdict(set)
    for row in rollups:
        if row.acts > 0 and row.day <= until:
            people[row.day].add(row.actor)
    return sorted(day for day, who in people.items() if len(who) > 1)
