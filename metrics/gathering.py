"""What the pure indicators are given, gathered from the rooms: one scope, one as-of date, one window.

The acts come from the ledger through `counting`; everything that has a from–to or a date of its own (members, goals, plans, events, materials) from the
tables of its room. Whatever lies after T is left out or counted as a warning: a reading of a past day does not change with what came later.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils import timezone

from communities.models import Employment, GoalEndorsement, GoalVersion, Membership, School, Topic
from communities.models.discussion import TopicKind
from communities.models.membership import MemberRole
from events.models import Event, Participation
from events.models import PlanItem as Item
from events.models.event import EventStatus
from events.models.participation import ParticipationRole
from events.models.plan import ItemStatus
from metrics.indicators import counting
from metrics.indicators.calendar import SchoolCalendar
from metrics.indicators.inputs import (
    Authored,
    Endorsement,
    HeldEvent,
    Inputs,
    Key,
    LedgerRow,
    MaterialFacts,
    MaterialTotals,
    PlanItem,
    Question,
    Reuse,
    RollUp,
    Spell,
    members_at,
)
from metrics.indicators.inputs import GoalVersion as Goal
from metrics.indicators.profile import material_totals
from metrics.indicators.windows import Window
from metrics.models import Activity
from metrics.scopes import Scope
from metrics.settings import calendar_of
from metrics.verbs import QUALIFYING, VERBS
from resources.models import Authorship, Material
from resources.models import Reuse as Use

Spells = dict[Key, list[tuple[datetime.date, datetime.date | None]]]


def gather(scope: Scope, window: Window) -> Inputs:
    """Everything about the scope, the ties left out: `with_ties` adds what only the graph needs."""
    spells = spells_of(scope, window.end)
    when = _by_person(spells)
    rows, future = acts_of(scope, window.end, when)
    counts = counting.count(rows, window)
    people = set(counts.acts)
    first = counting.first_days(rows)
    members = members_at(spells, window.end)
    schools = schools_at(window.end, members | people)
    events = held_events(scope, window, when)
    return Inputs(
        scope=scope.type,
        window=window,
        calendar=_calendar(scope, window, rows),
        counts=counts,
        members=members,
        members_before=members_at(spells, window.before.end),
        acted_before=counting.actors(rows, window.before),
        first_on={person: first[person] for person in people},
        readers=readers_of(scope, window, when),
        schools_of=schools,
        schools_in_scope=_schools_in(scope, members, schools),
        spells=spells if scope.type == "community" else (),
        goals=_goals(scope),
        endorsements=_endorsements(scope),
        events=events,
        authored=authored_in(scope, window, when) if scope.type == "community" else (),
        plan=plan_items(scope),
        collective_days=counting.collective_days(rows, window.end) if scope.type == "community" else (),
        founded_on=scope.community.founded_on if scope.community else None,
        materials=library_of(scope, window),
        questions=_questions(scope, window),
        future_rows=future,
    )


def with_ties(inputs: Inputs, scope: Scope) -> Inputs:
    """The same with every event and material that may tie its people: outside a community also those that others held."""
    if scope.type == "community":
        return inputs
    people = frozenset(inputs.counts.acts) & inputs.members
    whole = scope.type == "network"
    events = _events_of_people(inputs.window, None if whole else people)
    return replace(inputs, events=events, authored=_authored_by(inputs.window, None if whole else people))


# --- people ---------------------------------------------------------------------------------------------------------------


def spells_of(scope: Scope, until: datetime.date) -> list[Spell]:
    """Memberships of a community; outside one confirmed employments of teachers who are not erased (those erased leave M, and stay in history)."""
    if scope.community:
        rows = Membership.objects.filter(community=scope.community, joined_on__lte=until).order_by("joined_on", "id")
        formal = {MemberRole.LEADER, MemberRole.MODERATOR}
        told = rows.values_list("teacher_id", "joined_on", "left_on", "self_joined", "role", "teacher__erased_at")
        return [Spell(person, joined, _earlier(left, erased), self_joined, role in formal) for person, joined, left, self_joined, role, erased in told]
    places = Employment.objects.exclude(confirmed_on=None).filter(started_on__lte=until).order_by("started_on", "id")
    if scope.school:
        places = places.filter(school=scope.school)
    elif scope.municipality:
        places = places.filter(school__municipality=scope.municipality)
    worked = places.values_list("teacher_id", "started_on", "ended_on", "teacher__erased_at")
    return [Spell(person, started, _earlier(ended, erased)) for person, started, ended, erased in worked]


def _earlier(left: datetime.date | None, erased: datetime.datetime | None) -> datetime.date | None:
    gone = timezone.localdate(erased) if erased else None
    return min(filter(None, (left, gone)), default=None)


def _by_person(spells: Iterable[Spell]) -> Spells:
    found: Spells = defaultdict(list)
    for spell in spells:
        found[spell.person].append((spell.joined_on, spell.left_on))
    return found


def was_member(spells: Spells, person: Key, day: datetime.date) -> bool:
    """A member at the end of that day, as in `members_at`."""
    return any(joined <= day and (left is None or left > day) for joined, left in spells.get(person, ()))


def schools_at(day: datetime.date, people: Iterable[Key]) -> dict[Key, frozenset[Key]]:
    """person → their schools on that day."""
    wanted = set(people)
    places = Employment.objects.exclude(confirmed_on=None).filter(Q(ended_on=None) | Q(ended_on__gt=day), started_on__lte=day)
    found: dict[Key, set[Key]] = defaultdict(set)
    for person, school in places.order_by().values_list("teacher_id", "school_id"):
        if person in wanted:
            found[person].add(school)
    return {person: frozenset(schools) for person, schools in found.items()}


def _schools_in(scope: Scope, members: Iterable[Key], schools: dict[Key, frozenset[Key]]) -> int:
    if scope.type == "community":
        return len(frozenset().union(*(schools.get(person, frozenset()) for person in members)))
    if scope.type == "school":
        return 1
    found = School.objects.open()
    return found.filter(municipality=scope.municipality).count() if scope.municipality else found.count()


# --- acts ---------------------------------------------------------------------------------------------------------------


def ledger_of(scope: Scope) -> QuerySet[Activity]:
    """Rows frozen in the scope."""
    if scope.community:
        return Activity.objects.filter(community=scope.community)
    if scope.school:
        return Activity.objects.filter(school=scope.school)
    return Activity.objects.filter(municipality=scope.municipality) if scope.municipality else Activity.objects.all()


def acts_of(scope: Scope, until: datetime.date, spells: Spells) -> tuple[list[RollUp], int]:
    """Day roll-ups of all history up to `until`, and how many rows are dated later. In a community only members' rows count."""
    qualifying = ledger_of(scope).filter(verb__in=QUALIFYING)
    event = ContentType.objects.get_for_model(Event).pk
    columns = ("actor_id", "verb", "content_type_id", "object_id", "occurred_on", "kind", "level", "school_id", "municipality_id", "delta")
    rows = []
    for actor, verb, kind_of, target, day, kind, level, school, municipality, delta in (
        qualifying.filter(occurred_on__lte=until).order_by("id").values_list(*columns).iterator(chunk_size=5000)
    ):
        if scope.community and not was_member(spells, actor, day):
            continue
        in_event = kind_of == event and VERBS[verb].in_event
        key = f"{kind_of}:{target}"
        rows.append(LedgerRow(actor, verb, key, day, kind, level, school, municipality, delta, VERBS[verb].initiative, in_event))
    return counting.roll_up(rows), qualifying.filter(occurred_on__gt=until).count()


def readers_of(scope: Scope, window: Window, spells: Spells) -> frozenset[Key]:
    """Who downloaded something in the window."""
    found = ledger_of(scope).filter(verb="downloaded", occurred_on__gt=window.start, occurred_on__lte=window.end).order_by()
    rows = found.values_list("actor_id", "occurred_on").distinct()
    return frozenset(actor for actor, day in rows if not scope.community or was_member(spells, actor, day))


def _calendar(scope: Scope, window: Window, rows: Sequence[RollUp]) -> SchoolCalendar:
    first = min((row.day.year for row in rows), default=window.start.year)
    return calendar_of(scope, min(first, window.before.start.year) - 1, window.end.year + 1)


# --- goals, plans, events -----------------------------------------------------------------------------------------------


def _goals(scope: Scope) -> list[Goal]:
    return [Goal(pk, since) for pk, since in GoalVersion.objects.filter(community=scope.community).values_list("pk", "since")] if scope.community else []


def _endorsements(scope: Scope) -> list[Endorsement]:
    if not scope.community:
        return []
    found = GoalEndorsement.objects.filter(version__community=scope.community)
    return [Endorsement(*row) for row in found.values_list("version_id", "teacher_id", "endorsed_on")]


def plan_items(scope: Scope) -> list[PlanItem]:
    """Items of the scope's plans: the community's, the school's, of the municipality's schools, all."""
    items = Item.objects.filter(plan__approved_at__isnull=False)
    if scope.community:
        items = items.filter(plan__community=scope.community)
    elif scope.school:
        items = items.filter(plan__school=scope.school)
    elif scope.municipality:
        items = items.filter(plan__school__municipality=scope.municipality)
    columns = ("pk", "baseline_on", "held_on", "status", "cancelled_on", "reason", "planned_on", "approved_on", "plan__approved_at", "responsible_id")
    return [
        PlanItem(
            id=pk,
            baseline=baseline,
            held_on=held_on,
            marked_held=status == ItemStatus.HELD,
            cancelled_on=cancelled_on,
            cancelled=status == ItemStatus.CANCELLED,
            reason=bool(reason),
            moved_to=planned_on if baseline is not None and planned_on != baseline else None,
            approved_on=approved_on,
            responsible=responsible,
        )
        for pk, baseline, held_on, status, cancelled_on, reason, planned_on, approved_on, _plan, responsible in items.order_by("pk").values_list(*columns)
    ]


def held_events(scope: Scope, window: Window, spells: Spells) -> list[HeldEvent]:
    """Events of the scope that were held in the window; in a community with those who were its members on that day."""
    held = Event.objects.filter(status=EventStatus.HELD, held_on__gt=window.start)
    if scope.community:
        held = held.filter(community=scope.community)
    elif scope.school:
        held = held.filter(school=scope.school)
    elif scope.municipality:
        held = held.filter(school__municipality=scope.municipality)
    return _with_people(held, (lambda person, day: was_member(spells, person, day)) if scope.community else None)


def _events_of_people(window: Window, people: frozenset[Key] | None) -> list[HeldEvent]:
    """Held events of the window in which any of these people (None: anybody) took part."""
    held = Event.objects.filter(status=EventStatus.HELD, held_on__gt=window.start, held_on__lte=window.end)
    if people is not None:
        held = held.filter(pk__in=Participation.objects.filter(teacher__in=list(people)).values("event_id"))
    return _with_people(held, None)


def _with_people(held: QuerySet[Event], counts: Callable[[Key, datetime.date], bool] | None) -> list[HeldEvent]:
    told: dict[int, tuple[Any, int | None]] = {pk: (day, item) for pk, day, item in held.order_by("pk").values_list("pk", "held_on", "plan_item_id")}
    people: dict[int, set[Key]] = defaultdict(set)
    organisers: dict[int, set[Key]] = defaultdict(set)
    parts = Participation.objects.filter(event__in=held.order_by().values("pk")).order_by()
    for event, person, role in parts.values_list("event_id", "teacher_id", "role"):
        if counts is not None and not counts(person, told[event][0]):
            continue
        people[event].add(person)
        if role == ParticipationRole.ORGANISER:
            organisers[event].add(person)
    return [HeldEvent(pk, day, frozenset(people[pk]), frozenset(organisers[pk]), item) for pk, (day, item) in told.items()]


# --- the library ---------------------------------------------------------------------------------------------------------


def authored_in(scope: Scope, window: Window, spells: Spells) -> list[Authored]:
    """Materials of the community's library published in the window, with those of their authors who were members that day."""
    found = Material.objects.filter(library__community=scope.community, published_on__gt=window.start)
    authors: dict[int, set[Key]] = defaultdict(set)
    days: dict[int, Any] = {}
    for material, day, person in found.order_by("pk").values_list("pk", "published_on", "authorships__teacher_id"):
        days[material] = day
        if person is not None and day is not None and was_member(spells, person, day):
            authors[material].add(person)
    return [Authored(pk, day, frozenset(authors[pk])) for pk, day in days.items()]


def _authored_by(window: Window, people: frozenset[Key] | None) -> list[Authored]:
    found = Authorship.objects.filter(material__published_on__gt=window.start, material__published_on__lte=window.end).order_by()
    authors: dict[tuple[int, Any], set[Key]] = defaultdict(set)
    for material, day, person in found.values_list("material_id", "material__published_on", "teacher_id"):
        authors[material, day].add(person)
    return [Authored(pk, day, frozenset(who)) for (pk, day), who in sorted(authors.items()) if len(who) > 1 and (people is None or who & people)]


def library_of(scope: Scope, window: Window) -> MaterialTotals:
    """The library of the scope in numbers: the community's own; of a school or municipality what its people wrote; all."""
    found = Material.objects.exclude(published_on=None).filter(published_on__lte=window.end)
    if scope.community:
        found = found.filter(library__community=scope.community)
    elif scope.school:
        found = found.filter(authorships__teacher__school=scope.school)
    elif scope.municipality:
        found = found.filter(authorships__teacher__school__municipality=scope.municipality)
    days: dict[int, Any] = dict(found.order_by().values_list("pk", "published_on").distinct())
    homes: dict[int, set[Key]] = defaultdict(set)
    for material, school in Authorship.objects.filter(material__in=found.values("pk")).order_by().values_list("material_id", "teacher__school_id"):
        if school is not None:
            homes[material].add(school)
    uses: dict[int, list[Reuse]] = defaultdict(list)
    for material, day, person, school in (
        Use.objects.filter(material__in=found.values("pk"), used_on__lte=window.end).order_by().values_list("material_id", "used_on", "teacher_id", "school_id")
    ):
        uses[material].append(Reuse(day, person, frozenset([school] if school else [])))
    return material_totals((MaterialFacts(pk, day, frozenset(homes[pk]), tuple(uses[pk])) for pk, day in days.items()), window)


def _questions(scope: Scope, window: Window) -> list[Question]:
    found = Topic.objects.filter(kind=TopicKind.QUESTION, hidden_at=None)
    if scope.community:
        found = found.filter(community=scope.community)
    elif scope.school:
        found = found.filter(author__school=scope.school)
    elif scope.municipality:
        found = found.filter(author__school__municipality=scope.municipality)
    first = timezone.make_aware(datetime.datetime.combine(window.start, datetime.time.min))
    rows = found.filter(created_at__gte=first).order_by("pk").values_list("created_at", "first_answer_at")
    return [Question(timezone.localtime(asked), timezone.localtime(answered) if answered else None) for asked, answered in rows]
