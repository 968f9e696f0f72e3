"""The mathematics of the indicators against independent libraries, closed forms and published data."""

import math
import random
import statistics

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from skbio.diversity import alpha
from statsmodels.stats.proportion import proportion_confint

from metrics.indicators import measures

counts = st.lists(st.integers(0, 500), min_size=1, max_size=40).filter(any)


@given(counts)
def test_hill_numbers_agree_with_scikit_bio_and_scipy(numbers: list[int]) -> None:
    assert measures.richness(numbers) == alpha.observed_features(numbers)
    assert measures.hill1(numbers) == pytest.approx(math.exp(stats.entropy(numbers)))
    assert measures.hill1(numbers) == pytest.approx(alpha.hill(numbers, order=1))
    assert measures.hill2(numbers) == pytest.approx(alpha.inv_simpson(numbers))
    if measures.richness(numbers) > 1:
        assert measures.evenness(numbers) == pytest.approx(alpha.pielou_e(numbers))


@given(counts)
def test_effective_numbers_are_ordered(numbers: list[int]) -> None:
    hill1, hill2 = measures.hill1(numbers), measures.hill2(numbers)
    assert hill1 is not None
    assert hill2 is not None
    assert 1 <= hill2 <= hill1 <= measures.richness(numbers)


@given(counts)
def test_doubling_every_category_doubles_the_effective_number(numbers: list[int]) -> None:
    assert measures.hill1(numbers * 2) == pytest.approx(2 * (measures.hill1(numbers) or 0))
    assert measures.hill2(numbers * 2) == pytest.approx(2 * (measures.hill2(numbers) or 0))


@given(counts, st.randoms())
def test_order_changes_no_bit(numbers: list[int], chance: random.Random) -> None:
    mixed = numbers.copy()
    chance.shuffle(mixed)
    for measure in (measures.hill1, measures.hill2, measures.evenness, measures.gini, measures.fewest_for, measures.bands):
        assert measure(mixed) == measure(numbers)


@pytest.mark.parametrize("equal", [1, 2, 3, 7, 26, 400])
def test_equal_shares_are_exactly_as_many(equal: int) -> None:
    assert measures.hill1([5] * equal) == measures.hill2([5] * equal) == equal


def test_laakso_and_taagepera_closed_form() -> None:
    """Shares ½, ¼, ¼: 1/Σp² = 1/(¼+⅟16+⅟16) = 8/3; exp(H) = 2^1.5."""
    assert measures.hill2([2, 1, 1]) == pytest.approx(8 / 3)
    assert measures.hill1([2, 1, 1]) == pytest.approx(2**1.5)


def test_nothing_has_no_number() -> None:
    assert [measures.hill1([]), measures.hill2([0, 0]), measures.gini([0]), measures.evenness([4]), measures.fewest_for([])] == [None] * 5
    assert (measures.median([]), measures.theil_sen([1]), measures.quartiles([]), measures.wilson(0, 0), measures.share(1, 0)) == (None,) * 5


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_agrees_with_statsmodels(case: tuple[int, int]) -> None:
    successes, n = case
    lower, upper = proportion_confint(successes, n, method="wilson")
    interval = measures.wilson(successes, n)
    assert interval == pytest.approx((lower, upper), abs=1e-12)
    assert interval is not None
    assert 0 <= interval.lower <= successes / n <= interval.upper <= 1


def test_wilson_published_values() -> None:
    """Newcombe (1998), Statistics in Medicine 17, table I, method 3: 81/263, 15/148, 0/20, 1/29."""
    for successes, n, lower, upper in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]:
        assert measures.wilson(successes, n) == pytest.approx((lower, upper), abs=5e-5)


@given(counts)
def test_gini_agrees_with_the_mean_difference(numbers: list[int]) -> None:
    """G = Σ|xᵢ−xⱼ| / (2n²·mean), the definition; scikit-bio computes it by the trapezoids of the Lorenz curve."""
    n, mean = len(numbers), sum(numbers) / len(numbers)
    assert measures.gini(numbers) == pytest.approx(sum(abs(a - b) for a in numbers for b in numbers) / (2 * n * n * mean))
    assert measures.gini(numbers) == pytest.approx(alpha.gini_index(numbers, method="trapezoids"), abs=1e-9)


@given(counts)
def test_factor_is_the_fewest_that_reach_half(numbers: list[int]) -> None:
    factor = measures.fewest_for(numbers)
    falling = sorted(numbers, reverse=True)
    assert factor is not None
    assert 2 * sum(falling[:factor]) >= sum(numbers) > 2 * sum(falling[: factor - 1])


def test_factor_includes_the_bound() -> None:
    assert measures.fewest_for([5, 3, 2]) == 1
    assert measures.fewest_for([4, 3, 3]) == 2


def test_bands_by_the_share_before_the_person() -> None:
    # Falling: 50 (before 0), 30 (before 50 %), 10 and 10 (before 80 %: no longer core); of two with equal acts both take the higher band.
    assert measures.bands([10, 50, 30, 10]) == (2, 2, 0)
    assert measures.bands([80, 15, 5]) == (1, 1, 1)
    assert measures.bands([1] * 10) == (10, 0, 0)
    assert measures.bands([]) == (0, 0, 0)


@given(counts)
def test_bands_part_the_active(numbers: list[int]) -> None:
    assert sum(measures.bands(numbers)) == sum(number > 0 for number in numbers)


@given(st.lists(st.integers(-100, 100), min_size=2, max_size=40))
def test_theil_sen_agrees_with_scipy(values: list[int]) -> None:
    assert measures.theil_sen(values) == pytest.approx(stats.theilslopes(values)[0])


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_quartiles_agree_with_numpy(values: list[float]) -> None:
    assert measures.quartiles(values) == pytest.approx(tuple(numpy.percentile(values, [25, 50, 75])), abs=1e-6)
    assert measures.median(values) == statistics.median(values)
