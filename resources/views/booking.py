"""Bookings: asking for a facility, one's own and those to answer, answering, calling off."""

import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.policy import policy
from resources.access_facility import booking_schools, may_answer_bookings, may_book, may_cancel_booking
from resources.actions.booking import accept_booking, cancel_booking, decline_booking, drop_time, request_booking
from resources.facilities import visible_booking, visible_facility
from resources.forms.booking import AnswerForm, BookingForm, CancelForm
from resources.models import Booking

PAGE_SIZE = 25


@policy("teacher", methods=["GET", "POST"])
def booking_new(request: HttpRequest, pk: int) -> HttpResponse:
    """`?day=` and `?hour=` come from a free hour of the week grid."""
    facility = visible_facility(request.user, pk)
    if not may_book(request.user, facility):
        raise PermissionDenied
    schools = booking_schools(request.user)
    form = BookingForm(request.POST if request.method == "POST" else None, facility=facility, schools=schools, initial=_chosen(request))
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("school", "purpose", "people", "form_key")}
        try:
            booking = request_booking(facility, form.times, by=request.user, **values)
        except ValidationError as problem:
            # Somebody else was faster between the check and the act.
            form.add_error("day", problem)
        else:
            told = _("Booked.") if booking.is_agreed else _("The request is sent: the school answers, and you are told.")
            messages.success(request, told)
            return redirect(booking)
    return render(request, "facilities/booking_new.html", {"facility": facility, "form": form})


def _chosen(request: HttpRequest) -> dict[str, Any]:
    try:
        day = datetime.date.fromisoformat(request.GET.get("day", ""))
        hour = int(request.GET.get("hour", "")[:2])
        begins, ends = datetime.time(hour), datetime.time(hour + 1)
    except ValueError:
        return {}
    return {"day": day, "begins": begins, "ends": ends}


@policy("teacher")
def booking_list(request: HttpRequest) -> HttpResponse:
    """What I asked for; with `?answer=1` what waits for me or was answered by my office."""
    reader = request.user
    office = Booking.objects.answered_by_office(reader)
    answers = "answer" in request.GET
    found = office if answers else Booking.objects.filter(teacher=reader)
    found = found.visible_to(reader).for_list()
    # What waits for an answer stands first, however old it is.
    found = found.order_by(Case(When(decision="", cancelled_at=None, then=0), default=1), "-requested_at", "-pk") if answers else found
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "facilities/booking_list.html", {"page": page, "answers": answers, "tabs": _tabs(office, answers)})


def _tabs(office: QuerySet[Booking], answers: bool) -> list[dict[str, Any]]:
    if not answers and not office.exists():
        return []
    start = reverse("booking_list")
    waiting = office.waiting().count()  # type: ignore[attr-defined]
    return [
        {"text": _("My bookings"), "url": start, "count": None, "current": not answers},
        {"text": _("Bookings to answer"), "url": f"{start}?answer=1", "count": waiting or None, "current": answers},
    ]


@policy("teacher")
def booking_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, visible_booking(request.user, pk))


def _page(request: HttpRequest, booking: Booking, *, answer_form: AnswerForm | None = None, cancel_form: CancelForm | None = None) -> HttpResponse:
    reader = request.user
    is_own = booking.teacher_id == reader.pk
    may_cancel = may_cancel_booking(reader, booking)
    context = {
        "booking": booking,
        "facility": booking.facility,
        "is_own": is_own,
        "may_answer": booking.is_open and may_answer_bookings(reader, booking.facility),
        "may_cancel": may_cancel,
        "may_drop": may_cancel and len(booking.kept_times) > 1,
        "answer_form": answer_form or AnswerForm(label_suffix=""),
        "cancel_form": cancel_form or CancelForm(is_own=is_own),
    }
    return render(request, "facilities/booking_detail.html", context)


@policy("teacher", methods=["POST"])
def booking_answer(request: HttpRequest, pk: int) -> HttpResponse:
    booking = visible_booking(request.user, pk)
    if not may_answer_bookings(request.user, booking.facility):
        raise PermissionDenied
    form = AnswerForm(request.POST, label_suffix="")
    if form.is_valid():
        try:
            _do_answer(request, booking, form)
        except ValidationError as problem:
            if problem.code != "taken":
                return _over(request, booking, problem)
            form.add_error("leave_out_taken", problem)
        else:
            return redirect(booking)
    return _page(request, visible_booking(request.user, pk), answer_form=form)


def _over(request: HttpRequest, booking: Booking, problem: ValidationError) -> HttpResponse:
    """Somebody was faster: the page shows what became of it."""
    messages.error(request, " ".join(problem.messages))
    return redirect(booking)


def _do_answer(request: HttpRequest, booking: Booking, form: AnswerForm) -> None:
    words = form.cleaned_data["answer"]
    if request.POST.get("decision") == "declined":
        decline_booking(booking, by=request.user, answer=words)
        messages.success(request, _("The booking is declined; the colleague is told why."))
        return
    result = accept_booking(booking, by=request.user, answer=words, leave_out_taken=form.cleaned_data["leave_out_taken"])
    told = _("The booking is accepted.")
    if result.dropped:
        count = len(result.dropped)
        told += " " + ngettext("%(count)d time was taken and is left out.", "%(count)d times were taken and are left out.", count) % {"count": count}
    messages.success(request, told)


@policy("teacher", methods=["POST"])
def booking_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    booking = visible_booking(request.user, pk)
    form = CancelForm(request.POST, is_own=booking.teacher_id == request.user.pk)
    if form.is_valid():
        try:
            cancel_booking(booking, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as problem:
            return _over(request, booking, problem)
        messages.success(request, _("The booking is called off; its times are free again."))
        return redirect(booking)
    return _page(request, visible_booking(request.user, pk), cancel_form=form)


@policy("teacher", methods=["POST"])
def booking_time_drop(request: HttpRequest, pk: int, time_id: int) -> HttpResponse:
    booking = visible_booking(request.user, pk)
    if not any(time.pk == time_id for time in booking.times.all()):
        raise Http404
    try:
        drop_time(booking, time_id, by=request.user)
    except ValidationError as problem:
        return _over(request, booking, problem)
    messages.success(request, _("This time is free again."))
    return redirect(booking)
