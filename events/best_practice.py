"""How far participants of a cohort are, and what the graduation rule makes of it. Reads only; the rule is pure."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils import timezone

from events.models import BestPracticeSchool, Cohort, CohortSession, Enrolment, Participation
from events.models.best_practice import CohortOutcome
from events.models.event import EventStatus
from resources.models.material import Status


@dataclass
class Progress:
    """Sessions of a cohort and who was at which of them."""

    sessions: list[CohortSession]
    # teacher → ids of the events they were at
    present: dict[int, set[int]] = field(default_factory=dict)

    @property
    def held(self) -> list[CohortSession]:
        """Sessions that took place."""
        return [session for session in self.sessions if session.event and session.event.status == EventStatus.HELD]

    @property
    def held_hours(self) -> int:
        """Academic hours that took place so far."""
        return sum(session.hours for session in self.held)

    @property
    def total_hours(self) -> int:
        """Academic hours of the curriculum, cancelled sessions left out."""
        return sum(session.hours for session in self.sessions if not session.event or session.event.status != EventStatus.CANCELLED)

    def hours_of(self, enrolment: Enrolment) -> int:
        """Academic hours this participant attended."""
        return sum(session.hours for session in self.held if self.was_at(enrolment, session))

    def was_at(self, enrolment: Enrolment, session: CohortSession) -> bool:
        """Marked as present."""
        return session.event_id in self.present.get(enrolment.teacher_id, ())


def progress_of(cohort: Cohort) -> Progress:
    """Two queries, whatever the number of participants."""
    sessions = list(cohort.sessions.select_related("event", "leader"))
    present: dict[int, set[int]] = defaultdict(set)
    events = [session.event_id for session in sessions if session.event_id]
    for teacher, event in Participation.objects.filter(event__in=events).values_list("teacher_id", "event_id"):
        present[teacher].add(event)
    return Progress(sessions, dict(present))


def outcome_of(enrolment: Enrolment, hours: int, held_hours: int, rule: BestPracticeSchool) -> CohortOutcome:
    """The graduation rule: enough of the hours that took place, and a published work where one is asked for.

    Enough hours without the work is «attended», fewer hours «not completed». Nothing was held: nobody completed.
    """
    if held_hours == 0 or hours * 100 < rule.hours_percent * held_hours:
        return CohortOutcome.NOT_COMPLETED
    if rule.needs_work and (enrolment.work is None or enrolment.work.status != Status.PUBLISHED):
        return CohortOutcome.ATTENDED
    return CohortOutcome.COMPLETED


def is_late(session: CohortSession) -> bool:
    """It is over and nobody reported it."""
    return session.event is not None and session.event.status == EventStatus.PLANNED and session.ends_at < timezone.now()
