"""Sites and the programme of an event."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from communities.models import Teacher
from events.access import may_run_event
from events.actions.attendance import lock_event
from events.actions.registration import move_up
from events.models import Event, EventSession, EventSite
from events.models.event import EventStatus

OPEN = (EventStatus.DRAFT, EventStatus.PROPOSED, EventStatus.PLANNED)


@transaction.atomic
def save_site(event: Event, *, by: Teacher, site: EventSite | None = None, **fields: Any) -> EventSite:
    """Add or change a site. ValidationError by field for a name that is there already, and for fewer places than are taken."""
    fresh = _lock(event, by)
    # Read again under the lock: the number of taken places goes on meanwhile.
    site = EventSite.objects.get(pk=site.pk) if site else EventSite(event=fresh)
    if fields["capacity"] is not None and fields["capacity"] < site.taken:
        raise ValidationError({"capacity": _("%(count)d places are taken already.") % {"count": site.taken}}, code="taken")
    for name in ("name", "school", "address", "capacity"):
        setattr(site, name, fields[name])
    try:
        with transaction.atomic():
            site.save()
    except IntegrityError:
        raise ValidationError({"name": _("There is a site of this name.")}, code="twice") from None
    move_up(fresh)
    return site


@transaction.atomic
def drop_site(site: EventSite, *, by: Teacher) -> None:
    """Take a site out. ValidationError where people are registered for it."""
    _lock(site.event, by)
    if site.registrations.exists():
        raise ValidationError(_("People are registered for this site."), code="used")
    site.delete()


@transaction.atomic
def save_session(event: Event, *, by: Teacher, session: EventSession | None = None, **fields: Any) -> EventSession:
    """Add or change a line of the programme."""
    fresh = _lock(event, by)
    session = session or EventSession(event=fresh)
    for name in ("title", "speaker", "site", "starts_at", "ends_at"):
        setattr(session, name, fields[name])
    session.save()
    return session


@transaction.atomic
def drop_session(session: EventSession, *, by: Teacher) -> None:
    """Take a line out."""
    _lock(session.event, by)
    session.delete()


def _lock(event: Event, by: Teacher) -> Event:
    fresh = lock_event(event)
    if not may_run_event(by, fresh):
        raise PermissionDenied("may not change this event")
    if fresh.status not in OPEN:
        raise ValidationError(_("It was held or cancelled already."), code="over")
    return fresh
