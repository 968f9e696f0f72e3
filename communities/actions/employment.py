"""Where people work: asked for, confirmed, refused, ended; who heads and coordinates a school.

These actions alone write `Teacher.school` and `Teacher.confirmed_on`.
"""

import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.actions.audit import write_audit
from communities.actions.notify import notify
from communities.models import Employment, Position, School, Teacher
from communities.models.teacher import Role
from communities.school_facts import follow_facts
from foundation import activity


class RefusalReason(models.TextChoices):
    """Why a coordinator refuses: a closed list, since the audit log keeps no free text about people."""

    STRANGER = "stranger", gettext_lazy("does not work at our school")
    LEFT = "left", gettext_lazy("no longer works at our school")
    TWICE = "twice", gettext_lazy("has another account already")
    MISTAKE = "mistake", gettext_lazy("the name or the position is wrong")


def settle_school(teacher: Teacher) -> None:
    """Set `school` and `confirmed_on` from today's workplaces: the first one counts; without any, only a network role stays confirmed.

    Call it inside the transaction that changed an employment. Three queries; facts about the schools follow after the commit.
    """
    first = teacher.employments.current().select_related("school").order_by("id").first()
    teacher.school = first.school if first else None
    if first is None and teacher.role == Role.TEACHER:
        teacher.confirmed_on = None
    elif first is not None and teacher.confirmed_on is None:
        teacher.confirmed_on = first.confirmed_on
    teacher.save(update_fields=["school", "confirmed_on"])
    follow_facts(*teacher.employments.values_list("school_id", flat=True).distinct())
    for known in ("current_employments", "coordinated_school_ids"):
        teacher.__dict__.pop(known, None)


def request_employment(teacher: Teacher, school: School, *, position: Position | None, by: Teacher) -> Employment:
    """Ask for a workplace; the school's coordinator confirms it. Asking again for the same school is the first request.

    Raises `ValidationError` for a closed school.
    """
    if school.closed_on is not None:
        raise ValidationError(_("This school is closed."), code="closed")
    try:
        with transaction.atomic():
            place = Employment.objects.create(teacher=teacher, school=school, position=position)
            write_audit("request-employment", by=by, target=place, school=school.pk)
    except IntegrityError:
        return teacher.employments.get(school=school, ended_on=None)
    return place


def employ_teacher(
    teacher: Teacher,
    school: School,
    *,
    by: Teacher | None,
    position: Position | None = None,
    is_head: bool = False,
    is_coordinator: bool = False,
    started_on: datetime.date | None = None,
    confirmed_on: datetime.date | None = None,
) -> Employment:
    """Give somebody a confirmed workplace at once (paper code, import). Raises `ValidationError` when they work there already."""
    if Employment.objects.filter(teacher=teacher, school=school, ended_on=None).exists():
        raise ValidationError(_("This person works at the school already."), code="employed")
    today = timezone.localdate()
    with transaction.atomic():
        place = Employment.objects.create(
            teacher=teacher,
            school=school,
            position=position,
            is_head=is_head,
            is_coordinator=is_coordinator,
            started_on=started_on or today,
            confirmed_on=confirmed_on or today,
            confirmed_by=by,
        )
        _confirmed(place, by=by)
    return place


def confirm_employment(place: Employment, *, by: Teacher) -> bool:
    """The school says: yes, they work with us. False when somebody was faster or the request is gone."""
    with transaction.atomic():
        decided = Employment.objects.waiting().filter(pk=place.pk).update(confirmed_on=timezone.localdate(), confirmed_by=by)
        if not decided:
            return False
        place.refresh_from_db()
        _confirmed(place, by=by)
        notify("confirmation", to=[place.teacher_id], about=place.school, by=by, key=str(place.pk))
    return True


def _confirmed(place: Employment, *, by: Teacher | None) -> None:
    settle_school(place.teacher)
    write_audit("confirm-employment", by=by, target=place, teacher=place.teacher_id, school=place.school_id)
    if by is not None:
        activity.record("confirmed-teacher", by=by, target=place.teacher)


def refuse_employment(place: Employment, *, by: Teacher, reason: RefusalReason | str) -> bool:
    """The school says: no. The request is closed and the person may ask elsewhere. False when it was decided already."""
    with transaction.atomic():
        decided = Employment.objects.waiting().filter(pk=place.pk).update(ended_on=timezone.localdate())
        if not decided:
            return False
        write_audit("refuse-employment", by=by, target=place, teacher=place.teacher_id, school=place.school_id, reason=RefusalReason(reason).value)
    return True


def end_employment(place: Employment, *, by: Teacher, on: datetime.date | None = None) -> bool:
    """They work there no longer; without another workplace a teacher waits to be confirmed again. False when it had ended."""
    with transaction.atomic():
        ended = Employment.objects.current().filter(pk=place.pk).update(ended_on=on or timezone.localdate())
        if not ended:
            return False
        settle_school(place.teacher)
        write_audit("end-employment", by=by, target=place, teacher=place.teacher_id, school=place.school_id)
    return True


def give_school_roles(place: Employment, *, by: Teacher, is_head: bool, is_coordinator: bool) -> bool:
    """Make somebody head or coordinator of the school, or no longer. False when the employment is not a current one."""
    with transaction.atomic():
        changed = Employment.objects.current().filter(pk=place.pk).update(is_head=is_head, is_coordinator=is_coordinator)
        if not changed:
            return False
        write_audit("give-school-roles", by=by, target=place, teacher=place.teacher_id, school=place.school_id, is_head=is_head, is_coordinator=is_coordinator)
    return True
