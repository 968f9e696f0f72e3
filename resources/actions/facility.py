"""Sharing a facility: describing it, its week grid, its pictures, and closing it."""

from collections.abc import Collection, Iterable
from typing import IO, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.audit import write_audit
from communities.models import School, Teacher
from communities.slugs import latin_slug
from foundation.files import images, storage
from resources.access_facility import may_edit_facility, may_share_facilities
from resources.actions.booking import cancel_all
from resources.models import Facility, FacilityHour, FacilityPhoto

FIELDS = ("kind", "title", "description", "rules", "place", "seats", "subject", "responsible")
MAX_PHOTOS = 6
# Pixels: a picture fills a column of the page, also on a dense screen.
MAX_SIDE = 1280
# (weekday, hour): 0 is Monday, the hour begins at hour:00.
Hour = tuple[int, int]


@transaction.atomic
def share_facility(school: School, *, by: Teacher, hours: Collection[Hour], **fields: Any) -> Facility:
    """Offer something of a school to the network. PermissionDenied for those who do not run the school."""
    if not may_share_facilities(by, school):
        raise PermissionDenied("may not share facilities of this school")
    _check(fields)
    facility = Facility.objects.create(school=school, slug=_slug_of(fields["title"]), created_by=by, **fields)
    _set_hours(facility, hours)
    return facility


@transaction.atomic
def edit_facility(facility: Facility, *, by: Teacher, hours: Collection[Hour], **fields: Any) -> Facility:
    """Change what is told and when it is free; bookings that were accepted stay, whatever the new week looks like."""
    fresh = _lock(facility, by)
    _check(fields)
    for name, value in fields.items():
        setattr(fresh, name, value)
    fresh.slug = _slug_of(fresh.title)
    fresh.save()
    _set_hours(fresh, hours)
    return fresh


@transaction.atomic
def close_facility(facility: Facility, *, by: Teacher, reason: str) -> None:
    """Offer it no longer: what is booked or asked for from today on is called off with the reason. Its past stays."""
    fresh = _lock(facility, by)
    if fresh.closed_on is not None:
        return
    fresh.closed_on = timezone.localdate()
    fresh.save(update_fields=["closed_on"])
    cancel_all(fresh, by=by, reason=reason)
    write_audit("close-facility", by=by, target=fresh, reason=reason)


@transaction.atomic
def reopen_facility(facility: Facility, *, by: Teacher) -> None:
    """Offer it again; what was called off stays called off."""
    fresh = _lock(facility, by)
    fresh.closed_on = None
    fresh.save(update_fields=["closed_on"])


def add_photo(facility: Facility, source: IO[bytes], *, by: Teacher, caption: str = "") -> FacilityPhoto:
    """One more picture, re-encoded without metadata. Raises FileRejected for what is none, ValidationError above MAX_PHOTOS."""
    picture = images.reencode_image(source, max_side=MAX_SIDE)
    temporary = storage.new_temporary()
    try:
        temporary.write_bytes(picture)
        with transaction.atomic():
            fresh = _lock(facility, by)
            if fresh.photos.count() >= MAX_PHOTOS:
                raise ValidationError(_("There are %(limit)s photos already: remove one first.") % {"limit": MAX_PHOTOS}, code="many")
            return FacilityPhoto.objects.create(facility=fresh, stored_name=storage.keep_preview(temporary), size=len(picture), caption=caption)
    finally:
        temporary.unlink(missing_ok=True)


@transaction.atomic
def remove_photo(facility: Facility, photo_id: int, *, by: Teacher) -> None:
    """The picture goes, with its file; one that is gone already is no error."""
    photo = _lock(facility, by).photos.filter(pk=photo_id).first()
    if photo is None:
        return
    name = photo.stored_name
    photo.delete()
    transaction.on_commit(lambda: storage.delete_stored(name))


def _lock(facility: Facility, by: Teacher) -> Facility:
    fresh = Facility.objects.select_for_update(of=("self",), no_key=True).select_related("school").get(pk=facility.pk)
    if not may_edit_facility(by, fresh):
        raise PermissionDenied("may not change this facility")
    return fresh


def _check(fields: dict[str, Any]) -> None:
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"not fields of a facility: {sorted(unknown)}")


def _set_hours(facility: Facility, hours: Iterable[Hour]) -> None:
    FacilityHour.objects.filter(facility=facility).delete()
    FacilityHour.objects.bulk_create([FacilityHour(facility=facility, weekday=weekday, hour=hour) for weekday, hour in sorted(set(hours))])


def _slug_of(title: str) -> str:
    return latin_slug(title, max_length=70) or "facility"
