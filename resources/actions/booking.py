"""Booking a facility: asking, answering, calling off.

Who asks may overlap with others who ask; of accepted bookings the constraint on `TakenSlot` lets each quarter of an hour be taken once,
however many answer at the same moment.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.notify import notify
from communities.levels import derive_level
from communities.models import Employment, School, Teacher
from foundation.activity import record
from resources.access_facility import booking_schools, may_answer_bookings, may_book, may_cancel_booking
from resources.bookings import Stretch, problem_of
from resources.models import Booking, BookingTime, Facility, TakenSlot
from resources.models.facility import BookingDecision

# Lines of clashing times that a message lists; the rest is counted.
LISTED = 5


class Answer(NamedTuple):
    """What came of accepting: the times that stand, and those that were taken already."""

    kept: list[BookingTime]
    dropped: list[BookingTime]


@transaction.atomic
def request_booking(
    facility: Facility, times: Sequence[Stretch], *, by: Teacher, school: School, purpose: str, form_key: uuid.UUID, people: int | None = None
) -> Booking:
    """Ask to use a facility. The same form sent twice is the booking that it already made.

    Whoever answers for the facility needs not to ask themselves: their booking is accepted at once. Raises ValidationError for times that
    cannot be, PermissionDenied for those who may not book or do not work at the school they name.
    """
    made = Booking.objects.filter(form_key=form_key).first()
    if made is not None:
        return _made_before(made, by)
    # The facility's hours and its being open stay as they are until the booking is written; answers, whose slots refer to the row, go on.
    fresh = Facility.objects.select_for_update(of=("self",), no_key=True).select_related("school").get(pk=facility.pk)
    if not may_book(by, fresh) or school not in booking_schools(by):
        raise PermissionDenied("may not book this facility")
    problem = problem_of(fresh, times, people=people)
    if problem:
        raise ValidationError(problem, code="times")
    values = {"facility": fresh, "teacher": by, "school": school, "purpose": purpose, "people": people}
    booking, is_new = Booking.objects.get_or_create(form_key=form_key, defaults=values)
    if not is_new:
        # Both were sent at the same moment.
        return _made_before(booking, by)
    BookingTime.objects.bulk_create([BookingTime(booking=booking, day=time.day, begins=time.begins, ends=time.ends) for time in times])
    if may_answer_bookings(by, fresh):
        accept_booking(booking, by=by)
    else:
        notify("booking-request", to=_office(fresh), about=booking, by=by)
    return booking


def _made_before(booking: Booking, by: Teacher) -> Booking:
    if booking.teacher_id != by.pk:
        raise PermissionDenied("somebody else's form")
    return booking


@transaction.atomic
def accept_booking(booking: Booking, *, by: Teacher, answer: str = "", leave_out_taken: bool = False) -> Answer:
    """Say yes. Times that somebody else took meanwhile end it with a ValidationError that lists them, or are left out if the person chose so."""
    _answer(booking, by, BookingDecision.ACCEPTED, answer)
    coming = [time for time in booking.times.filter(dropped_at=None) if not time.is_past]
    # In order of time, so that two answers at once wait for each other and never in a circle.
    free = [(time, _take(booking.facility, time)) for time in coming]
    kept, dropped = [time for time, taken in free if taken], [time for time, taken in free if not taken]
    if dropped and not leave_out_taken:
        raise ValidationError(_("Taken already: %(times)s.") % {"times": _listed(dropped)}, code="taken")
    if not kept:
        raise ValidationError(_("All these times are taken or past: decline the booking and say so."), code="taken")
    BookingTime.objects.filter(pk__in=[time.pk for time in dropped]).update(dropped_at=timezone.now())
    level = derive_level([booking.school, booking.facility.school])
    record("facility-lent", by=by, target=booking, level=level)
    _tell(booking, "booking", by)
    return Answer(kept, dropped)


@transaction.atomic
def decline_booking(booking: Booking, *, by: Teacher, answer: str) -> None:
    """Say no, and why."""
    _answer(booking, by, BookingDecision.DECLINED, answer)
    _tell(booking, "booking", by)


@transaction.atomic
def cancel_booking(booking: Booking, *, by: Teacher, reason: str = "") -> None:
    """Take one's own booking back, or call an accepted one off; its times are free again. Raises ValidationError for what is over already."""
    _cancel(_live(booking, by), by, reason)


@transaction.atomic
def drop_time(booking: Booking, time_id: int, *, by: Teacher) -> None:
    """Call off one time of a booking that has several; the last one goes with the booking."""
    fresh = _live(booking, by)
    time = next((time for time in fresh.times.filter(dropped_at=None) if time.pk == time_id and not time.is_past), None)
    if time is None:
        raise ValidationError(_("This time is past or called off already."), code="over")
    if not fresh.times.filter(dropped_at=None).exclude(pk=time_id).exists():
        _cancel(fresh, by, "")
        return
    BookingTime.objects.filter(pk=time_id, dropped_at=None).update(dropped_at=timezone.now())
    TakenSlot.objects.filter(time_id=time_id).delete()
    _tell(fresh, "booking" if fresh.teacher_id != by.pk else "booking-off", by, key=str(time_id))


def _live(booking: Booking, by: Teacher) -> Booking:
    fresh = Booking.objects.select_for_update(of=("self",)).select_related("facility__school").get(pk=booking.pk)
    if not (fresh.is_open or fresh.is_agreed):
        raise ValidationError(_("This booking is over already."), code="over")
    if not may_cancel_booking(by, fresh):
        raise PermissionDenied("may not cancel this booking")
    return fresh


def cancel_all(facility: Facility, *, by: Teacher, reason: str) -> None:
    """Call off everything that is asked or agreed from now on, inside the caller's transaction; times that have begun stay as they were."""
    for booking in Booking.objects.filter(facility=facility).to_come().select_related("facility__school"):
        _cancel(booking, by, reason)


def _answer(booking: Booking, by: Teacher, decision: str, answer: str) -> None:
    """The conditional UPDATE that decides who answered first."""
    if not may_answer_bookings(by, booking.facility):
        raise PermissionDenied("may not answer this booking")
    waiting = Booking.objects.filter(pk=booking.pk, decision=BookingDecision.WAITING, cancelled_at=None)
    if not waiting.update(decision=decision, answer=answer, answered_at=timezone.now(), answered_by=by):
        raise ValidationError(_("This booking was answered or taken back meanwhile."), code="over")
    booking.refresh_from_db()


def _take(facility: Facility, time: BookingTime) -> bool:
    """Write the time's quarters of an hour; False when one of them is taken."""
    try:
        with transaction.atomic():
            TakenSlot.objects.bulk_create([TakenSlot(time=time, facility=facility, day=time.day, slot=slot) for slot in time.slots])
    except IntegrityError:
        return False
    return True


def _cancel(booking: Booking, by: Teacher, reason: str) -> None:
    live = Booking.objects.filter(pk=booking.pk, cancelled_at=None).exclude(decision=BookingDecision.DECLINED)
    if not live.update(cancelled_at=timezone.now(), cancelled_by=by, cancel_reason=reason):
        raise ValidationError(_("This booking is over already."), code="over")
    # An answer may have come since the row was read; from here on none does.
    booking.refresh_from_db(fields=["decision", "answered_at", "answered_by"])
    coming = [time.pk for time in booking.times.all() if not time.is_past]
    if booking.is_agreed and len(coming) == booking.times.count():
        # Nothing of it took place: the ledger takes the act back.
        level = derive_level([booking.school, booking.facility.school])
        record("facility-lent", by=booking.answered_by or by, target=booking, level=level, on=timezone.localdate(booking.answered_at), delta=-1)
    TakenSlot.objects.filter(time__in=coming).delete()
    _tell(booking, "booking" if booking.teacher_id != by.pk else "booking-off", by, key="cancelled")


def _tell(booking: Booking, kind: str, by: Teacher, key: str = "") -> None:
    """The other side: who asked, or those who answer for the facility."""
    notify(kind, to=[booking.teacher_id] if kind == "booking" else _office(booking.facility), about=booking, by=by, key=key)


def _office(facility: Facility) -> QuerySet[Teacher]:
    """Coordinators of the school that lends it, and who keeps it."""
    places = Employment.objects.current().filter(school_id=facility.school_id)
    answering = places.filter(Q(is_coordinator=True) | Q(teacher_id=facility.responsible_id))
    return Teacher.objects.filter(pk__in=answering.values("teacher_id"))


def _listed(times: Iterable[BookingTime]) -> str:
    lines = [str(time) for time in times]
    more = len(lines) - LISTED
    return "; ".join(lines[:LISTED]) + (_(" and %(count)s more") % {"count": more} if more > 0 else "")
