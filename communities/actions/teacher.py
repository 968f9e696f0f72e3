"""Coming into the network, changing one's profile, roles in the network."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.audit import write_audit
from communities.actions.consent import give_consent
from communities.actions.employment import request_employment, settle_school
from communities.models import ConsentText, Position, School, Subject, Teacher
from communities.models.teacher import Role
from communities.school_facts import follow_facts

PROFILE_FIELDS = ("last_name", "first_name", "middle_name", "position", "category", "about", "phone", "show_email", "show_phone", "show_photo")


def register_teacher(teacher: Teacher, *, school: School, position: Position | None, subjects: Iterable[Subject], consents: Iterable[ConsentText]) -> None:
    """Complete a person who has just signed up: their subjects, consents, and a workplace that waits for confirmation."""
    with transaction.atomic():
        teacher.position = position
        teacher.save(update_fields=["position"])
        teacher.subjects.set(subjects)
        for text in consents:
            give_consent(text, by=teacher)
        request_employment(teacher, school, position=position, by=teacher)


def edit_profile(teacher: Teacher, *, by: Teacher, subjects: Iterable[Subject] | None = None, **fields: Any) -> None:
    """Change what a person says about themself; `fields` are of PROFILE_FIELDS."""
    unknown = set(fields) - set(PROFILE_FIELDS)
    if unknown:
        raise TypeError(f"not fields of a profile: {sorted(unknown)}")
    with transaction.atomic():
        for name, value in fields.items():
            setattr(teacher, name, value)
        # The folded name follows the names, and is saved only when it is listed.
        teacher.save(update_fields=[*fields, "folded_name"])
        if subjects is not None:
            teacher.subjects.set(subjects)
            follow_facts(*(place.school_id for place in teacher.current_employments))
        if by.pk != teacher.pk:
            write_audit("edit-profile", by=by, target=teacher, fields=sorted(fields))


def give_network_role(teacher: Teacher, role: Role | str, *, by: Teacher) -> None:
    """Make somebody a methodist, an administrator or a plain teacher again.

    Raises `ValidationError` when the network would be left without an administrator.
    """
    with transaction.atomic():
        others = Teacher.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True, erased_at=None).exclude(pk=teacher.pk)
        if teacher.role == Role.ADMINISTRATOR and role != Role.ADMINISTRATOR and not others.exists():
            raise ValidationError(_("The network needs at least one administrator."), code="last")
        before, teacher.role = teacher.role, Role(role)
        if teacher.role != Role.TEACHER and teacher.confirmed_on is None:
            teacher.confirmed_on = timezone.localdate()
        teacher.save(update_fields=["role", "confirmed_on"])
        settle_school(teacher)
        write_audit("give-network-role", by=by, target=teacher, before=before, after=str(teacher.role))
