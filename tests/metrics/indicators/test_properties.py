"""What must hold for any data at all."""

import random

from hypothesis import given
from hypothesis import strategies as st

from metrics.indicators import DEFAULTS, Inputs, Result, compute, graph_figures
from metrics.indicators.counting import roll_up
from metrics.indicators.inputs import HeldEvent, LedgerRow, PlanItem, RollUp
from tests.metrics.indicators.build import act, ago, community

rows = st.lists(
    st.builds(
        act, st.integers(1, 12), st.integers(0, 200), st.sampled_from("abcd"), st.sampled_from(["school", "municipal"]), st.integers(1, 4), st.integers(1, 9)
    ),
    max_size=60,
)
events = st.lists(st.builds(HeldEvent, st.integers(1, 99), st.integers(0, 100).map(ago), st.frozensets(st.integers(1, 12), max_size=6)), max_size=12)


def results(inputs: Inputs) -> dict[str, Result]:
    return compute(inputs, graph_figures(inputs, DEFAULTS))


@given(rows, events, rows, st.randoms())
def test_order_and_the_future_change_no_bit(acts: list[RollUp], held: list[HeldEvent], later: list[RollUp], chance: random.Random) -> None:
    before = results(community(12, acts, events=held))
    future = [row._replace(day=ago(-1 - index)) for index, row in enumerate(later)]
    mixed, others = [*acts, *future], [*held, HeldEvent(100, ago(-1), frozenset({1, 2, 3}), frozenset({1}))]
    chance.shuffle(mixed)
    chance.shuffle(others)
    assert results(community(12, mixed, events=others)) == before


@given(rows, st.integers(1, 12))
def test_an_act_more_never_makes_fewer_active(acts: list[RollUp], person: int) -> None:
    active = [results(community(12, some))["active_members"].parts["active"] for some in (acts, [*acts, act(person)])]
    assert active[0] <= active[1]  # type: ignore[operator]


@given(st.lists(st.tuples(st.integers(0, 120), st.booleans()), min_size=1, max_size=30), st.data())
def test_cancelling_never_raises_completion(plan: list[tuple[int, bool]], data: st.DataObject) -> None:
    items = [PlanItem(number, ago(days), held_on=ago(days) if held else None) for number, (days, held) in enumerate(plan)]
    chosen = data.draw(st.integers(0, len(items) - 1))
    cancelled = [item._replace(held_on=None, cancelled=True, reason=True) if item.id == chosen else item for item in items]
    before, after = (results(community(12, [], plan=some))["plan"] for some in (items, cancelled))
    assert (after.numerator or 0) <= (before.numerator or 0)
    assert after.denominator == before.denominator


def test_one_act_per_event_and_corrections() -> None:
    part = LedgerRow(1, "attended", "event 7", ago(5), "seminar", "school", in_event=True)
    led = part._replace(verb="organised", initiative=True)
    wrote = LedgerRow(1, "wrote-post", "topic 3", ago(5), "discussion", "school")
    assert [(row.kind, row.acts, row.begun) for row in roll_up([part, led, wrote, wrote])] == [("discussion", 1, 0), ("seminar", 1, 1)]
    # A correction takes one role back and the act remains; the second one takes the act back; written again it exists again.
    assert [row.acts for row in roll_up([part, led, part._replace(delta=-1)])] == [1]
    assert roll_up([part, part._replace(delta=-1)]) == []
    assert [row.acts for row in roll_up([part, part._replace(delta=-1), part])] == [1]
