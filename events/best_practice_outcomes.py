"""What best-practice schools have brought about: graduates, their works, and how far these works travelled."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from events.models import BestPracticeSchool, Cohort, Enrolment
from events.models.best_practice import CohortOutcome
from resources.models import Reuse
from resources.models.material import Status


@dataclass
class Outcomes:
    """Counts of one best-practice school over all its finished cohorts."""

    graduates: int = 0
    listeners: int = 0
    works: int = 0
    # Schools whose teachers used a work in a lesson.
    reused_by: int = 0


def outcomes_of(schools: Collection[BestPracticeSchool]) -> dict[int, Outcomes]:
    """Two queries for a page of them. A work counts once published; its author's own school does not count as another."""
    ids = [school.pk for school in schools]
    key = "cohort__best_practice_school_id"
    rows = Enrolment.objects.filter(**{f"{key}__in": ids}).order_by().values_list(key)
    found = {pk: Outcomes() for pk in ids}
    numbers = rows.annotate(
        graduates=Count("pk", filter=Q(outcome=CohortOutcome.COMPLETED)),
        listeners=Count("pk", filter=Q(outcome=CohortOutcome.ATTENDED)),
        works=Count("work", filter=Q(work__status=Status.PUBLISHED), distinct=True),
    )
    for pk, graduates, listeners, works in numbers:
        found[pk] = Outcomes(graduates, listeners, works)
    for pk, count in _reused_by(ids):
        found[pk].reused_by = count
    return found


def _reused_by(ids: Collection[int]) -> Iterable[tuple[int, int]]:
    """Other schools than the author's, distinct; one query over the works of these schools."""
    enrolments = "material__enrolments__"
    key = f"{enrolments}cohort__best_practice_school_id"
    rows = Reuse.objects.exclude(school=None).filter(**{f"{key}__in": ids}).order_by().values_list(key, "school", f"{enrolments}school").distinct()
    reached: dict[int, set[int]] = defaultdict(set)
    for pk, school, home in rows:
        if school != home:
            reached[pk].add(school)
    return [(pk, len(schools)) for pk, schools in reached.items()]


def calls_of(schools: Collection[BestPracticeSchool]) -> dict[int, Cohort]:
    """The cohort of each that takes applications today. One query."""
    calling = Cohort.objects.calling().filter(best_practice_school__in=[school.pk for school in schools]).order_by("apply_until")
    return {cohort.best_practice_school_id: cohort for cohort in calling}
