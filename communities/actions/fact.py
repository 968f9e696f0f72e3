"""Facts about schools: the one door through which rooms write what they know."""

import datetime
from collections.abc import Collection, Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.models import School, SchoolFact, Subject
from communities.models.passport import Fact

BATCH = 1000
# School and subject (None: in all) → the number.
Values = Mapping[tuple[int, int | None], int]


def record_fact(school: School, fact: Fact, value: int, *, subject: Subject | None = None, as_of: datetime.date | None = None) -> None:
    """What is known of one school today; the earlier number of the same fact is replaced."""
    day = as_of or timezone.localdate()
    same = SchoolFact.objects.filter(school=school, fact=fact, subject=subject)
    if same.update(value=value, as_of=day):
        return
    try:
        with transaction.atomic():
            SchoolFact.objects.create(school=school, fact=fact, subject=subject, value=value, as_of=day)
    except IntegrityError:
        same.update(value=value, as_of=day)


def record_facts(fact: Fact, values: Values, *, as_of: datetime.date, schools: Collection[int] | None = None) -> int:
    """Exactly these numbers of one fact, for all schools or the given ones; others vanish. Answers how many rows changed.

    For jobs: run twice, the second run writes only the day. Two runs at once come one after the other.
    """
    with transaction.atomic():
        # The schools' rows are the lock: a job for one school waits for the nightly one.
        locked = School.objects.select_for_update().order_by("pk")
        list((locked if schools is None else locked.filter(pk__in=schools)).values_list("pk", flat=True))
        rows = SchoolFact.objects.filter(fact=fact)
        known = {(row.school_id, row.subject_id): row for row in (rows if schools is None else rows.filter(school__in=schools))}
        gone = [row.pk for key, row in known.items() if key not in values]
        for start in range(0, len(gone), BATCH):
            SchoolFact.objects.filter(pk__in=gone[start : start + BATCH]).delete()
        changed = []
        for key, row in known.items():
            if key in values and (row.value, row.as_of) != (values[key], as_of):
                row.value, row.as_of = values[key], as_of
                changed.append(row)
        SchoolFact.objects.bulk_update(changed, ["value", "as_of"], batch_size=BATCH)
        new = [
            SchoolFact(school_id=school, fact=fact, subject_id=subject, value=value, as_of=as_of)
            for (school, subject), value in values.items()
            if (school, subject) not in known
        ]
        SchoolFact.objects.bulk_create(new, batch_size=BATCH)
    return len(gone) + len(changed) + len(new)
