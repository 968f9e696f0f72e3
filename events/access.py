"""May they? Pure answers about plans and events; nothing here writes (domain.md 3)."""

from typing import TYPE_CHECKING

from communities.access import is_confirmed
from communities.access_exchange import Owner, speaks_for
from communities.models import Community, School, Teacher
from events.models import Event, Plan
from events.models.event import EventStatus

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Person = Teacher | AnonymousUser


def may_run_events_of(teacher: "Person", owner: Owner | None) -> bool:
    """Hold events for this community or school, or (None) for the network: its leaders, its coordinators and head, methodists."""
    if not is_confirmed(teacher):
        return False
    if owner is None:
        return teacher.is_methodist
    return speaks_for(teacher, owner) or (isinstance(owner, School) and heads(teacher, owner))


def may_propose_event(teacher: "Person", owner: Owner | None) -> bool:
    """Suggest an event to its own community or school; those who run its events announce it."""
    if not is_confirmed(teacher) or owner is None:
        return False
    return owner.pk in (teacher.current_memberships if isinstance(owner, Community) else {place.school_id for place in teacher.current_employments})


def may_run_event(teacher: "Person", event: Event) -> bool:
    """Change it, see its registrations, mark attendance, report: its organisers and those who run its owner's events.

    Who only proposed it may write it until it is announced. `organisers` should be prefetched where many are asked.
    """
    if not is_confirmed(teacher):
        return False
    if may_run_events_of(teacher, event.owner) or any(person.pk == teacher.pk for person in event.organisers.all()):
        return True
    return event.created_by_id == teacher.pk and event.status in (EventStatus.DRAFT, EventStatus.PROPOSED)


def may_write_plan(teacher: "Person", owner: Owner) -> bool:
    """Write and keep the plan: the community's leaders, the school's coordinator and head, methodists."""
    return may_run_events_of(teacher, owner)


def may_approve_plan(teacher: "Person", plan: Plan) -> bool:
    """A school's plan is approved, and its report signed, by its head alone; a community's by its leaders or a methodist."""
    if not is_confirmed(teacher):
        return False
    return heads(teacher, plan.school) if plan.school else speaks_for(teacher, plan.owner)


def heads(teacher: Teacher, school: School) -> bool:
    """Is the head of this school today."""
    return any(place.is_head and place.school_id == school.pk for place in teacher.current_employments)
