"""Every row of the specification against a closed form: what a headteacher could count by hand."""

import datetime
import subprocess
import sys

import pytest

from metrics.indicators import DEFAULTS, Inputs, Result, compute, graph_figures
from metrics.indicators.calendar import SchoolCalendar, default_holidays
from metrics.indicators.inputs import Authored, Endorsement, GoalVersion, HeldEvent, PlanItem, RollUp, Spell
from metrics.indicators.report import warnings
from metrics.indicators.rules import dormant_since, proportion_light, worse
from metrics.indicators.verdict import verdict
from metrics.indicators.windows import last_days, school_year, window_of
from tests.metrics.indicators.build import CALENDAR, WINDOW, T, act, ago, community


def of(name: str, inputs: Inputs) -> Result:
    return compute(inputs, graph_figures(inputs, DEFAULTS))[name]


def code(result: Result) -> str | None:
    return result.reason.code if result.reason else None


def all_act(members: int) -> list[RollUp]:
    """Everybody did one thing, on one day of the last week: nobody is silent."""
    return [act(person, 3, school=person) for person in range(1, members + 1)]


def event(number: int, *people: int, by: tuple[int, ...] = (), days: int = 5, item: int | None = None) -> HeldEvent:
    return HeldEvent(number, ago(days), frozenset(people), frozenset(by), item)


# Windows and calendar


def test_without_django() -> None:
    """A scientist reads and runs the indicators with nothing installed."""
    program = (
        "import sys; import metrics.indicators, metrics.indicators.profile, metrics.indicators.peculiarities, metrics.indicators.verdict;"
        "import metrics.indicators.counting; print(sorted({name.split('.')[0] for name in sys.modules} - set(sys.stdlib_module_names) - {'__main__'}))"
    )
    ran = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "['metrics']"


def test_window_leaves_its_first_moment_out() -> None:
    assert ago(90) not in WINDOW
    assert ago(89) in WINDOW
    assert T in WINDOW
    assert T + datetime.timedelta(days=1) not in WINDOW
    assert WINDOW.before.end == ago(90)
    assert WINDOW.before.days == 90


def test_school_year_and_leap_days() -> None:
    assert (school_year(T).start, school_year(T).days) == (datetime.date(2025, 8, 31), 264)
    assert school_year(datetime.date(2026, 8, 31)).days == 365
    assert school_year(datetime.date(2026, 9, 1)).days == 1
    assert school_year(datetime.date(2028, 2, 29)).a_year_ago.end == datetime.date(2027, 2, 28)
    assert last_days(datetime.date(2028, 2, 29), 365).start == datetime.date(2027, 3, 1)
    assert window_of(T, "30").days == 30
    with pytest.raises(ValueError):
        window_of(T, 0)


def test_change_of_clocks_moves_no_day() -> None:
    """Acts are dates: the night of 28 to 29 March, when clocks change in many places, is one day long like every other."""
    window = last_days(datetime.date(2026, 3, 29), 2)
    assert [datetime.date(2026, 3, day) in window for day in (27, 28, 29, 30)] == [False, True, True, False]


def test_school_weeks() -> None:
    # 27.10–04.11.2025: the week of 27 October is out, of the next one Wednesday to Friday … 5, 6, 7 November are left: three days, a school week.
    assert not CALENDAR.is_school_week(datetime.date(2025, 10, 27))
    assert CALENDAR.is_school_week(datetime.date(2025, 11, 3))
    with_frost = SchoolCalendar.of([*default_holidays(2025, 2026), (datetime.date(2025, 11, 5), datetime.date(2025, 11, 5))])
    assert not with_frost.is_school_week(datetime.date(2025, 11, 3))
    # The current week counts only once it has a collective act.
    monday = datetime.date(2026, 5, 18)
    window = last_days(T, 14)
    assert CALENDAR.school_weeks(window) == [datetime.date(2026, 5, 11)]
    assert CALENDAR.school_weeks(window, [monday]) == [datetime.date(2026, 5, 11), monday]


def test_holidays_grey_the_lights_and_keep_the_figures() -> None:
    summer = last_days(datetime.date(2026, 8, 20), 90)
    rows = [RollUp(person, datetime.date(2026, 5, 27), "seminar", "school", person, 1, 1, 0) for person in range(1, 13)]
    result = of("active_members", community(12, rows, summer))
    assert (result.value, result.status, code(result)) == (1, "grey", "holidays")


# 1 Goal


def goal_of(endorsers: int, members: int = 20, since: int = 30, **more: object) -> Inputs:
    given = [Endorsement(1, person, ago(20)) for person in range(1, endorsers + 1)]
    return community(members, all_act(members), goals=[GoalVersion(1, ago(since))], endorsements=given, **more)


def test_goal_counts_endorsers_of_the_current_version() -> None:
    result = of("goal", goal_of(15))
    assert (result.value, result.numerator, result.denominator, result.n, result.status) == (0.75, 15, 20, 20, "green")
    assert (result.lower, result.upper) == pytest.approx((0.5313, 0.8881), abs=1e-4)
    assert result.parts == {"stated": 1, "version_age_days": 30}
    assert of("goal", goal_of(10)).status == "amber"
    assert of("goal", goal_of(4)).status == "red"


def test_new_meaning_starts_from_zero_and_future_versions_are_not_yet() -> None:
    goals = [GoalVersion(1, ago(300)), GoalVersion(2, ago(10)), GoalVersion(3, ago(-1))]
    inputs = community(10, all_act(10), goals=goals, endorsements=[Endorsement(1, person, ago(200)) for person in range(1, 11)])
    assert of("goal", inputs).numerator == 0
    assert of("goal", inputs).status == "red"


def test_goal_of_others_than_members_of_the_future_and_taken_back_do_not_count() -> None:
    given = [
        Endorsement(1, 99, ago(9)),
        Endorsement(1, 1, ago(-1)),
        Endorsement(1, 2, ago(9), until=ago(1)),
        Endorsement(1, 3, ago(9)),
        Endorsement(1, 3, ago(8)),
    ]
    assert of("goal", community(10, all_act(10), goals=[GoalVersion(1, ago(30))], endorsements=given)).numerator == 1


def test_no_goal_is_red_and_an_old_unanimous_one_is_doubted() -> None:
    none = of("goal", community(10, all_act(10)))
    assert (none.value, none.status, code(none), none.parts["stated"]) == (None, "red", "no-goal", 0)
    notes = [note.code for note in of("goal", goal_of(20, since=800)).notes]
    assert notes == ["goal-formal"]
    assert of("goal", goal_of(20, since=600)).notes == ()


# 2a Active members


def test_flow_bands_and_readers() -> None:
    rows = [act(1, 10, acts=8), act(1, 100), act(2, 20), act(3, 10), act(3, 300), act(4, 120), act(5, 89), act(99, 5)]
    result = of("active_members", community(20, rows, readers=frozenset({2, 7, 99})))
    expected = {
        "active": 4,
        "members": 20,
        "new": 2,
        "returned": 1,
        "lapsed": 1,
        "core": 4,
        "regular": 0,
        "casual": 0,
        "readers": 2,
        "gini": pytest.approx(21 / 44),
    }
    assert result.parts == expected
    assert (result.value, result.numerator, result.denominator, result.n) == (0.2, 4, 20, 20)
    # No red rule: amber at worst.
    assert (result.status, code(result)) == ("amber", "active-few")


def test_retained_and_lapsed_must_have_been_members() -> None:
    rows = [act(1, 100), act(2, 100), act(1, 10)]
    assert of("active_members", community(10, rows, members_before=frozenset({1}))).parts["lapsed"] == 0


@pytest.mark.parametrize("n", range(10))
def test_small_numbers(n: int) -> None:
    """n = 0: no value and a reason; 1–4: counts only; 5–9: value with its interval, marked; from 10 on unmarked."""
    result = of("active_members", community(n, all_act(n)))
    notes = [note.code for note in result.notes]
    if n == 0:
        assert (result.value, result.status, code(result)) == (None, "grey", "no-members")
    elif n < 5:
        assert (result.value, result.lower, result.status, code(result)) == (None, None, "grey", "too-few")
        assert (result.parts["active"], result.parts["gini"], result.numerator) == (n, None, n)
    else:
        assert (result.value, notes) == (1, ["few-data"])
        assert result.lower is not None
    assert of("active_members", community(10, all_act(10))).notes == ()


@pytest.mark.parametrize("n", range(5))
def test_no_graph_below_five(n: int) -> None:
    inputs = community(n, all_act(n), events=[event(1, *range(1, n + 1))])
    result = of("ties", inputs)
    assert result.value is None
    assert (result.parts["nodes"], result.parts["transitivity"], result.parts["degree_centralization"]) == (n, None, None)
    assert of("levels", inputs).value is None


# 2b Independence


def test_one_large_school_is_red() -> None:
    rows = [act(1, school=1, acts=6, begun=1), *[act(person, school=person) for person in range(2, 6)], act(6, school=None)]
    spells = [Spell(1, ago(400), self_joined=True), Spell(2, ago(400), self_joined=False), Spell(3, ago(400)), Spell(4, ago(9), ago(1), self_joined=True)]
    result = of("independence", community(6, rows, spells=spells))
    assert (result.value, result.status, code(result)) == (pytest.approx(100 / 40), "red", "largest-school")
    parts = result.parts
    assert (parts["largest_school_share"], parts["elephant_factor"], parts["initiative"], parts["voluntary"]) == (0.6, 1, 1 / 6, 2 / 3)


def test_unknown_wish_is_no_data_and_people_without_school_make_no_share() -> None:
    result = of("independence", community(6, [act(person, school=None) for person in range(1, 7)]))
    assert (result.value, result.status, code(result), result.parts["voluntary"]) == (None, "grey", "no-schools", None)


def test_half_is_not_more_than_half() -> None:
    assert of("independence", community(6, [act(p, school=p % 2) for p in range(1, 7)])).status == "green"


def test_one_school_scope_has_no_light() -> None:
    result = of_scope("independence", community(6, [act(p, school=1) for p in range(1, 7)], scope="school"))
    assert (result.value, result.status, code(result)) == (1, "grey", "one-school-scope")


def of_scope(name: str, inputs: Inputs) -> Result:
    return compute(inputs, graph_figures(inputs, DEFAULTS), communities=[])[name]


def test_resilience_takes_away_the_busiest_and_what_they_alone_organised() -> None:
    rows = [act(1, acts=5), *[act(person) for person in range(2, 7)]]
    star = [event(1, 1, 2, 3, by=(1,)), event(2, 1, 4, 5, 6, by=(1,))]
    assert of("independence", community(6, rows, events=star)).parts["resilience"] == 1 / 5
    # Another event supports the tie of 2 and 3; an event without organiser stays; two organisers: it stays too.
    assert of("independence", community(6, rows, events=[*star, event(3, 2, 3)])).parts["resilience"] == 2 / 5
    assert of("independence", community(6, rows, events=[star[0], event(2, 1, 4, 5, 6, by=(1, 2))])).parts["resilience"] == 3 / 5
    # A material supports a tie as well.
    written = [Authored(1, ago(9), frozenset({2, 3}))]
    assert of("independence", community(6, rows, events=star, authored=written)).parts["resilience"] == 2 / 5


def test_of_several_busiest_the_one_whose_loss_hurts_most() -> None:
    rows = [act(1, acts=3), act(2, acts=3), *[act(person) for person in range(3, 7)]]
    events = [event(1, 2, 3), event(2, 2, 4), event(3, 2, 5), event(4, 2, 6), event(5, 1, 3)]
    assert of("independence", community(6, rows, events=events)).parts["resilience"] == 2 / 5


# 3a Leaders


def test_leadership_counts_a_closed_item_once() -> None:
    plan = [PlanItem(1, ago(5), held_on=ago(5), responsible=3), PlanItem(2, ago(5), held_on=ago(5), responsible=2), PlanItem(3, ago(5), responsible=1)]
    events = [event(1, 1, 2, 3, by=(1, 2), item=1), event(2, 1, 2, by=(1,)), event(3, 1, 2), event(4, 1, 2, by=(1,), days=-1), event(5, 1, by=(1,), days=95)]
    spells = [Spell(person, ago(400), formal=person == 1) for person in range(1, 7)]
    result = of("leaders", community(6, all_act(6), events=events, plan=plan, authored=[Authored(1, ago(4), frozenset({2}))], spells=spells))
    # 1: two events; 2: one event, one material, one item; 3: responsible for the item that event 1 closed.
    assert result.parts["hill2"] == pytest.approx(36 / (4 + 9 + 1))
    assert (result.value, result.status, code(result), result.parts["informal_share"]) == (1, "red", "leaders-few", 2 / 3)


def test_leaders_lights() -> None:
    for number, status in [(1, "red"), (2, "red"), (3, "amber"), (4, "amber"), (5, "green")]:
        events = [event(one, 1, 2, by=(one,)) for one in range(1, number + 1)]
        assert of("leaders", community(6, all_act(6), events=events)).status == status
    assert code(of("leaders", community(6, all_act(6)))) == "no-leadership"


# 3b Levels


def two_schools(events: list[HeldEvent], levels: tuple[str, ...] = ("school", "inter-school", "municipal")) -> Inputs:
    rows = [act(person, 3, level=level, school=person % 2) for person in range(1, 7) for level in levels]
    return community(6, rows, events=events, schools_of={person: frozenset({person % 2}) for person in range(1, 7)})


def test_openness_is_one_when_schools_mix_as_their_sizes_would_have_it() -> None:
    result = of("levels", two_schools([event(1, *range(1, 7))]))
    assert (result.value, result.status) == (1, "green")
    assert (result.parts["external_ties"], result.parts["internal_ties"]) == (9, 6)
    assert result.parts["ei_index"] == result.parts["ei_expected"] == 3 / 15
    assert (result.parts["present"], result.parts["interacting"], result.parts["hill1"]) == (("school", "inter-school", "municipal"), 1, 3)


def test_closed_schools_and_a_single_level_are_red() -> None:
    closed = of("levels", two_schools([event(1, 1, 3, 5), event(2, 2, 4, 6)]))
    assert (closed.value, closed.status, code(closed), closed.parts["ei_index"]) == (0, "red", "closed-schools", -1)
    single = of("levels", two_schools([event(1, *range(1, 7))], levels=("school",)))
    assert (single.status, code(single)) == ("red", "one-level")
    assert code(of("levels", two_schools([event(1, *range(1, 7))], levels=("school", "municipal")))) == "levels-few"


def test_one_school_or_no_ties_have_no_openness() -> None:
    assert code(of("levels", two_schools([]))) == "no-ties"
    one = community(6, all_act(6), events=[event(1, *range(1, 7))], schools_of={person: frozenset({1}) for person in range(1, 7)})
    assert (of("levels", one).value, code(of("levels", one))) == (None, "one-school")
    homeless = community(6, all_act(6), events=[event(1, *range(1, 7))], schools_of={})
    assert (of("levels", homeless).parts["external_ties"], of("levels", homeless).parts["ei_index"]) == (0, None)


def test_a_person_of_two_schools_is_inside_both() -> None:
    schools = {1: frozenset({1, 2}), 2: frozenset({2}), 3: frozenset({3}), 4: frozenset({1}), 5: frozenset({1, 2})}
    figures = graph_figures(community(6, all_act(6), events=[event(1, *range(1, 7))], schools_of=schools), DEFAULTS)
    # 6 has no school. Inside: 1–2, 1–4, 1–5, 2–5, 4–5; between: 1–3, 2–3, 2–4, 3–4, 3–5.
    assert (figures.external_ties, figures.internal_ties, figures.external_pairs, figures.internal_pairs) == (5, 5, 5, 5)


def test_a_crowd_makes_no_ties() -> None:
    rows = all_act(51)
    assert graph_figures(community(51, rows, events=[event(1, *range(1, 51))]), DEFAULTS).edges == 50 * 49 // 2
    assert graph_figures(community(51, rows, events=[event(1, *range(1, 52))]), DEFAULTS).edges == 0
    assert graph_figures(community(51, rows, events=[event(1, 1, 2, 99)]), DEFAULTS).edges == 1


# 4 Diversity


def test_diversity_counts_person_kind_and_day_once() -> None:
    rows = [act(1, 5, "seminar", "school"), act(1, 5, "seminar", "municipal"), act(1, 5, "meeting"), act(2, 5, "seminar"), act(1, 6, "seminar")]
    assert of("diversity", community(6, rows)).parts["units"] == 4


def test_diversity_lights_and_few_units() -> None:
    def kinds(*numbers: int) -> Result:
        rows = [act(person, 3, f"kind{kind}") for kind, number in enumerate(numbers) for person in range(number)]
        return of("diversity", community(40, rows))

    three = kinds(10, 10, 10)
    assert (three.value, three.status, three.n, three.notes) == (3, "green", 30, ())
    assert three.parts == {"richness": 3, "hill1": 3, "hill2": 3, "evenness": pytest.approx(1), "units": 30}
    assert kinds(20, 10).status == "amber"
    assert kinds(30, 1).status == "red"
    assert [note.code for note in kinds(10, 9).notes] == ["few-data"]
    assert [note.code for note in kinds(4, 4).notes] == ["few-data"]
    assert kinds(2, 2).value is None
    assert code(kinds()) == "no-units"


# 5 Plan


def planned(*items: PlanItem, **more: object) -> Result:
    return of("plan", community(10, all_act(10), plan=list(items), **more))


HELD = [PlanItem(n, ago(40), held_on=ago(40)) for n in range(30)]


def test_plan_counts_by_the_baseline() -> None:
    items = [
        PlanItem(101, ago(20), held_on=ago(1), moved_to=ago(1)),  # postponed, held late
        PlanItem(102, ago(20), cancelled=True, cancelled_on=ago(19), reason=True),
        PlanItem(103, ago(20), cancelled=True),
        PlanItem(104, ago(20)),  # outstanding
        PlanItem(105, ago(20), held_on=ago(-2), marked_held=True),  # an error of data
        PlanItem(106, ago(90), held_on=ago(80)),  # baseline before the window
        PlanItem(107, ago(-1)),  # not due yet
        PlanItem(108, None, held_on=ago(9)),  # added later
        PlanItem(109, ago(20), held_on=ago(20), approved_on=ago(-1)),  # not yet approved at T
    ]
    result = planned(*HELD[:5], *items, events=[event(1, 1, item=108, days=9), event(2, 1), event(3, 1, item=101)])
    assert (result.value, result.numerator, result.denominator, result.n) == (0.6, 6, 10, 10)
    assert result.parts == {"held": 6, "due": 10, "on_time": 0.5, "without_excused": 6 / 9, "replanned": 0.1, "outstanding": 2, "off_plan": 2}
    inputs = community(10, all_act(10), plan=items, events=[event(7, 1, by=(1,), days=-3), event(8, 1)], future_rows=4)
    assert {reason.code: reason.params["count"] for reason in warnings(inputs)} == {
        "future-rows": 4,
        "future-events": 1,
        "held-in-future": 1,
        "no-organiser": 1,
    }


def test_no_plan_is_not_nothing_due() -> None:
    assert code(planned()) == "no-plan"
    assert code(planned(PlanItem(1, ago(800), held_on=ago(800)))) == "no-plan"
    assert code(planned(PlanItem(1, ago(-5)))) == "nothing-due"
    assert code(planned(PlanItem(1, ago(200), held_on=ago(200)))) == "nothing-due"


def test_plan_lights() -> None:
    assert planned(*HELD).status == "green"
    assert planned(*HELD[:4], *[PlanItem(n, ago(9)) for n in range(100, 110)]).status == "red"
    assert planned(*HELD[:10]).status == "amber"  # all ten held, but the interval reaches down to 72 %


# 6 Duration


def test_continuity_streaks_and_gaps() -> None:
    # Mondays of school weeks in (2026-02-21, 2026-05-22]: 23.02 … 18.05 but for the holidays of 24–31 March (23.03: one day left; 30.03: three left).
    mondays = CALENDAR.school_weeks(WINDOW, [datetime.date(2026, 5, 18)])
    assert len(mondays) == 12
    together = [mondays[index] for index in (0, 1, 2, 3, 9, 10)]
    result = of("duration", community(10, all_act(10), collective_days=[datetime.date(2024, 1, 15), *together]))
    # The current week has no collective act and does not count.
    assert (result.value, result.numerator, result.denominator) == (6 / 11, 6, 11)
    parts = result.parts
    assert (parts["streak_weeks"], parts["longest_streak_weeks"], parts["longest_gap_weeks"]) == (2, 4, 5)
    assert parts["lifespan_days"] == (mondays[10] - datetime.date(2024, 1, 15)).days
    assert of("duration", community(10, [], collective_days=[])).parts["lifespan_days"] is None


def test_retention_and_lights() -> None:
    every = CALENDAR.school_weeks(WINDOW)
    rows = [act(person, days) for person in range(1, 21) for days in (5, 100)]
    steady = of("duration", community(20, rows, collective_days=every))
    assert (steady.value, steady.parts["retention"], steady.status) == (1, 1, "green")
    gone = of("duration", community(20, [row for row in rows if row.actor < 3 or row.day < ago(90)], collective_days=every))
    assert (gone.parts["retention"], gone.status, code(gone)) == (0.1, "amber", "retention-low")
    new = of("duration", community(20, [act(person, 5) for person in range(1, 21)], collective_days=every))
    assert (new.parts["retention"], new.status, code(new)) == (None, "amber", "retention-unknown")
    rare = of("duration", community(20, rows, collective_days=[ago(4)]))
    assert code(rare) == "continuity-low"


def test_survival_needs_ten_departures() -> None:
    left = [Spell(n, ago(500), ago(500 - 100 * (1 + n % 4))) for n in range(10)]
    stay = [Spell(n, ago(500)) for n in range(10, 20)]
    # Those who stay are as many; of the ten, 3 left after 100 days, 3 after 200, 2 after 300, 2 after 400.
    parts = of("duration", community(20, all_act(20), spells=[*left, *stay])).parts
    assert (parts["survival_365"], parts["median_survival_days"]) == (pytest.approx(0.6), 400)
    assert of("duration", community(20, all_act(20), spells=[*left[1:], *stay])).parts["survival_365"] is None
    future = [*left, *stay, Spell(99, ago(-1)), Spell(98, ago(500), ago(-1))]
    assert of("duration", community(20, all_act(20), spells=future)).parts["survival_365"] == pytest.approx(13 / 21)


def test_dormant_after_six_school_weeks_or_three_median_gaps() -> None:
    mondays = CALENDAR.school_weeks(school_year(T))
    weekly = community(10, [], collective_days=mondays[:-7])
    assert dormant_since(weekly, DEFAULTS) == mondays[-8]
    assert dormant_since(community(10, [], collective_days=mondays[:-6]), DEFAULTS) is None
    # Every third week: three gaps of three weeks are nine.
    rare = [mondays[index] for index in (-17, -14, -11, -8)]
    assert dormant_since(community(10, [], collective_days=rare), DEFAULTS) is None
    assert dormant_since(community(10, [], collective_days=rare[1:]), DEFAULTS) == mondays[-8]
    assert dormant_since(community(10, [], collective_days=[], founded_on=ago(200)), DEFAULTS) == ago(200)
    assert dormant_since(community(10, [], collective_days=[], founded_on=ago(20)), DEFAULTS) is None
    result = of("active_members", community(10, [], collective_days=mondays[:-7]))
    assert (result.value, result.status, code(result)) == (0, "grey", "dormant")


# Wider scopes and the verdict


def test_wider_scopes_show_medians_without_numerator() -> None:
    smaller = [compute(inputs, graph_figures(inputs, DEFAULTS)) for inputs in (goal_of(15), goal_of(4), goal_of(20))]
    wide = community(60, all_act(60), scope="network")
    results = compute(wide, graph_figures(wide, DEFAULTS), communities=smaller)
    goal = results["goal"]
    assert (goal.value, goal.numerator, goal.denominator, goal.n, goal.status, [note.code for note in goal.notes]) == (
        0.75,
        None,
        None,
        60,
        "green",
        ["median"],
    )
    assert code(results["leaders"]) == "no-communities"
    assert results["ties"].parts["betweenness_centralization"] is None


def test_verdict_is_six_lights_the_worse_of_two_and_no_number() -> None:
    spoken = verdict(compute(goal_of(15), graph_figures(goal_of(15), DEFAULTS)))
    assert spoken.lights == {"goal": "green", "members": "green", "leaders": "grey", "diversity": "red", "plan": "grey", "duration": "amber"}
    assert spoken.numbers == {"green": 2, "amber": 1, "red": 1, "grey": 2}
    assert spoken.worst == "diversity"
    assert (worse(["green", "grey", "amber"]), worse(["grey"]), proportion_light(None, 0, 0)) == ("amber", "grey", "grey")
