"""Events: the list, a page of one, writing, proposing, announcing, cancelling."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from communities.access import is_confirmed
from communities.access_exchange import Owner, own_sides
from communities.forms.need import value_of
from communities.models import Community, Teacher
from communities.views.community import refuse
from events.access import may_propose_event, may_run_event, may_run_events_of
from events.actions.event import announce_event, cancel_event, create_event, edit_event, propose_event, return_event
from events.filters import EventFilter
from events.forms.event import CancelForm, EventForm, OwnerForm
from events.forms.registration import RegistrationForm
from events.models import Event, Participation, Registration
from events.models.event import EventStatus
from events.pages import head_context, panels
from events.structured_data import event_data
from foundation.policy import policy
from resources.models import Material

PAGE_SIZE, NAMED = 20, 12


@policy("public")
def event_list(request: HttpRequest) -> HttpResponse:
    """What is to come, the nearest first; with a filter also what was."""
    found = EventFilter(request.GET, queryset=Event.objects.visible_to(request.user).announced().for_list())
    events, told = found.qs, found.form.cleaned_data
    if not told.get("when"):
        # Who looks for words looks for what was, too.
        events = events.order_by("-starts_at", "-id") if told.get("q") else events.upcoming()
    page = Paginator(events, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "events/event_list.html", {"filter": found, "page": page, "may_begin": may_begin(request.user)})


def may_begin(reader: Any) -> bool:
    """Hold or propose an event for somebody; no query beside those of the person's rights."""
    return is_confirmed(reader) and bool(reader.is_methodist or reader.current_memberships or reader.current_employments)


@policy("public")
def event_detail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The event, its places, its programme, what came of it; a wrong slug leads to the right address."""
    event = event_or_404(request, pk)
    if slug != event.slug:
        return redirect(event, permanent=True)
    return detail_page(request, event)


def detail_page(request: HttpRequest, event: Event, *, form: RegistrationForm | None = None) -> HttpResponse:
    """The page of an event, with the registration as it was sent where something of it is wrong."""
    reader = request.user
    mine = _registration_of(reader, event)
    sites = list(event.sites.select_related("school")) if event.has_sites else []  # type: ignore[attr-defined]
    context = {
        **head_context(event, reader, current="about"),
        "panels": panels(event, reader),
        "sites": sites,
        "sessions": list(event.sessions.select_related("site")) if event.has_sessions else [],  # type: ignore[attr-defined]
        "materials": _materials(event, reader) if event.has_materials else [],  # type: ignore[attr-defined]
        "mine": mine,
        "line": _place_in_line(mine),
        "form": (form or RegistrationForm(event=event, sites=sites)) if _may_register(reader, event, mine) else None,
        "participants": Participation.objects.filter(event=event).values("teacher").distinct().count() if event.status == EventStatus.HELD else 0,
        "sees_room": bool(event.online_url) and (mine is not None or may_run_event(reader, event)),
        "structured": event_data(event),
        # The stage or event before it may be for others' eyes.
        "previous": Event.objects.visible_to(reader).filter(pk=event.previous_id).first() if event.previous_id else None,
    }
    return render(request, "events/event_detail.html", context)


def _registration_of(reader: Any, event: Event) -> Registration | None:
    """One's own standing; of a pupils' event nobody has one."""
    if not is_confirmed(reader) or event.is_for_pupils or not event.has_registration:
        return None
    return Registration.objects.live().filter(event=event, teacher=reader, is_personal=True).select_related("site").first()


def _may_register(reader: Any, event: Event, mine: Registration | None) -> bool:
    return mine is None and is_confirmed(reader) and not event.is_for_pupils and event.is_open_for_registration


def _place_in_line(mine: Registration | None) -> int:
    """How many wait before and with this one; 0 for who does not wait."""
    if mine is None or mine.state != "waiting":
        return 0
    return Registration.objects.filter(event_id=mine.event_id, pk__lte=mine.pk).in_line().count()


def _materials(event: Event, reader: Any) -> list[Material]:
    """Materials before and after that the reader may see, those to read before first."""
    before = Event.materials_before.through.objects.filter(event=event).values("material_id")
    after = Event.materials_after.through.objects.filter(event=event).values("material_id")
    seen = Material.objects.visible_to(reader)
    return list(seen.filter(Q(pk__in=before) | Q(pk__in=after))[:NAMED])


@policy("teacher", methods=["GET", "POST"])
def event_new(request: HttpRequest) -> HttpResponse:
    """Whose event it is first, where there is a choice; then the event. `?like=` begins the next of a series."""
    person: Teacher = request.user  # type: ignore[assignment]
    like = _like(request)
    owners = owners_for(person, like)
    refuse(bool(owners) or person.is_methodist)
    chosen = OwnerForm(request.GET if "owner" in request.GET else {"owner": _only(owners, person)}, owners=owners, network=person.is_methodist)
    if not chosen.is_valid():
        return render(request, "events/event_owner.html", {"form": OwnerForm(owners=owners, network=person.is_methodist), "like": like})
    owner = chosen.cleaned_data["owner"]
    form = EventForm(request.POST if request.method == "POST" else None, owner=owner, person=person, like=like)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["form_key"]
        event = _try(form, lambda: create_event(owner, by=person, form_key=key, **form.values(), previous=like))
        if event:
            words = _("The draft is saved. Look it over and announce it.") if may_run_events_of(person, owner) else _("The draft is saved. Now propose it.")
            messages.success(request, words)
            return redirect(event)
    return render(request, "events/event_form.html", {"form": form, "owner": owner, "like": like, "several": len(owners) > 1})


def owners_for(person: Teacher, like: Event | None = None) -> list[Owner]:
    """For whom this person may hold or propose events: sides they speak for, then their communities and schools; the owner of `like` first."""
    sides: dict[tuple[str, int], Owner] = {}
    joined = Community.objects.open_now().filter(pk__in=list(person.current_memberships)).order_by("name") if person.current_memberships else []
    first = [like.owner] if like is not None and like.owner else []
    schools = [place.school for place in person.current_employments if place.school.closed_on is None]
    for side in [*first, *own_sides(person), *joined, *schools]:
        if may_run_events_of(person, side) or may_propose_event(person, side):
            sides.setdefault((type(side).__name__, side.pk), side)
    return list(sides.values())


def _only(owners: list[Owner], person: Teacher) -> str:
    """The choice that is none; a methodist names any side in the address (`owner=school:12`)."""
    return value_of(owners[0]) if len(owners) == 1 and not person.is_methodist else ""


def _like(request: HttpRequest) -> Event | None:
    number = request.GET.get("like", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return Event.objects.visible_to(request.user).for_page().filter(pk=int(number)).first()


@policy("teacher", methods=["GET", "POST"])
def event_edit(request: HttpRequest, pk: int) -> HttpResponse:
    event = run_or_403(request, pk)
    person: Teacher = request.user  # type: ignore[assignment]
    form = EventForm(request.POST if request.method == "POST" else None, owner=event.owner, person=person, event=event)
    if request.method == "POST" and form.is_valid():
        saved = _try(form, lambda: edit_event(event, by=person, **form.values(), previous=event.previous))
        if saved:
            messages.success(request, _("Saved."))
            return redirect(saved)
    return render(request, "events/event_form.html", {"form": form, "owner": event.owner, "event": event})


@policy("teacher", methods=["POST"])
def event_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Announce, propose, or send a proposal back: the button says which."""
    event = event_or_404(request, pk)
    act = request.POST.get("act", "")
    refuse(may_run_events_of(request.user, event.owner) if act in ("announce", "return") else may_run_event(request.user, event))
    try:
        if act == "announce":
            announce_event(event, by=request.user)
            messages.success(request, _("Announced: everybody it is for sees it now."))
        elif act == "return":
            return_event(event, by=request.user, note=request.POST.get("note", "")[:300])
            messages.success(request, _("Sent back to its author."))
        elif act == "propose":
            propose_event(event, by=request.user)
            messages.success(request, _("Proposed. Those who run the events here decide."))
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
    return redirect(event)


@policy("teacher", methods=["GET", "POST"])
def event_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once more, with the number of those who are registered."""
    event = run_or_403(request, pk)
    form = CancelForm(request.POST if request.method == "POST" else None, label_suffix="")
    gone = event.status == EventStatus.DRAFT
    if request.method == "POST" and form.is_valid() and _try(form, lambda: cancel_event(event, by=request.user, reason=form.cleaned_data["reason"]) or True):
        messages.success(request, _("The draft is deleted.") if gone else _("Cancelled; those who were registered are told."))
        return redirect("events") if gone else redirect(event)
    count = Registration.objects.live().filter(event=event).count()
    return render(request, "events/event_cancel.html", {**head_context(event, request.user, current="about"), "form": form, "count": count})


def event_or_404(request: HttpRequest, pk: int) -> Event:
    """The event of an address."""
    return get_object_or_404(Event.objects.visible_to(request.user).for_page(), pk=pk)


def run_or_403(request: HttpRequest, pk: int) -> Event:
    """The same, for those who run it."""
    event = event_or_404(request, pk)
    refuse(may_run_event(request.user, event))
    return event


def _try(form: Form, act: Any) -> Any:
    """What the action gives back; None, with its words at the form, where it refuses."""
    try:
        return act()
    except ValidationError as problem:
        refused(form, problem)
        return None


def refused(form: Form, problem: ValidationError) -> None:
    """An action's words at the field of the form that is at fault; those of a field that the form has not stand above it."""
    if hasattr(problem, "error_dict"):
        for name, errors in problem.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, problem)
