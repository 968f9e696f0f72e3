"""Who was there: by list, by the code on site, by the table of an online room."""

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Teacher
from events.actions.attendance import mark, mark_list, mark_table
from events.attendance_table import match_people, read_table
from events.forms.registration import AttendanceForm, TableForm
from events.models import Event, Participation, Registration
from events.models.event import EventStatus
from events.models.participation import ParticipationRole
from events.pages import head_context
from events.views.event import event_or_404, run_or_403
from foundation.policy import policy

CHECK_IN, CHECK_IN_NOW, TABLE = "events.check-in", "events.check-in-now", "events.attendance-table"
# The code on a screen is a new one every so many seconds, and each leads in for so many: time to sign in, too short to pass a picture of it on.
SECONDS_SHOWN, SECONDS_VALID = 60, 600
# A table that was looked over may be kept so long before it is written.
SECONDS_TO_CONFIRM = 3600


@policy("teacher", methods=["GET", "POST"])
def attendance_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Check boxes of those registered and those marked already."""
    event = _markable(request, pk)
    registered = Registration.objects.live().filter(event=event, is_personal=True).values("teacher_id")
    marked = Participation.objects.filter(event=event, role=ParticipationRole.PARTICIPANT)
    people = Teacher.objects.filter(Q(pk__in=registered) | Q(pk__in=marked.values("teacher_id")))
    people = people.select_related("school").order_by("last_name", "first_name", "pk")
    initial = {"present": list(marked.values_list("teacher_id", flat=True)), "asked_at": timezone.now().isoformat()}
    form = AttendanceForm(request.POST if request.method == "POST" else None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        present = list({*form.cleaned_data["present"], *form.cleaned_data["more"]})
        mark_list(event, present, by=request.user, asked_at=form.cleaned_data["asked_at"])
        messages.success(request, _("The list is saved."))
        return redirect("attendance_list", pk=event.pk)
    context = {**head_context(event, request.user, current="registrations"), "form": form, "count": len(initial["present"])}
    return render(request, "events/attendance_list.html", context)


@policy("teacher", methods=["GET", "POST"])
def attendance_table(request: HttpRequest, pk: int) -> HttpResponse:
    """The table of an online room: looked over first, written after a second button. Nobody unknown is guessed."""
    event = _markable(request, pk)
    if "sealed" in request.POST:
        return _write_table(request, event)
    form = TableForm(request.POST if request.method == "POST" else None, request.FILES or None, label_suffix="")
    context: dict[str, Any] = {**head_context(event, request.user, current="registrations"), "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            lines = read_table(form.cleaned_data["table"].read())
        except ValidationError as problem:
            form.add_error("table", problem)
        else:
            reading, least = match_people(lines, _candidates(event, [line.email for line in lines])), form.cleaned_data["least"]
            rows = sorted(((person, reading.minutes[pk]) for pk, person in reading.people.items()), key=lambda row: (row[0].last_name, row[0].pk))
            sealed = signing.dumps({"event": event.pk, "minutes": {pk: n for pk, n in reading.minutes.items() if n >= least}}, salt=TABLE, compress=True)
            context |= {"rows": rows, "unknown": reading.unknown, "least": least, "sealed": sealed}
    return render(request, "events/attendance_table.html", context)


def _candidates(event: Event, mails: list[str]) -> list[Teacher]:
    """Those registered or marked, and colleagues whose e-mail stands in the table."""
    registered = Registration.objects.live().filter(event=event, is_personal=True).values("teacher_id")
    marked = Participation.objects.filter(event=event).values("teacher_id")
    known = list(Teacher.objects.filter(Q(pk__in=registered) | Q(pk__in=marked)).select_related("school"))
    wanted = [mail for mail in mails if mail]
    by_mail = [person for start in range(0, len(wanted), 500) for person in Teacher.objects.active().filter(email__in=wanted[start : start + 500])]
    return list({person.pk: person for person in [*known, *by_mail]}.values())


def _write_table(request: HttpRequest, event: Event) -> HttpResponse:
    try:
        told = signing.loads(request.POST["sealed"], salt=TABLE, max_age=SECONDS_TO_CONFIRM)
    except (signing.BadSignature, json.JSONDecodeError, ValueError):
        messages.error(request, _("The table is looked over no longer: upload it once more."))
        return redirect("attendance_table", pk=event.pk)
    if told["event"] != event.pk:
        raise Http404
    count = mark_table(event, {int(pk): minutes for pk, minutes in told["minutes"].items()}, by=request.user)
    messages.success(request, ngettext("%(count)d participant is marked.", "%(count)d participants are marked.", count) % {"count": count})
    return redirect("attendance_list", pk=event.pk)


@policy("teacher")
def check_in_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code to print, which holds for the days of the event, or (`?screen=1`) one for a screen that changes by itself."""
    event = _markable(request, pk)
    on_screen = "screen" in request.GET
    address = settings.SITE_URL + reverse("check_in", args=[signing.dumps(event.pk, salt=CHECK_IN_NOW if on_screen else CHECK_IN)])
    context = {**head_context(event, request.user, current="registrations"), "address": address, "on_screen": on_screen}
    response = render(request, "events/check_in_code.html", context)
    if on_screen:
        response["Refresh"] = str(SECONDS_SHOWN)
    return response


@policy("teacher", methods=["GET", "POST"])
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the code: a button for the signed-in person, on the days of the event alone. The code is no right: who may not see the event finds nothing."""
    number, is_over = _read_code(token)
    event = event_or_404(request, number)
    today = timezone.localdate()
    on_its_days = event.status in (EventStatus.PLANNED, EventStatus.HELD) and timezone.localdate(event.starts_at) <= today <= timezone.localdate(event.ends_at)
    if request.method == "POST" and on_its_days and not is_over and not event.is_for_pupils:
        person: Teacher = request.user  # type: ignore[assignment]
        mark(event, person, by=person)
        messages.success(request, _("You are marked as present."))
        return redirect(event)
    here = Participation.objects.filter(event=event, teacher=request.user, role=ParticipationRole.PARTICIPANT).exists()
    return render(request, "events/check_in.html", {"event": event, "on_its_days": on_its_days, "here": here, "is_over": is_over})


def _read_code(token: str) -> tuple[int, bool]:
    """The event's number, and whether the code of a screen is too old. 404 for what is no code of ours."""
    for salt, seconds in ((CHECK_IN, None), (CHECK_IN_NOW, SECONDS_VALID)):
        try:
            return signing.loads(token, salt=salt, max_age=seconds), False
        except signing.SignatureExpired:
            return signing.loads(token, salt=salt), True
        except signing.BadSignature:
            continue
    raise Http404


def _markable(request: HttpRequest, pk: int) -> Event:
    """An announced or held event of teachers, for those who run it."""
    event = run_or_403(request, pk)
    if event.status not in (EventStatus.PLANNED, EventStatus.HELD):
        raise PermissionDenied
    return event
