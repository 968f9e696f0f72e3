"""Needs, partnerships and passports of the demo, at every size in bulk: what is asked and offered, who agreed, what came of it."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from communities.actions.school import set_peculiarities
from communities.levels import derive_level
from communities.models import (
    Community,
    EducationLevel,
    Employment,
    Need,
    NeedStep,
    Partnership,
    PartnershipStep,
    Questionnaire,
    School,
    Subject,
    Teacher,
)
from communities.models.need import NeedAct, NeedState
from communities.models.partnership import PartnershipState
from communities.models.school import Direction, Peculiarity
from communities.passport import facts_of
from communities.questionnaire import QUESTIONS, Answer, Question, Say, State, conclude
from communities.school_facts import refresh_facts
from foundation.activity import Act, record_many
from network_portal.demo.content.needs import MESSAGES, NEEDS, REASONS, REPORTS, TEXTS
from network_portal.demo.people_load import SUBJECT_WEIGHTS, World, noon
from resources.lending import refresh_lending

BATCH = 1000
# Beside the open needs: how many were met, withdrawn or are over, for each open one.
OVER = {NeedState.MET: 0.15, NeedState.WITHDRAWN: 0.05, NeedState.CLOSED: 0.05}
# How a partnership of a met need stands, and how many wait for an answer or were declined for each open need.
AT_WORK = {PartnershipState.AGREED: 2, PartnershipState.RUNNING: 4, PartnershipState.FINISHED: 5}
PROPOSALS, DECLINED = 0.06, 0.03
CLOSING = {NeedState.MET: NeedAct.MET, NeedState.WITHDRAWN: NeedAct.WITHDRAWN, NeedState.CLOSED: NeedAct.CLOSED}

Owner = School | Community


@dataclass
class Market:
    """Who may ask and offer, and what is written so far."""

    world: World
    speakers: dict[Owner, Teacher]
    subjects: dict[str, Subject]
    levels: list[EducationLevel]
    needs: list[Need] = field(default_factory=list)
    partnerships: list[Partnership] = field(default_factory=list)
    steps: list[PartnershipStep] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    @property
    def schools(self) -> list[School]:
        return [owner for owner in self.speakers if isinstance(owner, School)]


def load_exchange(world: World, *, needs: int) -> None:
    """So many open needs, those that are over, partnerships in every state, and the passports. Inside the caller's transaction."""
    market = Market(world, _speakers(world), {subject.code: subject for subject in Subject.objects.all()}, list(EducationLevel.objects.all()))
    owners = list(market.speakers)
    # A school has about as many needs as another; a community one at most in three.
    weights = [10 if isinstance(owner, School) else 1 for owner in owners]
    for state, share in {NeedState.OPEN: 1.0, **OVER}.items():
        for owner in world.rng.choices(owners, weights, k=round(needs * share)):
            market.needs.append(_need(market, owner, state))
    home = _home_needs(market)
    Need.objects.bulk_create(market.needs, batch_size=BATCH)
    NeedStep.objects.bulk_create(_steps_of_needs(market), batch_size=BATCH)
    _answer_needs(market, home)
    Partnership.objects.bulk_create(market.partnerships, batch_size=BATCH)
    PartnershipStep.objects.bulk_create(market.steps, batch_size=BATCH)
    for start in range(0, len(market.acts), BATCH):
        record_many(market.acts[start : start + BATCH])
    refresh_facts(world.today)
    refresh_lending(world.today)
    _fill_passports(market)


def _speakers(world: World) -> dict[Owner, Teacher]:
    """Coordinators of schools and leaders of communities."""
    schools = {school.pk: school for school in world.schools}
    speakers: dict[Owner, Teacher] = {}
    for place in Employment.objects.current().filter(is_coordinator=True).select_related("teacher__school").order_by("pk"):
        speakers.setdefault(schools[place.school_id], place.teacher)
    for community in world.communities:
        if world.leaders[community.pk]:
            speakers[community] = world.leaders[community.pk][0]
    return speakers


# --- needs --------------------------------------------------------------------------------------------------------------


def _need(market: Market, owner: Owner, state: NeedState) -> Need:
    world, rng = market.world, market.world.rng
    direction = rng.choice(list(Direction))
    kind = rng.choice(["request", "offer"])
    title = rng.choice(NEEDS[direction][kind == "offer"])
    code = _subject_of(market, owner)
    about = "{subject}" in title
    opened = max(world.days_ago(320, 2), market.speakers[owner].confirmed_on)
    closed = None if state == NeedState.OPEN else min(world.today, opened + timedelta(days=rng.randint(3, 90)))
    starts, ends = _days(world, opened, closed) if state != NeedState.WITHDRAWN else (None, None)
    limit = rng.choices([1, 2, 3, 5], [5, 3, 2, 1])[0]
    return Need(
        kind=kind, school=owner if isinstance(owner, School) else None, community=owner if isinstance(owner, Community) else None, direction=direction.value,
        subject=market.subjects.get(code) if about else None, education_level=rng.choice(market.levels) if rng.random() < 0.7 else None,
        format=rng.choice(["onsite", "online", "mixed", "mixed"]), starts_on=starts, ends_on=ends, load_limit=limit,
        title=title.format(subject=str(market.subjects[code])), text=rng.choice(TEXTS), state=state.value, opened_on=opened, closed_on=closed,
        opened_by=market.speakers[owner],
    )  # fmt: skip


def _subject_of(market: Market, owner: Owner) -> str:
    if isinstance(owner, Community) and owner.subject_id:
        return next(code for code, subject in market.subjects.items() if subject.pk == owner.subject_id)
    return market.world.rng.choices(list(SUBJECT_WEIGHTS), list(SUBJECT_WEIGHTS.values()))[0]


def _days(world: World, opened: date, closed: date | None) -> tuple[date | None, date | None]:
    """Half of the needs say when: those that are over ended on the day they were closed."""
    rng = world.rng
    if rng.random() < 0.5:
        return None, closed if closed and rng.random() < 0.5 else None
    if closed:
        return opened, closed
    return (opened + timedelta(days=7) if rng.random() < 0.5 else None), world.today + timedelta(days=rng.randint(5, 200))


def _steps_of_needs(market: Market) -> list[NeedStep]:
    steps = []
    for need in market.needs:
        steps.append(NeedStep(need=need, act=NeedAct.OPENED, at=noon(need.opened_on), by=need.opened_by))
        if need.closed_on:
            act = CLOSING[NeedState(need.state)]
            steps.append(NeedStep(need=need, act=act, at=noon(need.closed_on), by=None if act == NeedAct.CLOSED else need.opened_by))
        level = derive_level([need.school])
        market.acts.append(Act("opened-need", by=need.opened_by, target=need, community=need.community, level=level, on=need.opened_on))
    return steps


# --- partnerships ---------------------------------------------------------------------------------------------------------


def _answer_needs(market: Market, home: list[Need]) -> None:
    rng = market.world.rng
    for need in market.needs:
        if need in home:
            continue
        if need.state == NeedState.MET:
            need.taken = need.load_limit
            for side in rng.sample(_others(market, need), min(need.load_limit, len(market.schools) - 1)):
                _partner(market, need, side, rng.choices(list(AT_WORK), list(AT_WORK.values()))[0])
        elif need.state == NeedState.OPEN:
            drawn = rng.random()
            if drawn < PROPOSALS + DECLINED:
                _partner(market, need, rng.choice(_others(market, need)), PartnershipState.PROPOSED if drawn < PROPOSALS else PartnershipState.DECLINED)
    Need.objects.bulk_update([need for need in market.needs if need.taken], ["taken"], batch_size=BATCH)


def _others(market: Market, need: Need) -> list[School]:
    return [school for school in market.schools if school != need.school]


def _partner(market: Market, need: Need, side: School, state: PartnershipState, *, by_owner: bool = False) -> None:
    """A partnership with all steps that lead to its state, spread over the days between the need's first and today."""
    rng, today = market.world.rng, market.world.today
    owner_person, side_person = need.opened_by, market.speakers[side]
    path = {
        PartnershipState.PROPOSED: ["proposed"], PartnershipState.DECLINED: ["proposed", "declined"], PartnershipState.AGREED: ["proposed", "agreed"],
        PartnershipState.RUNNING: ["proposed", "agreed", "running"], PartnershipState.FINISHED: ["proposed", "agreed", "running", "finished"],
    }[state]  # fmt: skip
    span = max(0, ((need.closed_on if state == PartnershipState.AGREED and need.closed_on else today) - need.opened_on).days)
    days = sorted(need.opened_on + timedelta(days=rng.randint(0, span)) for _step in path)
    finished = state == PartnershipState.FINISHED
    made = Partnership(
        need=need, school=side, proposed_by_owner=by_owner, message=rng.choice(MESSAGES), state=state.value, since=noon(days[-1]),
        outcome=rng.choices(["reached", "partly", "not-reached"], [6, 3, 1])[0] if finished else "", report=rng.choice(REPORTS) if finished else "",
    )  # fmt: skip
    market.partnerships.append(made)
    level = derive_level([need.school, side])
    for act, day in zip(path, days, strict=True):
        owner_acts = (act == "proposed") == by_owner if act != "finished" else rng.random() < 0.5
        person = owner_person if owner_acts else side_person
        reason = rng.choice(REASONS) if act == "declined" else ""
        market.steps.append(PartnershipStep(partnership=made, act=act, at=noon(day), by=person, by_owner=owner_acts, reason=reason))
    market.acts.append(Act("answered-need", by=side_person, target=need, community=need.community, level=level, on=days[by_owner and len(days) > 1]))


def _home_needs(market: Market) -> list[Need]:
    """What the demo's coordinator finds: an answer to decide on, an offer of theirs, work that wants an outcome, and somebody who fits."""
    home = market.world.personas["coordinator"].school
    other = next(school for school in market.schools if school.municipality_id != home.municipality_id)
    physics, today = market.subjects["physics"], market.world.today

    def add(owner: School, kind: str, title: str, direction: Direction, days: int, **values: object) -> Need:
        opened = max(today - timedelta(days=days), market.speakers[owner].confirmed_on)
        need = Need(
            kind=kind, school=owner, title=title, direction=direction.value, format="mixed", opened_on=opened, opened_by=market.speakers[owner], **values
        )
        market.needs.append(need)
        return need

    asked = add(home, "request", "Учитель физики для общих уроков в 9 классе", Direction.SUPPORT, 40, subject=physics, load_limit=2)
    given = add(home, "offer", "Теплица для исследовательских работ", Direction.POOLED_RESOURCES, 60, subject=market.subjects["biology"], load_limit=3)
    add(other, "offer", "Уроки физики по видеосвязи раз в неделю", Direction.SUPPORT, 30, subject=physics, load_limit=2)
    add(other, "request", "Нужна теплица для опытов с растениями", Direction.POOLED_RESOURCES, 20, subject=market.subjects["biology"])
    _partner(market, asked, other, PartnershipState.PROPOSED)
    third = next(school for school in market.schools if school not in (home, other))
    given.taken = 1
    _partner(market, given, third, PartnershipState.RUNNING)
    return [asked, given]


# --- passports ---------------------------------------------------------------------------------------------------------------


def _fill_passports(market: Market) -> None:
    """Four of five schools have answered, some of them twice; what the answers conclude is what the school has."""
    rng, rows = market.world.rng, []
    for school in market.schools:
        if rng.random() < 0.2 and school != market.world.personas["coordinator"].school:
            continue
        has = {row.peculiarity for row in school.peculiarities.all() if row.ended_on is None}
        facts, kept = facts_of(school), set()
        for peculiarity in Peculiarity:
            answers = {question.code: _answer(market.world, question, peculiarity.value in has) for question in QUESTIONS[peculiarity]}
            filled = market.world.days_ago(200, 3)
            days = (filled - timedelta(days=300), filled) if rng.random() < 0.2 else (filled,)
            said = {"school": school, "peculiarity": peculiarity, "answers": answers, "filled_by": market.speakers[school]}
            rows += [Questionnaire(filled_at=noon(day), **said) for day in days]
            if conclude(peculiarity, answers, facts).state in (State.EXPRESSED, State.PARTLY):
                kept.add(peculiarity.value)
        if kept != has:
            set_peculiarities(school, kept, by=None)
    Questionnaire.objects.bulk_create(rows, batch_size=BATCH)


def _answer(world: World, question: Question, has: bool) -> Answer:
    """An answer that mostly fits: a school with the peculiarity speaks for it in three questions of four."""
    speaks_for = has if world.rng.random() < 0.8 else not has
    if question.full is not None and question.half is not None:
        low, high = (question.full, question.full + 20) if question.yes_speaks_for else (0, question.full)
        against = (0, question.half - 1) if question.yes_speaks_for else (question.half + 1, question.half + 20)
        return world.rng.randint(*((low, high) if speaks_for else against))
    if world.rng.random() < 0.2:
        return Say.PARTLY.value
    return (Say.YES if speaks_for == question.yes_speaks_for else Say.NO).value
