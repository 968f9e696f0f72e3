"""Kaplan–Meier against statsmodels and the remission times of Freireich et al. (1963)."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from metrics.indicators.survival import Lifetime, kaplan_meier

# Weeks of remission of leukaemia, 6-mercaptopurine group; True = relapse, False = censored (Freireich et al. 1963, the textbook example of Cox 1972).
FREIREICH = [
    *[(6, True), (6, True), (6, True), (6, False), (7, True), (9, False), (10, True), (10, False), (11, False), (13, True), (16, True), (17, False)],
    *[(19, False), (20, False), (22, True), (23, True), (25, False), (32, False), (32, False), (34, False), (35, False)],
]


def test_freireich_remission() -> None:
    survival = kaplan_meier([Lifetime(weeks, relapse) for weeks, relapse in FREIREICH])
    assert survival.ages == (6, 7, 10, 13, 16, 22, 23)
    assert survival.shares == pytest.approx((0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448), abs=5e-4)
    assert survival.median == 23
    assert survival.departures == 9


lifetimes = st.lists(st.tuples(st.integers(1, 60), st.booleans(), st.integers(0, 30)), min_size=2, max_size=60)


@given(lifetimes, st.booleans())
def test_agrees_with_statsmodels(lives: list[tuple[int, bool, int]], delayed: bool) -> None:
    lives = [(days, ended, entry if delayed and entry < days else 0) for days, ended, entry in lives]
    assume(any(ended for _, ended, _ in lives))
    oracle = SurvfuncRight([days for days, _, _ in lives], [ended for _, ended, _ in lives], entry=[entry for _, _, entry in lives] if delayed else None)
    survival = kaplan_meier([Lifetime(days, ended, entry if delayed else None) for days, ended, entry in lives])
    expected = dict(zip(oracle.surv_times, oracle.surv_prob, strict=True))
    for age, share in zip(survival.ages, survival.shares, strict=True):
        assert share == pytest.approx(expected[age], abs=1e-12)
    assert survival.ages == tuple(time for time, events in zip(oracle.surv_times, oracle.n_events, strict=True) if events)


def test_without_delayed_entry_late_records_flatter() -> None:
    """Those who were already old when records began cannot have left young: they are not at risk before."""
    lives = [Lifetime(100, True), Lifetime(900, False, 800), Lifetime(900, False, 800), Lifetime(300, False)]
    assert kaplan_meier(lives).at(200) == 0.5
    assert kaplan_meier([life._replace(entry=None) for life in lives]).at(200) == 0.75


def test_what_nobody_was_followed_to_is_not_known() -> None:
    survival = kaplan_meier([Lifetime(100, True), Lifetime(200, False)])
    assert [survival.at(age) for age in (0, 99, 100, 200, 201)] == [1, 1, 0.5, 0.5, None]
    assert kaplan_meier([Lifetime(100, True)]).at(365) == 0
    assert kaplan_meier([]).median is None


def test_leaving_on_the_day_of_joining() -> None:
    assert kaplan_meier([Lifetime(0, True), Lifetime(10, False)]).at(5) == 0.5
