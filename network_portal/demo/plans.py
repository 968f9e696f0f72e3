"""Plans of the demo's communities and schools for three school years: carried out, moved, cancelled, late, off-plan; in bulk at every size."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from communities.models import Community, Employment, School, Teacher
from events.models import Plan, PlanItem
from events.models.plan import ItemStatus
from foundation.school_years import first_day, school_year
from network_portal.demo.content.events import CANCELLED, MOVED, OCCASIONS, OF_SCHOOL, REPORT, SEASONS, YEAR_GOALS, Occasion
from network_portal.demo.people_load import World, noon

YEARS = 3
# Days of a school year on which things are planned: from the last week of September to the end of May.
FIRST_DAY, LAST_DAY = 24, 265
# Of the items whose day is over.
MOVED_SHARE, CANCELLED_SHARE, OFF_PLAN_SHARE, LATE_SHARE = 0.16, 0.06, 0.08, 0.2
# Schools beside that of the demo's head that have a plan: one in so many.
SCHOOLS_WITH_PLAN = 3


@dataclass
class Drawn:
    """An item with what it will be as an event."""

    item: PlanItem
    occasion: Occasion
    by: Teacher


@dataclass
class Plans:
    """What was drawn so far."""

    world: World
    plans: list[Plan] = field(default_factory=list)
    drawn: list[Drawn] = field(default_factory=list)

    def write(self) -> None:
        Plan.objects.bulk_create(self.plans, batch_size=1000)
        for one in self.drawn:
            one.item.plan_id = one.item.plan.pk
        PlanItem.objects.bulk_create([one.item for one in self.drawn], batch_size=1000)


def load_plans(world: World, *, items: int) -> list[Drawn]:
    """About so many items a year and community, and the plans of some schools. Inside the caller's transaction."""
    plans = Plans(world)
    this_year = school_year(world.today)
    for community in world.communities:
        leaders = world.leaders[community.pk]
        for year in range(this_year - YEARS + 1, this_year + 1):
            if leaders and max(community.founded_on, first_day(year)) < min(world.today, first_day(year) + timedelta(days=LAST_DAY - 60)):
                _community_year(plans, community, leaders, year, items)
    _school_plans(plans, this_year)
    plans.write()
    return plans.drawn


def _community_year(plans: Plans, community: Community, leaders: list[Teacher], year: int, items: int) -> None:
    world = plans.world
    since = max(community.founded_on, first_day(year))
    approved = min(world.today, since + timedelta(days=world.rng.randint(8, 18)))
    plan = Plan(
        community=community, school_year=year, goal=world.rng.choice(YEAR_GOALS), created_by=leaders[0], created_at=noon(since),
        approved_at=noon(approved), approved_by=leaders[0],
    )  # fmt: skip
    plans.plans.append(plan)
    people = [*leaders, *(teacher for teacher, joined in world.members[community.pk][:12] if joined <= since)]
    for occasion in world.rng.sample(OCCASIONS, min(items, len(OCCASIONS))):
        first, last = SEASONS.get(occasion.title, (FIRST_DAY, LAST_DAY))
        day = first_day(year) + timedelta(days=world.rng.randint(first, last))
        day = _workday(max(day, approved + timedelta(days=3)))
        _draw(plans, plan, occasion, day, by=world.rng.choice(people), approved=approved)


def _school_plans(plans: Plans, this_year: int) -> None:
    """The school of the demo's head: last year signed, this year waiting for approval; others are approved."""
    world = plans.world
    places = Employment.objects.current().filter(is_head=True).select_related("teacher").order_by("school_id")
    heads = {place.school_id: place.teacher for place in places}
    home = world.personas["head"].school if "head" in world.personas else None
    for number, school in enumerate(school for school in world.schools if school.pk in heads):
        if school == home:
            _school_year(plans, school, heads[school.pk], this_year - 1, signed=True)
            _school_year(plans, school, heads[school.pk], this_year, waits=True)
        elif number % SCHOOLS_WITH_PLAN == 0:
            _school_year(plans, school, heads[school.pk], this_year)


def _school_year(plans: Plans, school: School, head: Teacher, year: int, *, signed: bool = False, waits: bool = False) -> None:
    world = plans.world
    begun = min(first_day(year), world.today)
    approved = min(world.today, begun + timedelta(days=10))
    plan = Plan(school=school, school_year=year, goal=YEAR_GOALS[0], created_by=head, created_at=noon(begun), submitted_at=noon(begun))
    if not waits:
        plan.approved_at, plan.approved_by = noon(approved), head
    if signed:
        plan.report, plan.signed_by, plan.signed_at = REPORT, head, noon(min(world.today, first_day(year + 1) - timedelta(days=70)))
    plans.plans.append(plan)
    for number, occasion in enumerate(OF_SCHOOL):
        day = _workday(first_day(year) + timedelta(days=FIRST_DAY + number * 30 + world.rng.randint(0, 12)))
        _draw(plans, plan, occasion, day, by=head, approved=None if waits else approved)


def _draw(plans: Plans, plan: Plan, occasion: Occasion, day: date, *, by: Teacher, approved: date | None) -> None:
    """An item as it stands today. What came later into the plan has no baseline; what is over was held, cancelled, or (this year) is late."""
    world, rng = plans.world, plans.world.rng
    item = PlanItem(plan=plan, title=occasion.title, kind=occasion.kind, planned_on=day, baseline_on=day, responsible=by, approved_on=approved)
    item.created_at = plan.created_at
    if approved is None:
        item.baseline_on = None
        plans.drawn.append(Drawn(item, occasion, by))
        return
    chance = rng.random()
    if chance < OFF_PLAN_SHARE:
        item.baseline_on, item.approved_on, item.created_at = None, None, noon(min(world.today, approved + timedelta(days=20)))
    elif chance < OFF_PLAN_SHARE + MOVED_SHARE:
        item.planned_on = _workday(day + timedelta(days=rng.randint(10, 40)))
        item.status, item.reason = ItemStatus.POSTPONED, rng.choice(MOVED)
    if item.planned_on <= world.today:
        _close(world, plan, item)
    plans.drawn.append(Drawn(item, occasion, by))


def _close(world: World, plan: Plan, item: PlanItem) -> None:
    """Held on its day, unless cancelled; of the last ten weeks some are late still."""
    recent = plan.school_year == school_year(world.today) and (world.today - item.planned_on).days < 70
    chance = world.rng.random()
    if chance < CANCELLED_SHARE:
        item.status, item.reason = ItemStatus.CANCELLED, world.rng.choice(CANCELLED)
        item.cancelled_on = item.planned_on - timedelta(days=world.rng.randint(1, 6))
        item.closed_at, item.closed_by = noon(item.cancelled_on), item.responsible
    elif not (recent and chance < CANCELLED_SHARE + LATE_SHARE) and item.planned_on < world.today:
        item.status, item.held_on = ItemStatus.HELD, item.planned_on
        item.closed_at, item.closed_by = noon(min(world.today, item.planned_on + timedelta(days=1))), item.responsible


def _workday(day: date) -> date:
    """Teachers meet from Tuesday to Thursday."""
    return day + timedelta(days={0: 1, 4: 4, 5: 3, 6: 2}.get(day.weekday(), 0))
