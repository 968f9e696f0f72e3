"""Registering for an event, taking it back, the list of those registered, my events."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Employment, Teacher
from events.access import may_run_event
from events.actions.registration import cancel_registration, register
from events.forms.registration import ColleaguesForm, RegistrationForm
from events.models import Event, Participation, Registration
from events.models.event import EventStatus
from events.models.registration import RegistrationState
from events.pages import head_context
from events.views.event import detail_page, event_or_404
from foundation.exchange.cells import protect
from foundation.policy import policy
from foundation.templatetags.portal import full_name

PAGE_SIZE = 50
# A sheet for signatures holds so many; a longer one is printed from the table.
MOST_ON_PAPER = 1000


@policy("teacher", methods=["POST"])
def registration_new(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own place: taken, or the waiting list."""
    event = event_or_404(request, pk)
    form = RegistrationForm(request.POST, event=event, sites=list(event.sites.all()))
    if not form.is_valid():
        return detail_page(request, event, form=form)
    person: Teacher = request.user  # type: ignore[assignment]
    told = form.cleaned_data
    try:
        registration = register(event, teacher=person, by=person, site=told.get("site"), form_key=told["form_key"])
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
        return redirect(event)
    taken = registration.state == RegistrationState.TAKEN
    messages.success(request, _("You have a place.") if taken else _("All places are taken: you are on the waiting list and move up by yourself."))
    return redirect(event)


@policy("teacher", methods=["GET", "POST"])
def registration_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once more; the person themselves, their coordinator, or those who run the event."""
    registration = get_object_or_404(Registration.objects.visible_to(request.user).select_related("event__community", "event__school", "teacher"), pk=pk)
    event = registration.event
    if not may_cancel(request.user, registration):
        raise PermissionDenied
    if request.method == "POST":
        try:
            cancel_registration(registration, by=request.user)
            messages.success(request, _("The registration is taken back; the place goes to the next on the waiting list."))
        except ValidationError as problem:
            messages.error(request, problem.messages[0])
        return redirect(event)
    return render(request, "events/registration_cancel.html", {**head_context(event, request.user, current="about"), "registration": registration})


def may_cancel(person: Any, registration: Registration) -> bool:
    """Of those who see it: one's own, one's school's as coordinator, those who run the event; a live one of an event not yet held."""
    live = registration.state != RegistrationState.CANCELLED and registration.event.status == EventStatus.PLANNED
    own = registration.teacher_id == person.pk or registration.school_id in person.coordinated_school_ids
    return live and (own or may_run_event(person, registration.event))


@policy("teacher")
def registration_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who is registered: all for those who run the event, their own school's for a coordinator. `?format=csv` for a table, `paper` to be signed."""
    event = event_or_404(request, pk)
    found = _seen(request, event)
    if request.GET.get("format") == "csv":
        return _table(event, found)
    if request.GET.get("format") == "paper":
        rows = found.filter(state=RegistrationState.TAKEN).order_by("teacher__last_name", "teacher__first_name", "id")
        return render(request, "events/registration_sheet.html", {"event": event, "rows": rows[:MOST_ON_PAPER]})
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {**head_context(event, request.user, current="registrations"), "page": page}
    return render(request, "events/registration_list.html", context)


def _seen(request: HttpRequest, event: Event) -> QuerySet[Registration]:
    if not (may_run_event(request.user, event) or request.user.coordinated_school_ids):
        raise PermissionDenied
    return Registration.objects.visible_to(request.user).live().filter(event=event).for_list().order_by("state", "id")


def _table(event: Event, found: QuerySet[Registration]) -> StreamingHttpResponse:
    """Cells are text and never formulas."""

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo(), delimiter=";")
        yield "\ufeff" + writer.writerow([_("No."), _("Name"), _("School"), _("Site"), _("State"), _("Registered")])
        for number, row in enumerate(found.iterator(chunk_size=500), 1):
            school, site = str(row.school or ""), str(row.site or "")
            cells = [full_name(row.teacher), school, site, row.get_state_display(), timezone.localtime(row.registered_at).strftime("%d.%m.%Y %H:%M")]
            yield writer.writerow([number, *(protect(cell) for cell in cells)])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{event.slug}.csv"'
    return response


class _Echo:
    """A file that gives back what is written: the table streams row by row."""

    def write(self, value: str) -> str:
        return value


@policy("teacher", methods=["GET", "POST"])
def registration_colleagues(request: HttpRequest, pk: int) -> HttpResponse:
    """A coordinator registers teachers of their school, those who run the event anybody."""
    event, person = event_or_404(request, pk), request.user
    runs = may_run_event(person, event)
    if not (runs or person.coordinated_school_ids) or event.is_for_pupils or not event.has_registration:
        raise PermissionDenied
    staff = Employment.objects.current().filter(school__in=list(person.coordinated_school_ids)).values("teacher_id")
    taken = Registration.objects.live().filter(event=event, is_personal=True).values("teacher_id")
    people = Teacher.objects.active().filter(pk__in=staff).exclude(pk__in=taken).select_related("school").order_by("last_name", "first_name", "pk")
    form = ColleaguesForm(request.POST if request.method == "POST" else None, people=people, by_mail=runs, event=event, sites=list(event.sites.all()))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                states = [register(event, teacher=colleague, by=person, site=form.cleaned_data.get("site")).state for colleague in form.chosen()]
        except ValidationError as problem:
            form.add_error(None, problem.messages)
        else:
            waiting = states.count(RegistrationState.WAITING)
            messages.success(request, _("Registered: %(count)d, of them on the waiting list: %(waiting)d.") % {"count": len(states), "waiting": waiting})
            return redirect("registration_list", pk=event.pk)
    return render(request, "events/registration_colleagues.html", {**head_context(event, person, current="registrations"), "form": form})


@policy("teacher")
def my_events(request: HttpRequest) -> HttpResponse:
    """What I am registered for, what I run, where I was."""
    person = request.user
    today = timezone.now()
    standing = Registration.objects.live().filter(teacher=person, event__ends_at__gte=today, event__status=EventStatus.PLANNED)
    coming = standing.select_related("event__community", "event__school").order_by("event__starts_at")[:PAGE_SIZE]
    organised = Event.organisers.through.objects.filter(teacher=person).values("event_id")
    own = Event.objects.filter(Q(pk__in=organised) | Q(created_by=person)).exclude(status__in=[EventStatus.HELD, EventStatus.CANCELLED])
    was = Event.objects.filter(pk__in=Participation.objects.filter(teacher=person).values("event_id"), status=EventStatus.HELD)
    page = Paginator(was.for_list().order_by("-held_on", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"coming": list(coming), "own": list(own.for_list().order_by("starts_at")[:PAGE_SIZE]), "page": page}
    return render(request, "events/my_events.html", context)
