"""Places of an event: taken by a conditional UPDATE, the waiting list in its order, moving up by itself."""

import uuid

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.notify import notify
from communities.models import School, Teacher
from events.access import may_run_event
from events.actions.attendance import lock_event
from events.models import Event, EventSite, Registration, SchoolPlaces
from events.models.registration import RegistrationState


def register(
    event: Event,
    *,
    teacher: Teacher,
    by: Teacher,
    site: EventSite | None = None,
    school: School | None = None,
    is_personal: bool = True,
    team: str = "",
    form_key: uuid.UUID | None = None,
) -> Registration:
    """Ask for a place: taken, or the end of the waiting list. A teacher registers once; the same form sent twice is one registration.

    `teacher` takes part, or (not personal) brings pupils or a team of `school`. All registrations of an event come one after the other
    under its row's lock, and each place is taken by a conditional UPDATE: the event's, the site's, the school's.
    ValidationError when people cannot register now, or the team's name is taken.
    """
    school = school or teacher.school
    try:
        with transaction.atomic():
            fresh = lock_event(event)
            _check(fresh, by=by, site=site, is_personal=is_personal, team=team)
            state = RegistrationState.TAKEN if _take(fresh, site, school) else RegistrationState.WAITING
            told = {"site": site, "teacher": teacher, "school": school, "is_personal": is_personal, "team": team, "form_key": form_key}
            registration = Registration.objects.create(event=fresh, state=state, **told)
            if by.pk != teacher.pk:
                notify("registration", to=[teacher.pk], about=fresh, by=by, key=f"registered:{registration.pk}")
    except IntegrityError:
        return _standing(event, teacher, is_personal=is_personal, form_key=form_key)
    return registration


def _check(event: Event, *, by: Teacher, site: EventSite | None, is_personal: bool, team: str) -> None:
    """Those who run an event also register people outside the window, as long as it is announced."""
    runs = may_run_event(by, event) and event.has_registration and event.status == "planned"
    if not event.is_open_for_registration and not runs:
        raise ValidationError(_("Registration is not open now."), code="closed")
    if event.is_for_pupils == is_personal:
        words = _("Teachers bring their pupils to this event.") if is_personal else _("This event is for teachers themselves.")
        raise ValidationError(words, code="audience")
    if site is None and event.sites.exists():
        raise ValidationError({"site": _("Choose the site.")}, code="site")
    if site is not None and site.event_id != event.pk:
        raise ValidationError({"site": _("Choose the site.")}, code="site")


def _standing(event: Event, teacher: Teacher, *, is_personal: bool, form_key: uuid.UUID | None) -> Registration:
    """What the constraint ran into: the same form, or the registration that stands already."""
    same = Registration.objects.filter(form_key=form_key).first() if form_key else None
    if same is None and is_personal:
        same = Registration.objects.live().filter(event=event, teacher=teacher, is_personal=True).first()
    if same is None:
        raise ValidationError({"team": _("Your school has a team of this name already.")}, code="team")
    return same


def _take(event: Event, site: EventSite | None, school: School | None) -> bool:
    """Take one place everywhere, or none anywhere. The event's row first: locks come in one order."""
    if not Event.objects.filter(Q(capacity=None) | Q(taken__lt=F("capacity")), pk=event.pk).update(taken=F("taken") + 1):
        return False
    if site is not None and not EventSite.objects.filter(Q(capacity=None) | Q(taken__lt=F("capacity")), pk=site.pk).update(taken=F("taken") + 1):
        _give_back(event, None, None)
        return False
    if event.school_quota and school is not None and not _take_of_school(event, school):
        _give_back(event, site, None)
        return False
    return True


def _take_of_school(event: Event, school: School) -> bool:
    quota = event.school_quota or 0
    places, _made = SchoolPlaces.objects.get_or_create(event=event, school=school, defaults={"quota": quota})
    if places.quota != quota and places.taken <= quota:
        SchoolPlaces.objects.filter(pk=places.pk).update(quota=quota)
    return bool(SchoolPlaces.objects.filter(pk=places.pk, taken__lt=F("quota")).update(taken=F("taken") + 1))


def _give_back(event: Event, site: EventSite | None, school: School | None) -> None:
    Event.objects.filter(pk=event.pk).update(taken=F("taken") - 1)
    if site is not None:
        EventSite.objects.filter(pk=site.pk).update(taken=F("taken") - 1)
    if school is not None:
        SchoolPlaces.objects.filter(event=event, school=school, taken__gt=0).update(taken=F("taken") - 1)


@transaction.atomic
def cancel_registration(registration: Registration, *, by: Teacher) -> None:
    """Take a registration back; its place goes to the next of the waiting list. Twice is once. ValidationError once the event was held."""
    event = lock_event(registration.event)
    if event.status == "held":
        raise ValidationError(_("The event was held: the list stays as it is."), code="held")
    fresh = Registration.objects.select_for_update(of=("self",)).select_related("site", "school").get(pk=registration.pk)
    if fresh.state == RegistrationState.CANCELLED:
        return
    had_place = fresh.state == RegistrationState.TAKEN
    fresh.state, fresh.cancelled_at = RegistrationState.CANCELLED, timezone.now()
    fresh.save(update_fields=["state", "cancelled_at"])
    # The children may be entered again.
    fresh.pupils.update(is_live=False)
    if had_place:
        _give_back(event, fresh.site, fresh.school)
        move_up(event)
    if by.pk != fresh.teacher_id:
        notify("registration", to=[fresh.teacher_id], about=event, by=by, key=f"cancelled:{fresh.pk}")


@transaction.atomic
def move_up(event: Event) -> list[Registration]:
    """Give free places to the waiting list in its order; who waits for a full site or whose school has its share is stepped over, not dropped."""
    fresh = lock_event(event)
    if fresh.status != "planned":
        return []
    moved = []
    for registration in Registration.objects.filter(event=fresh).in_line().select_related("site", "school"):
        if fresh.capacity is not None and not Event.objects.filter(pk=fresh.pk, taken__lt=F("capacity")).exists():
            break
        if not _take(fresh, registration.site, registration.school):
            continue
        registration.state, registration.moved_up_at = RegistrationState.TAKEN, timezone.now()
        registration.save(update_fields=["state", "moved_up_at"])
        moved.append(registration)
        notify("moved-up", to=[registration.teacher_id], about=fresh, by=None, key=str(registration.pk))
    return moved
