"""Shared facilities as they are read: the nearest first, and what each costs in kilometres."""

from dataclasses import dataclass
from math import cos, radians
from typing import TYPE_CHECKING

from django.db.models import F, FloatField, QuerySet, Value
from django.db.models.functions import Cast
from django.shortcuts import get_object_or_404

from communities.geography import distance_km, place_of
from communities.models import School
from resources.models import Booking, Facility

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from communities.models import Teacher

    Reader = Teacher | AnonymousUser


@dataclass(frozen=True, slots=True)
class FacilityRow:
    """A row of the list; `km` is the way from the reader's school, None where one of the two is not on the map."""

    facility: Facility
    km: int | None
    is_own: bool


def home_of(reader: "Reader") -> School | None:
    """The school that ways are counted from, out of the workplaces, which most pages have asked for already."""
    if not reader.is_authenticated:
        return None
    return next((place.school for place in reader.current_employments if place.school_id == reader.school_id), None)


def visible_facility(reader: "Reader", pk: int) -> Facility:
    """The facility of an address; Http404 for those who may not see it."""
    return get_object_or_404(Facility.objects.visible_to(reader).for_list(), pk=pk)


def visible_booking(reader: "Reader", pk: int) -> Booking:
    """The booking of an address; Http404 for those who may not see it."""
    return get_object_or_404(Booking.objects.visible_to(reader).for_list().select_related("facility__school__municipality", "facility__responsible"), pk=pk)


def nearest_first(facilities: QuerySet[Facility], school: School | None) -> QuerySet[Facility]:
    """In order of the way from a school: flat distance in squared degrees, which ranks a region rightly and needs no extension of a database."""
    here = place_of(school.latitude, school.longitude) if school else None
    if here is None:
        return facilities.order_by("title", "pk")
    north = Cast("school__latitude", FloatField()) - Value(here[0])
    east = (Cast("school__longitude", FloatField()) - Value(here[1])) * Value(cos(radians(here[0])))
    return facilities.annotate(way=north * north + east * east).order_by(F("way").asc(nulls_last=True), "title", "pk")


def rows_of(facilities: list[Facility], school: School | None) -> list[FacilityRow]:
    """Rows with their distances; no query."""
    here = place_of(school.latitude, school.longitude) if school else None
    rows = []
    for facility in facilities:
        there = place_of(facility.school.latitude, facility.school.longitude)
        km = round(distance_km(here, there)) if here and there else None
        is_own = school is not None and facility.school_id == school.pk
        rows.append(FacilityRow(facility, None if is_own else km, is_own))
    return rows
