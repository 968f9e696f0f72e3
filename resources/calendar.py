"""What the bookings of facilities put into a person's calendar."""

import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Teacher
from foundation.calendars import CalendarEntry
from resources.models import Booking, BookingTime
from resources.models.facility import BookingDecision

# A calendar program keeps what it has seen; the feed need not tell the past for ever.
DAYS_BACK = 60


def entries_for(teacher: Teacher) -> list[CalendarEntry]:
    """One's own bookings, asked and agreed, and the agreed ones of what one's office lends. One query beside those for the person's rights."""
    seen = Booking.objects.visible_to(teacher).filter(cancelled_at=None).exclude(decision=BookingDecision.DECLINED)
    office = Booking.objects.answered_by_office(teacher).filter(decision=BookingDecision.ACCEPTED)
    times = BookingTime.objects.filter(booking__in=seen, dropped_at=None, day__gte=timezone.localdate() - datetime.timedelta(days=DAYS_BACK))
    times = times.filter(Q(booking__teacher=teacher) | Q(booking__in=office)).select_related("booking__facility__school", "booking__school")
    return [_entry(time, teacher) for time in times.order_by("day", "begins", "pk")]


def _entry(time: BookingTime, teacher: Teacher) -> CalendarEntry:
    booking, facility = time.booking, time.booking.facility
    own = booking.teacher_id == teacher.pk
    title = facility.title if own else _("%(facility)s: for %(school)s") % {"facility": facility.title, "school": booking.school}
    place = ", ".join(filter(None, [facility.school.short_name, facility.school.locality, facility.place]))
    return CalendarEntry(
        key=f"booking-time-{time.pk}",
        begins=_moment(time.day, time.begins),
        ends=_moment(time.day, time.ends),
        title=title,
        path=booking.get_absolute_url(),
        changed_at=booking.answered_at or booking.requested_at,
        place=place,
        is_sure=booking.decision == BookingDecision.ACCEPTED,
    )


def _moment(day: datetime.date, at: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, at))
