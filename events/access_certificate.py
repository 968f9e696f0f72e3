"""May they? Pure answers about papers."""

from typing import TYPE_CHECKING

from communities.access import is_confirmed
from events.access import may_run_event
from events.access_best_practice import may_run_best_practice
from events.access_contest import may_run_contest
from events.models import Certificate, Cohort, Event

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from communities.models import Teacher

    Person = Teacher | AnonymousUser


def may_issue_papers(teacher: "Person", subject: Event | Cohort) -> bool:
    """Who runs the event or the best-practice school; of pupils' events who may see their names."""
    if isinstance(subject, Cohort):
        return may_run_best_practice(teacher, subject.best_practice_school)
    return may_run_contest(teacher, subject) if subject.is_for_pupils else may_run_event(teacher, subject)


def may_take(teacher: "Person", certificate: Certificate) -> bool:
    """Whose it is or who hands it to the pupil, and who issued it."""
    if not is_confirmed(teacher):
        return False
    return certificate.teacher_id == teacher.pk or may_issue_papers(teacher, certificate.event or certificate.cohort)  # type: ignore[arg-type]
