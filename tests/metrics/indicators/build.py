"""Small communities for the tests of the indicators."""

import datetime
from typing import Any

from metrics.indicators import counting
from metrics.indicators.calendar import SchoolCalendar, default_holidays
from metrics.indicators.inputs import Inputs, RollUp, Spell
from metrics.indicators.windows import Window, last_days

T = datetime.date(2026, 5, 22)  # a Friday in term
WINDOW = last_days(T, 90)
CALENDAR = SchoolCalendar.of(default_holidays(2015, 2030))
DAY = datetime.timedelta(days=1)


def ago(days: int) -> datetime.date:
    return T - days * DAY


def act(actor: int, days_ago: int = 10, kind: str = "seminar", level: str = "school", school: int | None = 1, acts: int = 1, begun: int = 0) -> RollUp:
    return RollUp(actor, ago(days_ago), kind, level, school, 1, acts, begun)


def community(members: int, rows: list[RollUp], window: Window = WINDOW, **more: Any) -> Inputs:
    """Members 1…n, who joined 400 days ago; each is at the school of their number unless `schools_of` says otherwise."""
    spells = more.pop("spells", [Spell(person, ago(400)) for person in range(1, members + 1)])
    people = frozenset(range(1, members + 1))
    return Inputs(
        scope=more.pop("scope", "community"),
        window=window,
        calendar=more.pop("calendar", CALENDAR),
        counts=counting.count(rows, window),
        members=people,
        members_before=more.pop("members_before", people),
        acted_before=counting.actors(rows, window.before),
        first_on=counting.first_days(rows),
        schools_of=more.pop("schools_of", {person: frozenset({person}) for person in people}),
        spells=spells,
        collective_days=more.pop("collective_days", counting.collective_days(rows, window.end)),
        **more,
    )
