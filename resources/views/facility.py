"""Shared facilities: the list, a page of one with its week, describing it, its pictures."""

import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import School
from foundation.files.errors import FileRejected
from foundation.files.serving import file_response
from foundation.policy import policy
from resources.access_facility import may_answer_bookings, may_book, may_edit_facility, may_share_facilities
from resources.actions.facility import MAX_PHOTOS, add_photo, close_facility, edit_facility, remove_photo, reopen_facility, share_facility
from resources.bookings import monday_of, week_of
from resources.facilities import nearest_first, rows_of, visible_facility
from resources.filters_facility import FacilityFilter
from resources.forms.facility import CloseForm, FacilityForm, PhotoForm
from resources.models import Booking, Facility, FacilityPhoto

PAGE_SIZE = 25
ROWS = 5


@policy("teacher")
def facility_list(request: HttpRequest) -> HttpResponse:
    """What schools lend, the nearest to the reader's school first."""
    reader = request.user
    found = FacilityFilter(request.GET, queryset=Facility.objects.visible_to(reader).open().for_list())
    page = Paginator(nearest_first(found.qs, reader.school), PAGE_SIZE).get_page(request.GET.get("page"))
    of_school = found.form.cleaned_data.get("school")
    schools = [of_school] if of_school else [place.school for place in reader.current_employments]
    shares = [school for school in schools if may_share_facilities(reader, school)]
    context = {"filter": found, "page": page, "rows": rows_of(list(page.object_list), reader.school), "shares": shares, "of_school": of_school}
    return render(request, "facilities/facility_list.html", context)


@policy("teacher")
def facility_detail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The passport and a week; a wrong slug leads to the right address."""
    reader = request.user
    facility = visible_facility(reader, pk)
    if slug != facility.slug:
        return redirect(facility, permanent=True)
    bookings = Booking.objects.filter(facility=facility)
    context = {
        "facility": facility,
        "row": rows_of([facility], reader.school)[0],
        "photos": list(facility.photos.all()),
        "week": week_of(facility, _asked_day(request)),
        "may_edit": may_edit_facility(reader, facility),
        "may_book": may_book(reader, facility),
        "mine": list(bookings.filter(teacher=reader).for_list()[:ROWS]),
        "waiting": list(bookings.waiting().for_list()[:ROWS]) if may_answer_bookings(reader, facility) else [],
    }
    return render(request, "facilities/facility_detail.html", context)


def _asked_day(request: HttpRequest) -> datetime.date:
    """The day whose week is asked for; today for anything that is none or lies before this week."""
    today = timezone.localdate()
    try:
        day = datetime.date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        return today
    # The last days of the calendar have no whole week any more.
    return day if monday_of(today) <= day <= today + datetime.timedelta(days=366) else today


@policy("teacher", methods=["GET", "POST"])
def facility_new(request: HttpRequest, slug: str) -> HttpResponse:
    school = get_object_or_404(School.objects.visible_to(request.user), slug=slug)
    if not may_share_facilities(request.user, school):
        raise PermissionDenied
    form = FacilityForm(request.POST if request.method == "POST" else None, school=school)
    if request.method == "POST" and form.is_valid():
        facility = share_facility(school, by=request.user, **form.cleaned_data)
        messages.success(request, _("The facility is on the list now. A photo helps colleagues to see what it is."))
        return redirect("facility_edit", pk=facility.pk)
    return render(request, "facilities/facility_form.html", {"school": school, "form": form})


@policy("teacher", methods=["GET", "POST"])
def facility_edit(request: HttpRequest, pk: int) -> HttpResponse:
    facility = _editable(request, pk)
    form = FacilityForm(request.POST if request.method == "POST" else None, school=facility.school, facility=facility)
    if request.method == "POST" and form.is_valid():
        messages.success(request, _("Saved."))
        return redirect(edit_facility(facility, by=request.user, **form.cleaned_data))
    return _edit_page(request, facility, form)


def _edit_page(request: HttpRequest, facility: Facility, form: FacilityForm | None = None, photo_form: PhotoForm | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        "school": facility.school,
        "facility": facility,
        "form": form or FacilityForm(school=facility.school, facility=facility),
        "photos": list(facility.photos.all()),
        "photo_form": photo_form or PhotoForm(label_suffix=""),
        "photo_limit": MAX_PHOTOS,
    }
    return render(request, "facilities/facility_form.html", context)


@policy("teacher", methods=["POST"])
def facility_photo_new(request: HttpRequest, pk: int) -> HttpResponse:
    facility = _editable(request, pk)
    form = PhotoForm(request.POST, request.FILES, label_suffix="")
    if form.is_valid():
        try:
            add_photo(facility, form.cleaned_data["photo"], by=request.user, caption=form.cleaned_data["caption"])
        except (FileRejected, ValidationError) as problem:
            form.add_error("photo", problem)
        else:
            return redirect("facility_edit", pk=facility.pk)
    return _edit_page(request, facility, photo_form=form)


@policy("teacher", methods=["POST"])
def facility_photo_delete(request: HttpRequest, pk: int, photo_id: int) -> HttpResponse:
    facility = _editable(request, pk)
    remove_photo(facility, photo_id, by=request.user)
    return redirect("facility_edit", pk=facility.pk)


@policy("teacher")
def facility_photo(request: HttpRequest, pk: int, photo_id: int) -> HttpResponseBase:
    facility = visible_facility(request.user, pk)
    photo = get_object_or_404(FacilityPhoto, facility=facility, pk=photo_id)
    return file_response(request, photo.stored_name, download_name=f"{facility.slug}.webp", media_type="image/webp", inline=True)


@policy("teacher", methods=["GET", "POST"])
def facility_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once more, with the number of bookings that go along."""
    facility = _editable(request, pk)
    if facility.closed_on is not None:
        raise Http404
    form = CloseForm(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        close_facility(facility, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("It is lent no longer; those who had booked it are told."))
        return redirect(facility)
    count = Booking.objects.filter(facility=facility).to_come().count()
    return render(request, "facilities/facility_close.html", {"facility": facility, "form": form, "count": count})


@policy("teacher", methods=["POST"])
def facility_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    facility = _editable(request, pk)
    reopen_facility(facility, by=request.user)
    messages.success(request, _("It can be booked again."))
    return redirect(facility)


def _editable(request: HttpRequest, pk: int) -> Facility:
    facility = visible_facility(request.user, pk)
    if not may_edit_facility(request.user, facility):
        raise PermissionDenied
    return facility
