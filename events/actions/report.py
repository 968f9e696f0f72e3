"""The report of an event: it took place on a day, these people were there, this came of it."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Teacher
from events.actions.acts import announce_acts
from events.actions.attendance import lock_event
from events.actions.plan import close_item
from events.models import Event, EventStep, Participation, Registration
from events.models.event import EventAct, EventStatus
from events.models.participation import ParticipationRole
from events.models.registration import RegistrationState


@transaction.atomic
def hold_event(event: Event, *, by: Teacher, held_on: datetime.date, outcome: str) -> Event:
    """Report that it was held: the acts of everybody present go to the ledger, and its plan item is carried out. Reported twice it is held once.

    ValidationError for a day to come, a day before it begins, and an event that is no longer announced.
    """
    fresh = lock_event(event)
    if fresh.status == EventStatus.HELD:
        return fresh
    if fresh.status != EventStatus.PLANNED:
        raise ValidationError(_("Only an announced event can be reported as held."), code="status")
    if held_on > timezone.localdate():
        raise ValidationError({"held_on": _("This day is still to come.")}, code="future")
    if held_on < timezone.localdate(fresh.starts_at) - datetime.timedelta(days=31):
        raise ValidationError({"held_on": _("This is more than a month before its date: move the event first.")}, code="early")
    fresh.status, fresh.held_on, fresh.outcome, fresh.changed_at = EventStatus.HELD, held_on, outcome, timezone.now()
    fresh.save(update_fields=["status", "held_on", "outcome", "changed_at"])
    EventStep.objects.create(event=fresh, act=EventAct.HELD, by=by)
    organisers = list(fresh.organisers.select_related("school"))
    rows = [Participation(event=fresh, teacher=person, role=ParticipationRole.ORGANISER, school=person.school, marked_by=by) for person in organisers]
    if fresh.is_for_pupils:
        # Who brought pupils took part, too: the coach is credited.
        brought = Registration.objects.filter(event=fresh, is_personal=False, state=RegistrationState.TAKEN).select_related("teacher")
        rows += [Participation(event=fresh, teacher=row.teacher, school_id=row.school_id, marked_by=by) for row in brought]
    Participation.objects.bulk_create(rows, ignore_conflicts=True)
    announce_acts(fresh, before={})
    if fresh.plan_item is not None and fresh.plan_item.is_open:
        close_item(fresh.plan_item, by=by, held_on=held_on, event=fresh)
    return fresh


@transaction.atomic
def edit_report(event: Event, *, by: Teacher, outcome: str) -> None:
    """Change the words of a report; the day and the acts stay."""
    fresh = lock_event(event)
    fresh.outcome, fresh.changed_at = outcome, timezone.now()
    fresh.save(update_fields=["outcome", "changed_at"])
    EventStep.objects.create(event=fresh, act=EventAct.CHANGED, by=by)
