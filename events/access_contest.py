"""May they? Pure answers about pupils' events: who enters pupils, who judges, who sees names."""

from typing import TYPE_CHECKING

from communities.access import is_confirmed
from communities.models import School, Teacher
from events.access import may_run_event
from events.models import Event, Juror, Registration, Result
from events.models.event import EventStatus

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Person = Teacher | AnonymousUser


def may_run_contest(teacher: "Person", event: Event) -> bool:
    """Rules, consents, codes, jury, publication: who runs a pupils' event. A methodist runs those of the network and those they organise."""
    if not event.is_for_pupils or not may_run_event(teacher, event):
        return False
    if teacher.is_administrator or event.owner is None or not teacher.is_methodist:  # type: ignore[union-attr]
        return True
    organises = event.created_by_id == teacher.pk or any(person.pk == teacher.pk for person in event.organisers.all())
    return organises or event.community_id in teacher.led_community_ids or event.school_id in teacher.coordinated_school_ids  # type: ignore[union-attr]


def schools_for_pupils(teacher: "Person") -> list[School]:
    """Whose pupils this person may enter: of the schools where they work."""
    return [place.school for place in teacher.current_employments if place.school.closed_on is None] if is_confirmed(teacher) else []  # type: ignore[union-attr]


def may_enter_pupils(teacher: "Person", event: Event) -> bool:
    """Every teacher with a school, while registration is open."""
    return event.is_for_pupils and event.is_open_for_registration and bool(schools_for_pupils(teacher))


def concerns(teacher: "Person", row: Registration | Result) -> bool:
    """Entered by this person, or of the school they coordinate."""
    return is_confirmed(teacher) and (row.teacher_id == teacher.pk or row.school_id in teacher.coordinated_school_ids)  # type: ignore[union-attr]


def has_conflict(juror: Teacher, result: Result) -> bool:
    """The work comes from a school where the juror works, or the juror is its coach."""
    return result.teacher_id == juror.pk or result.school_id in {place.school_id for place in juror.current_employments}


def judges(teacher: "Person", event: Event) -> Juror | None:
    """The person's place in the jury. One query."""
    return Juror.objects.filter(event=event, teacher=teacher).first() if is_confirmed(teacher) else None


def may_score(event: Event) -> bool:
    """While the results are not closed, and the event was not cancelled."""
    contest = getattr(event, "contest", None)
    return event.status in (EventStatus.PLANNED, EventStatus.HELD) and contest is not None and contest.closed_at is None
