"""Shared facilities and bookings for tests: rows as the actions make them."""

import datetime
import uuid
from typing import Any

from django.utils import timezone

from communities.models import School, Teacher
from resources.actions.booking import request_booking
from resources.bookings import Stretch
from resources.models import Booking, Facility, FacilityHour


def lend(title: str = "Кабинет физики", *, school: School, by: Teacher, hours: range = range(9, 17), weekdays: range = range(6), **fields: Any) -> Facility:
    """A facility that is free at these hours from Monday to Saturday."""
    values = {"kind": "laboratory", "slug": "facility", **fields}
    facility = Facility.objects.create(title=title, school=school, created_by=by, **values)
    FacilityHour.objects.bulk_create([FacilityHour(facility=facility, weekday=weekday, hour=hour) for weekday in weekdays for hour in hours])
    return facility


def coming(weekday: int = 0, *, weeks: int = 1) -> datetime.date:
    """That day of the week, at least so many weeks from now."""
    today = timezone.localdate()
    return today - datetime.timedelta(days=today.weekday()) + datetime.timedelta(weeks=weeks, days=weekday)


def stretch(day: datetime.date, begins: str = "10:00", ends: str = "11:00") -> Stretch:
    """A time from «10:00» to «11:00»."""
    return Stretch(day, datetime.time.fromisoformat(begins), datetime.time.fromisoformat(ends))


def book(facility: Facility, *times: Stretch, by: Teacher, purpose: str = "Лабораторная работа «Линзы»") -> Booking:
    """A request for these times; next Monday at ten if none is said."""
    return request_booking(facility, times or (stretch(coming()),), by=by, school=by.school, purpose=purpose, form_key=uuid.uuid4())
