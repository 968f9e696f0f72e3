"""Events, plans and best-practice schools for tests: made through the room's own actions."""

import datetime
from typing import Any

from django.utils import timezone

from communities.models import Community, School, Teacher
from events.actions.event import announce_event, create_event
from events.actions.plan import add_item, approve_plan, begin_plan
from events.models import Event, Plan, PlanItem
from foundation.school_years import school_year


def coming(days: int = 7, hour: int = 15) -> datetime.datetime:
    """A moment in so many days."""
    day = timezone.localdate() + datetime.timedelta(days=days)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))


def fields_of_event(**more: Any) -> dict[str, Any]:
    """What the actions take, for a seminar in a week."""
    starts = more.pop("starts_at", coming())
    told: dict[str, Any] = {"title": "Семинар по оптике", "kind": "seminar", "level": "", "direction": "", "audience": "teachers", "format": "onsite"}
    told |= {"visibility": "public", "subject": None, "problem_area": None, "grade_from": None, "grade_to": None, "description": "", "place": "каб. 14"}
    told |= {"online_url": "", "starts_at": starts, "ends_at": starts + datetime.timedelta(hours=2), "has_registration": True, "plan_item": None}
    told |= {"registration_opens_at": None, "registration_closes_at": None, "capacity": None, "school_quota": None, "previous": None}
    return told | more


def make_event(owner: Community | School | None, *, by: Teacher, announced: bool = True, organisers: Any = None, **more: Any) -> Event:
    """An event of this owner, announced unless told otherwise."""
    event = create_event(owner, by=by, organisers=organisers or [by], **fields_of_event(**more))
    return announce_event(event, by=by) if announced else event


def past_event(owner: Community | School | None, *, by: Teacher, days: int = 3, **more: Any) -> Event:
    """Announced, over since some days, not reported."""
    return make_event(owner, by=by, starts_at=coming(-days), **more)


def make_plan(owner: Community | School, *, by: Teacher, approved_by: Teacher | None = None, items: int = 3, **more: Any) -> Plan:
    """This school year's plan with some items; approved when somebody is named."""
    year = more.pop("school_year", school_year(timezone.localdate()))
    plan = begin_plan(owner, by=by, school_year=year, **more)
    for number in range(items):
        make_item(plan, by=by, title=f"Пункт {number + 1}")
    return approve_plan(plan, by=approved_by) if approved_by else plan


def make_item(plan: Plan, *, by: Teacher, **more: Any) -> PlanItem:
    """An item of today."""
    told = {"title": "Заседание", "kind": "meeting", "level": "", "direction": "", "planned_on": timezone.localdate(), "responsible": None}
    return add_item(plan, by=by, **{**told, "responsible_words": "", **more})
