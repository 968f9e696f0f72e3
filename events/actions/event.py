"""Events: written, proposed, announced, moved, cancelled."""

import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.access_exchange import Owner
from communities.actions.notify import notify
from communities.models import Community, Employment, Membership, School, Teacher
from communities.models.membership import MemberRole
from communities.slugs import latin_slug
from events.access import may_propose_event, may_run_event, may_run_events_of
from events.actions.attendance import lock_event
from events.actions.places import recount
from events.actions.registration import move_up
from events.models import Event, EventStep, Registration
from events.models.event import EventAct, EventStatus
from foundation.markdown import render_markdown

FIELDS = (
    *("title", "kind", "level", "direction", "audience", "format", "visibility", "subject", "problem_area", "grade_from", "grade_to", "description"),
    *("place", "online_url", "starts_at", "ends_at", "has_registration", "registration_opens_at", "registration_closes_at", "capacity", "school_quota"),
    *("plan_item", "previous"),
)
MANY = ("organisers", "host_schools")
# Conditions that upper nouns add to announcing an event (the consent texts of an event for pupils): each raises ValidationError.
announcement_checks: list[Any] = []


def create_event(owner: Owner | None, *, by: Teacher, form_key: uuid.UUID | None = None, **fields: Any) -> Event:
    """A draft of an event of this community or school, or (None) of the network. The same form sent twice makes one."""
    if not (may_run_events_of(by, owner) or may_propose_event(by, owner)):
        raise PermissionDenied("may not hold or propose events here")
    many = {name: fields.pop(name) for name in MANY if name in fields}
    _check(fields)
    side = {"school" if isinstance(owner, School) else "community": owner} if owner else {}
    try:
        with transaction.atomic():
            event = Event(**side, **fields, created_by=by, form_key=form_key)
            _derive(event)
            event.save()
            _set_many(event, many, by=by)
            EventStep.objects.create(event=event, act=EventAct.CREATED, by=by)
    except IntegrityError:
        return Event.objects.get(form_key=form_key)
    return event


@transaction.atomic
def edit_event(event: Event, *, by: Teacher, **fields: Any) -> Event:
    """Change a draft or an announced event; another time is a move, and those who are registered are told. ValidationError once it was held or cancelled."""
    fresh = _run(event, by)
    many = {name: fields.pop(name) for name in MANY if name in fields}
    _check(fields)
    _refuse_fewer(fresh, fields)
    moved = (fields["starts_at"], fields["ends_at"]) != (fresh.starts_at, fresh.ends_at)
    new_quota = fields["school_quota"] != fresh.school_quota
    for name, value in fields.items():
        setattr(fresh, name, value)
    _derive(fresh)
    fresh.changed_at = timezone.now()
    fresh.save()
    _set_many(fresh, many, by=by)
    EventStep.objects.create(event=fresh, act=EventAct.MOVED if moved else EventAct.CHANGED, by=by)
    if moved and fresh.status == EventStatus.PLANNED:
        notify("event-moved", to=registered(fresh), about=fresh, by=by, key=f"{fresh.starts_at:%Y%m%d%H%M}")
    if new_quota:
        # Places that were taken while there was none count from now on.
        recount(fresh)
    if fresh.status == EventStatus.PLANNED:
        move_up(fresh)
    return fresh


def _refuse_fewer(event: Event, fields: dict[str, Any]) -> None:
    """Nobody loses a place because the number is made smaller."""
    capacity = fields["capacity"]
    if capacity is not None and capacity < event.taken:
        raise ValidationError({"capacity": _("%(count)d places are taken already.") % {"count": event.taken}}, code="taken")


@transaction.atomic
def propose_event(event: Event, *, by: Teacher) -> None:
    """Its author sends a draft to those who run the events of its community or school."""
    fresh = _run(event, by)
    if fresh.status != EventStatus.DRAFT:
        raise ValidationError(_("Only a draft is proposed."), code="status")
    fresh.status = EventStatus.PROPOSED
    fresh.save(update_fields=["status"])
    EventStep.objects.create(event=fresh, act=EventAct.PROPOSED, by=by)
    notify("event-proposed", to=runners_of(fresh.owner), about=fresh, by=by)


@transaction.atomic
def return_event(event: Event, *, by: Teacher, note: str) -> None:
    """A proposal goes back to its author, with the reason."""
    fresh = lock_event(event)
    if not may_run_events_of(by, fresh.owner):
        raise PermissionDenied("may not decide on this proposal")
    if fresh.status != EventStatus.PROPOSED:
        raise ValidationError(_("It does not wait for a decision."), code="status")
    fresh.status = EventStatus.DRAFT
    fresh.save(update_fields=["status"])
    EventStep.objects.create(event=fresh, act=EventAct.RETURNED, by=by, note=note)
    if fresh.created_by_id:
        notify("event-answer", to=[fresh.created_by_id], about=fresh, by=by, key=f"{timezone.now().timestamp()}")


@transaction.atomic
def announce_event(event: Event, *, by: Teacher) -> Event:
    """Everybody it is for sees it, and registration may begin. Twice is once. ValidationError for a time that is over."""
    fresh = lock_event(event)
    if not may_run_events_of(by, fresh.owner):
        raise PermissionDenied("may not announce events here")
    if fresh.status == EventStatus.PLANNED:
        return fresh
    if fresh.status not in (EventStatus.DRAFT, EventStatus.PROPOSED):
        raise ValidationError(_("It was held or cancelled already."), code="over")
    if fresh.ends_at < timezone.now() - datetime.timedelta(days=366):
        raise ValidationError(_("Its time is more than a year ago: check the dates."), code="past")
    for check in announcement_checks:
        check(fresh)
    fresh.status, fresh.changed_at = EventStatus.PLANNED, timezone.now()
    fresh.save(update_fields=["status", "changed_at"])
    EventStep.objects.create(event=fresh, act=EventAct.ANNOUNCED, by=by)
    if fresh.community:
        members = Membership.objects.current().filter(community=fresh.community).values_list("teacher_id", flat=True)
        notify("event-announced", to=list(members), about=fresh, by=by, community=fresh.community)
    elif fresh.created_by_id:
        notify("event-answer", to=[fresh.created_by_id], about=fresh, by=by, key="announced")
    return fresh


@transaction.atomic
def cancel_event(event: Event, *, by: Teacher, reason: str) -> None:
    """It will not take place; those who are registered are told why. A draft that nobody saw is deleted. Twice is once."""
    fresh = _run(event, by, cancelled_too=True)
    if fresh.status == EventStatus.CANCELLED:
        return
    if fresh.status == EventStatus.DRAFT:
        fresh.steps.all().delete()
        fresh.delete()
        return
    fresh.status, fresh.cancel_reason, fresh.changed_at = EventStatus.CANCELLED, reason, timezone.now()
    fresh.save(update_fields=["status", "cancel_reason", "changed_at"])
    EventStep.objects.create(event=fresh, act=EventAct.CANCELLED, by=by, note=reason)
    notify("event-cancelled", to=registered(fresh), about=fresh, by=by)


def registered(event: Event) -> list[int]:
    """Whom changes concern: with a place or waiting for one."""
    return list(Registration.objects.live().filter(event=event).values_list("teacher_id", flat=True).distinct())


def runners_of(owner: Owner | None) -> list[int]:
    """Leaders of the community, coordinators of the school."""
    if isinstance(owner, Community):
        return list(Membership.objects.current().filter(community=owner, role=MemberRole.LEADER).values_list("teacher_id", flat=True))
    return list(Employment.objects.current().filter(school=owner, is_coordinator=True).values_list("teacher_id", flat=True)) if owner else []


def _run(event: Event, by: Teacher, *, cancelled_too: bool = False) -> Event:
    fresh = lock_event(event)
    if not may_run_event(by, fresh):
        raise PermissionDenied("may not run this event")
    if fresh.status == EventStatus.HELD or (fresh.status == EventStatus.CANCELLED and not cancelled_too):
        raise ValidationError(_("It was held or cancelled already."), code="over")
    return fresh


def _derive(event: Event) -> None:
    event.slug = latin_slug(event.title) or "event"
    event.description_html = render_markdown(event.description) if event.description else ""


def _set_many(event: Event, many: dict[str, Iterable[Any]], *, by: Teacher) -> None:
    if "organisers" in many:
        event.organisers.set(list(many["organisers"]) or [by])
    if "host_schools" in many:
        event.host_schools.set(many["host_schools"])


def _check(fields: dict[str, Any]) -> None:
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"not fields of an event: {sorted(unknown)}")
    if fields["ends_at"] < fields["starts_at"]:
        raise ValidationError({"ends_at": _("It ends before it begins.")}, code="order")
