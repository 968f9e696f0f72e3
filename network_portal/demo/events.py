"""Events of the demo's plans: who came, who is registered for those to come, what they left in the ledger; in bulk at every size."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

from django.utils import timezone

from communities.models import Community, School, Teacher
from communities.slugs import latin_slug
from events.levels import event_level
from events.models import Event, EventStep, Participation, Plan, PlanItem, Registration
from events.models.event import EventAct, EventStatus
from events.models.participation import ParticipationRole
from events.models.plan import ItemStatus
from events.models.registration import RegistrationState
from foundation.activity import Act, InteractionLevel, record_many
from foundation.markdown import render_markdown
from network_portal.demo.content.events import MINUTES, OCCASIONS, OUTCOMES
from network_portal.demo.people_load import World, noon
from network_portal.demo.plans import Drawn

BATCH = 1000
# So many of the items that were carried out were meetings written as events; the rest is proved by minutes.
AS_EVENTS = 0.8
MOST_PRESENT, MOST_REGISTERED = 25, 60
# Registration is open for events of so many days, and its lists are kept for so many.
OPEN_DAYS, KEPT_DAYS = 60, 45
HOURS = (14, 15, 16)

_html = cache(render_markdown)


@dataclass
class Calendar:
    """Everything that is written at the end."""

    world: World
    events: list[Event] = field(default_factory=list)
    organisers: list[tuple[Event, Teacher]] = field(default_factory=list)
    hosts: list[tuple[Event, School]] = field(default_factory=list)
    steps: list[EventStep] = field(default_factory=list)
    participations: list[Participation] = field(default_factory=list)
    registrations: list[Registration] = field(default_factory=list)
    proved: list[PlanItem] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    # Communities whose next event is full already, so that the waiting list can be seen.
    full: set[int] = field(default_factory=set)


def load_events(world: World, drawn: list[Drawn]) -> None:
    """The events of these items, and the minutes of those without one. Inside the caller's transaction."""
    calendar = Calendar(world)
    for one in drawn:
        item = one.item
        if item.plan.community is None:
            if item.held_on:
                _by_minutes(calendar, one)
        elif item.status == ItemStatus.HELD and world.rng.random() >= AS_EVENTS:
            _by_minutes(calendar, one)
        elif item.status == ItemStatus.CANCELLED:
            if world.rng.random() < AS_EVENTS:
                _add(calendar, one, EventStatus.CANCELLED)
        elif item.status == ItemStatus.HELD:
            _held(calendar, one)
        elif item.planned_on < world.today + timedelta(days=OPEN_DAYS):
            _to_come(calendar, one)
    for community in world.communities:
        _not_announced(calendar, community)
    _write(calendar)


def _not_announced(calendar: Calendar, community: Community) -> None:
    """A leader's draft, and what a member proposes: the leaders decide."""
    world, leaders = calendar.world, calendar.world.leaders[community.pk]
    members = [teacher for teacher, _joined in world.members[community.pk] if teacher not in leaders]
    for status, people in ((EventStatus.DRAFT, leaders), (EventStatus.PROPOSED, members)):
        if not people or world.rng.random() < 0.5:
            continue
        by, occasion, day = world.rng.choice(people), world.rng.choice(OCCASIONS), world.today + timedelta(days=world.rng.randint(20, 50))
        item = PlanItem(plan=Plan(community=community), title=occasion.title, kind=occasion.kind, planned_on=day)
        event = _add(calendar, Drawn(item, occasion, by), status)
        event.plan_item = None
        calendar.steps.pop()
        if status == EventStatus.PROPOSED:
            calendar.steps.append(EventStep(event=event, act=EventAct.PROPOSED, at=event.created_at, by=by))


def _by_minutes(calendar: Calendar, one: Drawn) -> None:
    item = one.item
    item.minutes = calendar.world.rng.choice(MINUTES)
    calendar.proved.append(item)
    told = {"by": one.by, "target": item, "community": item.plan.community, "kind": item.kind, "on": item.held_on}
    calendar.acts.append(Act("carried-out-item", level=item.level or InteractionLevel.SCHOOL, **told))


def _add(calendar: Calendar, one: Drawn, status: EventStatus) -> Event:
    """The event of an item, with its organiser and its history."""
    world, item, occasion = calendar.world, one.item, one.occasion
    begins = _at(item.planned_on, world.rng.choice(HOURS))
    announced = noon(min(world.today, item.planned_on) - timedelta(days=world.rng.randint(8, 25)))
    where = one.by.school if occasion.format != "online" else None
    event = Event(
        title=item.title, slug=latin_slug(item.title) or "event", kind=item.kind, format=occasion.format, community=item.plan.community,
        subject=item.plan.community.subject, problem_area=item.plan.community.problem_area, description=occasion.about, description_html=_html(occasion.about),
        place=where.short_name if where else "", starts_at=begins, ends_at=begins + timedelta(minutes=world.rng.choice((60, 90, 120))),
        visibility=world.rng.choices(["public", "network", "community"], [7, 2, 1])[0], status=status, plan_item=item, created_by=one.by,
        created_at=announced, changed_at=announced, has_registration=item.planned_on > world.today - timedelta(days=KEPT_DAYS),
    )  # fmt: skip
    calendar.events.append(event)
    calendar.organisers.append((event, one.by))
    if where:
        calendar.hosts.append((event, where))
    calendar.steps += [EventStep(event=event, act=act, at=announced, by=one.by) for act in (EventAct.CREATED, EventAct.ANNOUNCED)]
    if status == EventStatus.CANCELLED:
        event.cancel_reason = item.reason
        calendar.steps.append(EventStep(event=event, act=EventAct.CANCELLED, at=noon(item.cancelled_on), by=one.by, note=item.reason))
    return event


def _held(calendar: Calendar, one: Drawn) -> None:
    """Who came, as what; one act a person on the day."""
    world = calendar.world
    event = _add(calendar, one, EventStatus.HELD)
    event.held_on, event.outcome = one.item.held_on, world.rng.choice(OUTCOMES)
    calendar.steps.append(EventStep(event=event, act=EventAct.HELD, at=one.item.closed_at, by=one.by))
    people = [person for person in _members(world, event, event.held_on) if person != one.by]
    present = world.rng.sample(people, min(len(people), world.rng.randint(3, MOST_PRESENT)))
    if event.has_registration:
        _register(calendar, event, present)
    roles = [(one.by, ParticipationRole.ORGANISER), *((person, ParticipationRole.PARTICIPANT) for person in present)]
    if present and world.rng.random() < 0.4:
        roles.append((present[0], ParticipationRole.SPEAKER))
    for person, role in roles:
        told = {"event": event, "teacher": person, "school": person.school, "role": role, "marked_at": one.item.closed_at, "marked_by": one.by}
        minutes = world.rng.randint(35, 90) if event.format == "online" and role == ParticipationRole.PARTICIPANT else None
        calendar.participations.append(Participation(minutes=minutes, **told))
    level = event_level(event, [person.school for person, _role in roles])
    for person in (one.by, *present):
        verb = "organised" if person == one.by else "attended"
        calendar.acts.append(Act(verb, by=person, target=event, community=event.community, level=level, kind=event.kind, on=event.held_on))


def _to_come(calendar: Calendar, one: Drawn) -> None:
    """Announced; over already without a report where it is late. The next event of each community is full, others have places left."""
    world = calendar.world
    event = _add(calendar, one, EventStatus.PLANNED)
    people = _members(world, event, world.today)
    wanted = world.rng.sample(people, min(len(people), world.rng.randint(3, MOST_REGISTERED)))
    if event.community_id not in calendar.full and one.item.planned_on > world.today and len(wanted) > 4:
        calendar.full.add(event.community_id)
        event.capacity = max(2, len(wanted) * 2 // 3)
    else:
        event.capacity = world.rng.choice((None, len(wanted) + 5, len(wanted) + 12))
    _register(calendar, event, wanted)


def _register(calendar: Calendar, event: Event, people: list[Teacher]) -> None:
    """One after the other since the announcement: places first, then the line."""
    for number, person in enumerate(people):
        state = RegistrationState.TAKEN if event.capacity is None or number < event.capacity else RegistrationState.WAITING
        at = min(event.created_at + timedelta(hours=3 * number + 1), max(noon(calendar.world.today), event.created_at))
        calendar.registrations.append(Registration(event=event, teacher=person, school=person.school, state=state, registered_at=at))
        event.taken += state == RegistrationState.TAKEN


def _members(world: World, event: Event, day: date) -> list[Teacher]:
    return [teacher for teacher, joined in world.members[event.community_id] if joined <= day]


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _write(calendar: Calendar) -> None:
    PlanItem.objects.bulk_update(calendar.proved, ["minutes"], batch_size=500)
    Event.objects.bulk_create(calendar.events, batch_size=BATCH)
    organiser, host = Event.organisers.through, Event.host_schools.through
    organiser.objects.bulk_create([organiser(event_id=event.pk, teacher_id=who.pk) for event, who in calendar.organisers], batch_size=BATCH)
    host.objects.bulk_create([host(event_id=event.pk, school_id=school.pk) for event, school in calendar.hosts], batch_size=BATCH)
    for row in (*calendar.steps, *calendar.participations, *calendar.registrations):
        row.event_id = row.event.pk
    for model, rows in ((EventStep, calendar.steps), (Participation, calendar.participations), (Registration, calendar.registrations)):
        model.objects.bulk_create(rows, batch_size=BATCH)
    for start in range(0, len(calendar.acts), BATCH):
        record_many(calendar.acts[start : start + BATCH])
