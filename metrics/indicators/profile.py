"""The profile Space · Information · Time · Energy: native units, shown against the network's own quartiles; no radar, no sum."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import median as middle

from metrics.indicators import measures
from metrics.indicators.calendar import monday_of
from metrics.indicators.inputs import Inputs, MaterialFacts, MaterialTotals, Question
from metrics.indicators.leaders import leadership_events
from metrics.indicators.measures import Quartiles, quartiles, share, theil_sen
from metrics.indicators.result import Result
from metrics.indicators.rules import active
from metrics.indicators.survival import Lifetime, kaplan_meier
from metrics.indicators.thresholds import FEW
from metrics.indicators.windows import Window

SECTORS = {
    "space": ("schools_active", "schools_hill2", "openness", "levels_hill1"),
    "information": ("materials_per_10", "reuses_per_material", "schools_reached", "never_reused"),
    "time": ("continuity", "streak_weeks", "retention", "answer_days"),
    "energy": ("weekly_acts", "net_flow", "heaviest_organiser", "slope"),
}
Profile = Mapping[str, float | None]


def profile(inputs: Inputs, results: Mapping[str, Result]) -> Profile:
    """The sixteen figures by name; None where there is no value. With fewer than five active members there are none at all."""
    people = active(inputs)
    if len(people) < FEW:
        return {name: None for names in SECTORS.values() for name in names}
    return {**_space(inputs, results), **_information(inputs, len(people)), **_time(inputs, results), **_energy(inputs, results)}


def _number(result: Result, part: str) -> float | None:
    value = result.parts.get(part)
    return value if isinstance(value, (int, float)) else None


def _space(inputs: Inputs, results: Mapping[str, Result]) -> Profile:
    schools = frozenset().union(*(inputs.schools_of.get(person, frozenset()) for person in active(inputs)))
    return {
        "schools_active": share(len(schools), inputs.schools_in_scope),
        "schools_hill2": _number(results["independence"], "schools_hill2"),
        "openness": _number(results["levels"], "openness"),
        "levels_hill1": _number(results["levels"], "hill1"),
    }


def _information(inputs: Inputs, people: int) -> Profile:
    library = inputs.materials
    return {
        "materials_per_10": share(10 * library.published, people),
        "reuses_per_material": share(library.reuses, library.stock),
        "schools_reached": measures.median(Counter(library.reached).elements()),
        "never_reused": share(library.never_reused, library.stock),
    }


def _time(inputs: Inputs, results: Mapping[str, Result]) -> Profile:
    return {
        "continuity": results["duration"].value,
        "streak_weeks": _number(results["duration"], "streak_weeks"),
        "retention": _number(results["duration"], "retention"),
        "answer_days": answer_days(inputs.questions, inputs.window),
    }


def _energy(inputs: Inputs, results: Mapping[str, Result]) -> Profile:
    weeks, flow = weekly_acts(inputs), results["active_members"].parts
    organised, held = leadership_events(inputs)
    net = sum(sign * value for name, sign in (("new", 1), ("returned", 1), ("lapsed", -1)) if isinstance(value := flow[name], int))
    return {
        "weekly_acts": share(middle(inputs.counts.acts[person] for person in active(inputs)), len(weeks)),
        "net_flow": share(net, len(active(inputs))),
        "heaviest_organiser": share(max(organised.values(), default=0), held),
        "slope": theil_sen(weeks),
    }


def weekly_acts(inputs: Inputs) -> list[int]:
    """Acts in each school week of the window; acts of a week that begins before it, or in the holidays, are in none."""
    by_week: Counter[object] = Counter()
    for day, acts in inputs.counts.by_day.items():
        if day in inputs.window:
            by_week[monday_of(day)] += acts
    return [by_week[monday] for monday in inputs.calendar.school_weeks(inputs.window, [monday_of(day) for day in inputs.counts.by_day])]


def answer_days(questions: Sequence[Question], window: Window) -> float | None:
    """The days after which half of the window's questions had their first answer.

    By Kaplan–Meier over minutes, so that questions still waiting count as waiting: a median of the answered ones alone would praise those who answer
    one question of ten. None while fewer than half are answered.
    """
    lives = []
    for question in questions:
        asked = question.asked_at
        if asked.date() not in window:
            continue
        answered = question.answered_at if question.answered_at is not None and question.answered_at.date() <= window.end else None
        until = answered or asked.replace(year=window.end.year, month=window.end.month, day=window.end.day, hour=23, minute=59)
        lives.append(Lifetime(round((until - asked).total_seconds() / 60), answered is not None))
    minutes = kaplan_meier(lives).median if lives else None
    return None if minutes is None else minutes / (24 * 60)


def material_totals(materials: Iterable[MaterialFacts], window: Window) -> MaterialTotals:
    """The library in numbers from its materials; what is dated after T does not exist yet."""
    stock = [material for material in materials if material.published_on <= window.end]
    reuses = {material.id: [reuse for reuse in material.reuses if reuse.on <= window.end] for material in stock}
    others = [len(frozenset().union(*(reuse.schools for reuse in reuses[material.id])) - material.schools) for material in stock]
    return MaterialTotals(
        published=sum(material.published_on in window for material in stock),
        stock=len(stock),
        reuses=sum(reuse.on in window for material in stock for reuse in reuses[material.id]),
        never_reused=sum(not reuses[material.id] for material in stock),
        reached=dict(Counter(others)),
    )


def network_quartiles(profiles: Iterable[Profile]) -> dict[str, Quartiles | None]:
    """For each figure the quartiles over the communities' profiles, for the bars to stand against."""
    every = list(profiles)
    return {name: quartiles([value for one in every if (value := one[name]) is not None]) for names in SECTORS.values() for name in names}
