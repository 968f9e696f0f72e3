"""The mathematics of the shares: Hill numbers, Wilson, Gini, contributor factors, Theil–Sen.

Sums of floats go through `math.fsum`, which rounds once and correctly: the order of the rows cannot change a bit of a result.
"""

import math
import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple

# The 97.5 % quantile of the standard normal distribution.
Z95 = 1.959963984540054


class Interval(NamedTuple):
    lower: float
    upper: float


def wilson(successes: int, n: int) -> Interval | None:
    """The 95 % score interval of a proportion (Wilson 1927); None when n = 0."""
    if n == 0:
        return None
    share, z2 = successes / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # At 0 and n the bound is 0 and 1 exactly; rounding must not take it out of the range.
    return Interval(0.0 if successes == 0 else max(0.0, middle - half), 1.0 if successes == n else min(1.0, middle + half))


def share(part: float, whole: float) -> float | None:
    """part / whole; None when there is no whole."""
    return part / whole if whole else None


def _positive(counts: Iterable[float]) -> list[float]:
    return sorted(value for value in counts if value > 0)


def hill2(counts: Iterable[float]) -> float | None:
    """²D = 1/Σp² = (Σn)²/Σn²: inverse Simpson, Laakso & Taagepera (1979), 1/HHI; None when there is nothing."""
    values = _positive(counts)
    return math.fsum(values) ** 2 / math.fsum(value * value for value in values) if values else None


def hill1(counts: Iterable[float]) -> float | None:
    """¹D = exp(−Σ p ln p), the exponential of Shannon's entropy (Jost 2006); None when there is nothing.

    Held between ²D and S, where it always lies, so that three equal kinds are exactly 3 and meet a threshold of 3.
    """
    values = _positive(counts)
    if not values:
        return None
    total = math.fsum(values)
    entropy = -math.fsum(value / total * math.log(value / total) for value in values)
    return min(float(len(values)), max(hill2(values) or 1.0, math.exp(entropy)))


def richness(counts: Iterable[float]) -> int:
    """S, the number of categories that occur."""
    return len(_positive(counts))


def evenness(counts: Iterable[float]) -> float | None:
    """Pielou's J = H / ln S (1966); None for fewer than two categories."""
    values = _positive(counts)
    return math.log(hill1(values) or 1.0) / math.log(len(values)) if len(values) > 1 else None


def gini(values: Iterable[float]) -> float | None:
    """The population Gini coefficient Σ(2i−n−1)xᵢ / (nΣx), x rising, zeros included; None when the sum is 0."""
    rising = sorted(values)
    n, total = len(rising), math.fsum(rising)
    return math.fsum((2 * i - n - 1) * x for i, x in enumerate(rising, 1)) / (n * total) if total else None


def fewest_for(counts: Iterable[float], bound: float = 0.5) -> int | None:
    """The fewest contributors who make at least `bound` of everything, the bound included (CHAOSS elephant and contributor absence factor)."""
    falling = _positive(counts)[::-1]
    total, reached = math.fsum(falling), 0.0
    for number, value in enumerate(falling, 1):
        reached += value
        if reached >= bound * total:
            return number
    return None


class Bands(NamedTuple):
    core: int
    regular: int
    casual: int


def bands(values: Iterable[int], core: float = 0.8, regular: float = 0.95) -> Bands:
    """Contribution bands by the cumulative share of acts *before* the person, in falling order; equal acts take the higher band."""
    falling = sorted((value for value in values if value > 0), reverse=True)
    total, before, numbers = sum(falling), 0, [0, 0, 0]
    band, last = 0, None
    for done, value in enumerate(falling):
        if value != last:
            band, last = (0 if before / total < core else 1 if before / total < regular else 2), value
        numbers[band] += 1
        before += falling[done]
    return Bands(*numbers)


def median(values: Iterable[float]) -> float | None:
    """The median; None for nothing."""
    known = sorted(values)
    return statistics.median(known) if known else None


class Quartiles(NamedTuple):
    low: float
    middle: float
    high: float


def quartiles(values: Iterable[float]) -> Quartiles | None:
    """Quartiles by linear interpolation, both ends included (type 7 of Hyndman & Fan 1996); None for nothing."""
    known = sorted(values)
    if not known:
        return None
    return Quartiles(*(_quantile(known, quarter / 4) for quarter in (1, 2, 3)))


def _quantile(rising: Sequence[float], at: float) -> float:
    place = at * (len(rising) - 1)
    low = math.floor(place)
    high = min(low + 1, len(rising) - 1)
    return rising[low] + (rising[high] - rising[low]) * (place - low)


def theil_sen(values: Sequence[float]) -> float | None:
    """The median slope over all pairs of equally spaced values, per step (Theil 1950; Sen 1968); None for fewer than two."""
    pairs = [(later - earlier) / (j - i) for i, earlier in enumerate(values) for j, later in enumerate(values[i + 1 :], i + 1)]
    return median(pairs)
