"""How long memberships last: the product-limit estimator with delayed entry."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple


class Lifetime(NamedTuple):
    """One membership: its age in days at its end or at T, whether it ended, and its age when it came under observation."""

    days: int
    ended: bool
    # Observed only from this age on (delayed entry, left truncation); None = from the start.
    entry: int | None = None


class Survival(NamedTuple):
    """S after each age at which somebody left; S = 1 before the first."""

    ages: tuple[int, ...]
    shares: tuple[float, ...]
    departures: int
    # The greatest age anybody was observed at.
    followed: int

    def at(self, age: int) -> float | None:
        """S(age): the share still there after `age` days; None when nobody was observed so long and somebody was left."""
        steps = [share for left, share in zip(self.ages, self.shares, strict=True) if left <= age]
        now = steps[-1] if steps else 1.0
        return now if age <= self.followed or now == 0 else None

    @property
    def median(self) -> int | None:
        """The first age at which no more than half are left; None when more than half stay."""
        return next((age for age, share in zip(self.ages, self.shares, strict=True) if share <= 0.5), None)


def kaplan_meier(lifetimes: Sequence[Lifetime]) -> Survival:
    """Kaplan & Meier (1958); at risk at age t are those who entered before t and have not ended before t (delayed entry: Tsai, Jewell & Wang 1987)."""
    seen = [life for life in lifetimes if life.entry is None or life.entry < life.days]
    ends = sorted(life.days for life in seen)
    entries = sorted(-1 if life.entry is None else life.entry for life in seen)
    left = Counter(life.days for life in seen if life.ended)
    ages, shares, share = [], [], 1.0
    for age in sorted(left):
        at_risk = bisect_left(entries, age) - bisect_left(ends, age)
        share *= 1 - left[age] / at_risk
        ages.append(age)
        shares.append(share)
    return Survival(tuple(ages), tuple(shares), left.total(), ends[-1] if ends else 0)
