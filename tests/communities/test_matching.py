"""The score of two sides is symmetric and explained, and the best k are those that comparing everything would find."""

from collections.abc import Collection, Iterable

from hypothesis import given, settings
from hypothesis import strategies as some

from communities.geography import distance_km
from communities.matching import CARRIES_MUCH, FULLY_PROVEN, MOST_OF_AN_OPEN_PAIR, WEIGHTS, Bucket, Pool, Side, Wish, best_partners, compare, pair_points

DIRECTIONS = ("support", "exchange", "pooled-resources")
wishes = some.builds(
    Wish,
    number=some.integers(1, 10_000),
    asks=some.booleans(),
    direction=some.sampled_from(DIRECTIONS),
    subject=some.one_of(some.none(), some.integers(1, 3)),
    level=some.one_of(some.none(), some.integers(1, 3)),
    online=some.booleans(),
    lessons=some.integers(0, 40),
)
places = some.one_of(some.none(), some.tuples(some.floats(55, 58), some.floats(60, 66)))


def sides(key: int) -> some.SearchStrategy[Side]:
    listed = some.lists(wishes, max_size=5, unique_by=lambda wish: wish.number)
    return some.builds(Side, key=some.just(key), wishes=listed, place=places, partners=some.integers(0, 9))


def pool_of(others: Iterable[Side]) -> Pool:
    kept = {side.key: side for side in others}

    def fetch(buckets: Collection[Bucket]) -> list[tuple[int, Wish]]:
        return [(key, wish) for key, side in kept.items() for wish in side.wishes if (wish.asks, wish.direction, wish.subject) in buckets]

    def wide(kinds: Collection[tuple[bool, str]], keys: Collection[int]) -> list[tuple[int, Wish]]:
        return [(key, wish) for key in keys for wish in kept[key].wishes if (wish.asks, wish.direction) in kinds]

    return Pool(kept, fetch, wide)


@given(sides(1), sides(2))
def test_the_score_is_symmetric(one: Side, other: Side) -> None:
    here, there = compare(one, other), compare(other, one)
    if here is None:
        assert there is None
        return
    assert there is not None
    assert (here.score, here.asked, here.offered) == (
        there.score,
        there.offered and there.offered[::-1],
        there.asked and there.asked[::-1],
    )
    assert sorted((reason.code, reason.points) for reason in here.reasons) == sorted((reason.code, reason.points) for reason in there.reasons)


@given(sides(1), sides(2))
def test_the_reasons_are_the_whole_score(one: Side, other: Side) -> None:
    match = compare(one, other)
    if match is not None:
        assert match.score == sum(reason.points for reason in match.reasons)
        pairs = [pair_points(*pair) for pair in (match.asked, match.offered) if pair]
        of_pairs = sum(reason.points for reason in match.reasons if reason.code in ("direction", "subject", "level", "level-open", "online", "proven"))
        assert of_pairs == sum(pairs)


@given(sides(1), sides(2), wishes)
def test_another_need_never_lowers_the_score(one: Side, other: Side, wish: Wish) -> None:
    more = Side(one.key, [*one.wishes, wish], one.place, one.partners)
    before, after = compare(one, other), compare(more, other)
    assert (before.score if before else 0) <= (after.score if after else 0) or (before is None and after is not None)


@given(sides(1), sides(2), places)
def test_coming_nearer_never_lowers_the_score(one: Side, other: Side, place: tuple[float, float] | None) -> None:
    moved = Side(other.key, other.wishes, place, other.partners)
    if one.place and other.place and place and distance_km(one.place, place) <= distance_km(one.place, other.place):
        before, after = compare(one, other), compare(one, moved)
        assert (before is None) == (after is None)
        assert before is None or after is None or before.score <= after.score


@given(sides(1), sides(2), some.integers(0, 9))
def test_carrying_more_never_raises_the_score(one: Side, other: Side, more: int) -> None:
    busier = Side(other.key, other.wishes, other.place, other.partners + more)
    before, after = compare(one, other), compare(one, busier)
    assert before is None or after is None or before.score >= after.score


@settings(max_examples=300)
@given(sides(0), some.integers(0, 12).flatmap(lambda count: some.tuples(*[sides(key) for key in range(1, count + 1)])), some.integers(1, 6))
def test_the_best_are_those_that_comparing_everything_finds(own: Side, others: tuple[Side, ...], count: int) -> None:
    full = [match for other in others if (match := compare(own, other)) is not None]
    assert best_partners(own, pool_of(others), count) == sorted(full, key=lambda match: (-match.score, match.key))[:count]


def test_one_subject_always_weighs_more_than_an_open_one() -> None:
    assert WEIGHTS["direction"] + WEIGHTS["subject"] >= MOST_OF_AN_OPEN_PAIR


def test_mutual_comes_before_everything_else_of_one_pair() -> None:
    ask, give = Wish(1, True, "support", 1), Wish(2, False, "exchange", 2)
    both = Side(2, [Wish(3, False, "support", 1), Wish(4, True, "exchange", 2)], place=(56.0, 61.0), partners=CARRIES_MUCH - 1)
    one = Side(3, [Wish(5, False, "support", 1, 1, True, FULLY_PROVEN)], place=(56.0, 60.0))
    own = Side(1, [ask, give], place=(56.0, 60.0))
    assert compare(own, both).score > compare(own, one).score  # type: ignore[union-attr]


def test_subjects_that_differ_do_not_fit() -> None:
    assert pair_points(Wish(1, True, "support", 1), Wish(2, False, "support", 2)) == 0
    assert pair_points(Wish(1, True, "support", 1), Wish(2, True, "support", 1)) == 0
    assert pair_points(Wish(1, True, "support", 1), Wish(2, False, "exchange", 1)) == 0
