"""May they? Pure answers about shared facilities and their bookings; nothing here writes."""

from typing import TYPE_CHECKING

from communities.access import is_confirmed, may_run_school
from communities.models import School, Teacher
from resources.models import Booking, Facility

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Person = Teacher | AnonymousUser


def may_share_facilities(teacher: "Person", school: School) -> bool:
    """Describe what a school lends: its coordinator, methodists, administrators; not for a closed school."""
    return school.closed_on is None and may_run_school(teacher, school)


def may_edit_facility(teacher: "Person", facility: Facility) -> bool:
    """Whoever runs the school that lends it."""
    return may_run_school(teacher, facility.school)


def may_answer_bookings(teacher: "Person", facility: Facility) -> bool:
    """The school's coordinator, methodists, and the person who keeps the facility, as long as they work there."""
    return may_edit_facility(teacher, facility) or (facility.responsible_id == teacher.pk and facility.school in booking_schools(teacher))


def booking_schools(teacher: "Person") -> list[School]:
    """Schools for which this person may ask: where they work today, the first one first."""
    return [place.school for place in teacher.current_employments] if is_confirmed(teacher) else []


def may_book(teacher: "Person", facility: Facility) -> bool:
    """Everybody who works at a school of the network, while the facility is open."""
    return facility.closed_on is None and facility.school.closed_on is None and bool(booking_schools(teacher))


def may_cancel_booking(teacher: "Person", booking: Booking) -> bool:
    """Who asked takes it back; who answers for the facility calls it off. Nothing is left to cancel of what was declined or cancelled."""
    if not is_confirmed(teacher) or not (booking.is_open or booking.is_agreed):
        return False
    return booking.teacher_id == teacher.pk or (booking.is_agreed and may_answer_bookings(teacher, booking.facility))
