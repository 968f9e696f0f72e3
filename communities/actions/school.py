"""The school's passport: facts and peculiarities."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from communities.actions.audit import write_audit
from communities.models import EducationLevel, School, SchoolPeculiarity, Teacher
from communities.school_facts import follow_facts

PASSPORT_FIELDS = ("locality", "latitude", "longitude", "website")


def edit_school(school: School, *, by: Teacher, education_levels: Iterable[EducationLevel], peculiarities: Collection[str], **fields: Any) -> None:
    """Change the passport; `fields` are of PASSPORT_FIELDS. Peculiarities keep their history: one that is gone ends today."""
    unknown = set(fields) - set(PASSPORT_FIELDS)
    if unknown:
        raise TypeError(f"not fields of a school's passport: {sorted(unknown)}")
    with transaction.atomic():
        for name, value in fields.items():
            setattr(school, name, value)
        school.save(update_fields=[*fields, "folded_name"])
        school.education_levels.set(education_levels)
        set_peculiarities(school, peculiarities, by=by)
        follow_facts(school.pk)
        write_audit("edit-school", by=by, target=school, peculiarities=sorted(peculiarities))


def set_peculiarities(school: School, peculiarities: Collection[str], *, by: Teacher | None) -> None:
    """Exactly these peculiarities from today on."""
    today = timezone.localdate()
    with transaction.atomic():
        current = set(SchoolPeculiarity.objects.filter(school=school, ended_on=None).values_list("peculiarity", flat=True))
        gone = current - set(peculiarities)
        SchoolPeculiarity.objects.filter(school=school, ended_on=None, peculiarity__in=gone).update(ended_on=today)
        SchoolPeculiarity.objects.bulk_create(
            [SchoolPeculiarity(school=school, peculiarity=code, since=today) for code in sorted(set(peculiarities) - current)], ignore_conflicts=True
        )
