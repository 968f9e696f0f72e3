"""What waits for a person in this room, and what is soon: parts of the one query of all rooms (see `communities.waiting_columns`)."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Teacher
from communities.waiting import Rows
from communities.waiting_columns import Task, columns_of
from events.models import Enrolment, Event, Plan, PlanItem, ProjectStage, Registration
from events.models.best_practice import EnrolmentDecision
from events.models.event import EventStatus, EventVisibility

# So many of each kind are shown; what is soon lies within so many days.
MOST, SOON_DAYS, SOON_SHOWN = 4, 21, 4
OWNER = Coalesce("community__name", "school__short_name", Value(""))


@dataclass(frozen=True, slots=True)
class Soon:
    """An event of the next days: one's own, or of one's communities and schools."""

    title: str
    url: str
    starts_at: datetime.datetime
    owner: str
    is_registered: bool


def queries_of(teacher: Teacher) -> list[QuerySet]:
    """Items, plans, events and applications that wait, and events that are soon."""
    schools = teacher.employments.current()
    coordinated = schools.filter(is_coordinator=True).values("school_id")
    led = teacher.memberships.filter(left_on=None, role="leader").values("community_id")
    return [
        _late_items(teacher),
        _late_plans(led, coordinated, teacher),
        _plans_to_approve(schools.filter(is_head=True).values("school_id")),
        _reports(teacher),
        _proposals(led, coordinated),
        _applications(teacher),
        _late_stages(teacher),
        *_soon(teacher),
    ]


def _late_items(teacher: Teacher) -> QuerySet:
    mine = PlanItem.objects.late().filter(plan__approved_at__isnull=False, responsible=teacher)
    name = Coalesce("plan__community__name", "plan__school__short_name")
    return columns_of(mine, "late-item", address=F("plan_id"), called=F("title"), words=name, number=F("pk"), place=F("pk"))


def _late_plans(led: QuerySet, coordinated: QuerySet, teacher: Teacher) -> QuerySet:
    """Late items of plans that this person keeps, counted; one's own items stand by themselves."""
    late = PlanItem.objects.late().filter(Q(plan__community__in=led) | Q(plan__school__in=coordinated), plan__approved_at__isnull=False)
    late = late.exclude(responsible=teacher).order_by().values("plan_id", "plan__community__name", "plan__school__short_name")
    name = Coalesce("plan__community__name", "plan__school__short_name")
    return columns_of(late, "late-plan", address=F("plan_id"), called=name, words=Value(""), number=Count("pk"), place=Value(0))


def _plans_to_approve(headed: QuerySet) -> QuerySet:
    waiting = Plan.objects.filter(school__in=headed, approved_at=None, submitted_at__isnull=False)
    return columns_of(waiting, "approve-plan", address=F("pk"), called=F("school__short_name"), words=Value(""), number=F("school_year"), place=F("pk"))


def _reports(teacher: Teacher) -> QuerySet:
    """Announced events that are over and that this person organised."""
    organised = Event.organisers.through.objects.filter(teacher=teacher).values("event_id")
    over = Event.objects.filter(pk__in=organised, status=EventStatus.PLANNED, ends_at__lt=timezone.now())
    return columns_of(over, "report-event", address=F("pk"), called=F("title"), words=OWNER, number=F("pk"), place=F("pk"))


def _proposals(led: QuerySet, coordinated: QuerySet) -> QuerySet:
    proposed = Event.objects.filter(Q(community__in=led) | Q(school__in=coordinated), status=EventStatus.PROPOSED)
    return columns_of(proposed, "proposed-event", address=_key(), called=F("title"), words=OWNER, number=F("pk"), place=F("pk"))


def _applications(teacher: Teacher) -> QuerySet:
    school = "cohort__best_practice_school"
    waiting = Enrolment.objects.filter(decision=EnrolmentDecision.WAITING, withdrawn_at=None, **{f"{school}__leaders": teacher})
    waiting = waiting.order_by().values("cohort_id", f"{school}__title")
    return columns_of(waiting, "applications", address=F("cohort_id"), called=F(f"{school}__title"), words=Value(""), number=Count("pk"), place=Value(0))


def _late_stages(teacher: Teacher) -> QuerySet:
    """Stages of running projects whose day is over, of which this person is in charge or whose project they lead."""
    late = ProjectStage.objects.filter(done_on=None, due_on__lt=timezone.localdate(), project__begun_on__isnull=False, project__finished_on=None)
    mine = late.filter(Q(owner=teacher) | Q(project__leader=teacher))
    return columns_of(mine, "late-stage", address=F("pk"), called=F("title"), words=F("project__title"), number=F("pk"), place=F("pk"))


def _soon(teacher: Teacher) -> list[QuerySet]:
    """Events to come: those one is registered for or organises, then those of one's communities and schools. An event may come twice."""
    now = timezone.now()
    near = Event.objects.filter(status=EventStatus.PLANNED, ends_at__gte=now, starts_at__lt=now + datetime.timedelta(days=SOON_DAYS))
    registered = Registration.objects.live().filter(teacher=teacher).values("event_id")
    organised = Event.organisers.through.objects.filter(teacher=teacher).values("event_id")
    joined = teacher.memberships.filter(left_on=None).values("community_id")
    inside = Q(community__in=joined) | Q(school__in=teacher.employments.current().values("school_id"))
    # Who has left a community is registered still, but what only its members see is gone for them.
    mine = near.filter(Q(pk__in=organised) | Q(pk__in=registered) & (inside | ~Q(visibility=EventVisibility.COMMUNITY)))
    around = near.filter(inside)
    told = {"address": _key(), "called": F("title"), "words": Concat(F("starts_at"), Value("|"), OWNER, output_field=TextField()), "place": F("pk")}
    return [columns_of(mine, "soon", number=Value(1), **told), columns_of(around, "soon", number=Value(0), **told)]


def _key() -> Concat:
    """«12-slug»: the event's place in its address."""
    return Concat(F("pk"), Value("-"), F("slug"), output_field=TextField())


def soon_of(rows: Rows) -> list[Soon]:
    """The nearest events, each once."""
    found: dict[str, Soon] = {}
    for key, title, words, mine, _place in sorted(rows.get("soon", ()), key=lambda row: -row[3]):
        moment, _bar, owner = words.partition("|")
        found.setdefault(key, Soon(title, f"/events/{key}/", _moment(moment), owner, bool(mine)))
    return sorted(found.values(), key=lambda event: event.starts_at)[:SOON_SHOWN]


def _moment(text: str) -> datetime.datetime:
    """As either database writes a moment in a text."""
    moment = parse_datetime(text.strip()) or timezone.now()
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=datetime.UTC)


def tasks_of(rows: Rows) -> list[Task]:
    """This room's tasks."""
    return [make(*row[:4]) for kind, make in MAKERS.items() for row in rows.get(kind, ())[:MOST]]


def _late_item(plan: str, title: str, owner: str, pk: int) -> Task:
    return Task(title, f"{reverse('plan', args=[plan])}#item-{pk}", _("Carry out"), "clock", _("late in the plan: %(owner)s") % {"owner": owner}, rank=14)


def _late_plan(plan: str, owner: str, _words: str, count: int) -> Task:
    title = ngettext("%(count)d item of the plan is late", "%(count)d items of the plan are late", count) % {"count": count}
    return Task(title, reverse("plan", args=[plan]), _("Look at the plan"), "list", owner, rank=40)


def _approval(plan: str, school: str, _words: str, _year: int) -> Task:
    return Task(_("The plan of work waits for your approval"), reverse("plan", args=[plan]), _("Read and approve"), "check", school, rank=16)


def _report(event: str, title: str, owner: str, _pk: int) -> Task:
    return Task(title, reverse("event_report", args=[event]), _("Write the report"), "check", owner or _("the event is over"), rank=22)


def _proposal(key: str, title: str, owner: str, _pk: int) -> Task:
    return Task(title, f"/events/{key}/", _("Decide"), "cal", _("proposed for %(owner)s") % {"owner": owner}, rank=28)


def _application(cohort: str, school: str, _words: str, count: int) -> Task:
    title = ngettext("%(count)d application to the best-practice school", "%(count)d applications to the best-practice school", count) % {"count": count}
    return Task(title, reverse("cohort", args=[cohort]), _("Answer"), "cup", school, rank=20)


def _late_stage(stage: str, title: str, project: str, _pk: int) -> Task:
    return Task(title, reverse("project_stage_close", args=[stage]), _("Close the stage"), "swap", project, rank=26)


MAKERS: dict[str, Any] = {
    "late-item": _late_item,
    "late-plan": _late_plan,
    "approve-plan": _approval,
    "report-event": _report,
    "proposed-event": _proposal,
    "applications": _application,
    "late-stage": _late_stage,
}
