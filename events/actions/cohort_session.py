"""Sessions of a curriculum: written, moved, and held with the list of those present."""

import datetime
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Teacher
from events.actions.attendance import mark, unmark
from events.actions.cohort import lock_cohort, make_event
from events.actions.report import hold_event
from events.models import Cohort, CohortSession, Event
from events.models.event import EventStatus
from events.models.participation import ParticipationRole

FIELDS = ("title", "starts_at", "ends_at", "hours", "place", "leader")


@transaction.atomic
def add_session(cohort: Cohort, *, by: Teacher, **fields: Any) -> CohortSession:
    """One more session; of an announced cohort it stands in the calendar at once."""
    fresh = lock_cohort(cohort, by=by)
    _check(fields)
    session = CohortSession.objects.create(cohort=fresh, **fields)
    if fresh.announced_at is not None:
        make_event(session, fresh, by=by)
    return session


@transaction.atomic
def edit_session(session: CohortSession, *, by: Teacher, **fields: Any) -> CohortSession:
    """Change a session and its event. ValidationError once it was held or cancelled."""
    cohort = lock_cohort(session.cohort, by=by)
    _check(fields)
    event = Event.objects.select_for_update(of=("self",)).get(pk=session.event_id) if session.event_id else None
    if event is not None and event.status != EventStatus.PLANNED:
        raise ValidationError(_("It was held or cancelled already."), code="over")
    for name, value in fields.items():
        setattr(session, name, value)
    session.save(update_fields=list(fields))
    if event is not None:
        event.title, event.starts_at, event.ends_at, event.place = session.title, session.starts_at, session.ends_at, session.place
        event.save(update_fields=["title", "folded_name", "starts_at", "ends_at", "place"])
        event.organisers.set([session.leader] if session.leader else list(cohort.best_practice_school.leaders.all()))
    return session


@transaction.atomic
def drop_session(session: CohortSession, *, by: Teacher) -> None:
    """Take it out of a curriculum in preparation; an announced one is cancelled as an event, with its reason."""
    lock_cohort(session.cohort, by=by)
    if session.event_id is not None:
        raise ValidationError(_("It stands in the calendar: cancel the event, and say why."), code="announced")
    session.delete()


@transaction.atomic
def hold_session(session: CohortSession, *, by: Teacher, held_on: datetime.date, present: Collection[Teacher], outcome: str) -> None:
    """Report a session: who of the participants was there. A second report corrects the list."""
    lock_cohort(session.cohort, by=by)
    if session.event is None:
        raise ValidationError(_("The cohort is not announced yet."), code="draft")
    event = session.event
    there = {person.pk for person in present}
    for participation in event.participations.filter(role=ParticipationRole.PARTICIPANT).exclude(teacher__in=there).select_related("teacher"):
        unmark(event, participation.teacher, role=ParticipationRole.PARTICIPANT, by=by)
    for person in present:
        mark(event, person, role=ParticipationRole.PARTICIPANT, by=by)
    if event.status == EventStatus.PLANNED:
        hold_event(event, by=by, held_on=held_on, outcome=outcome)


def _check(fields: dict[str, Any]) -> None:
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"not fields of a session: {sorted(unknown)}")
    if fields["ends_at"] <= fields["starts_at"]:
        raise ValidationError({"ends": _("It ends before it begins.")}, code="order")
