"""Sites and the programme of an event, a form each."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from events.actions.event_part import drop_session, drop_site, save_session, save_site
from events.forms.event import ProgrammeForm, SiteForm
from events.models import Event, EventSession, EventSite
from events.pages import head_context
from events.views.event import refused, run_or_403
from foundation.policy import policy


@policy("teacher", methods=["GET", "POST"])
def event_programme(request: HttpRequest, pk: int) -> HttpResponse:
    """Sites and sessions as they stand, and the form of one more session."""
    event = run_or_403(request, pk)
    return _session(request, event, None)


@policy("teacher", methods=["GET", "POST"])
def event_session(request: HttpRequest, pk: int, part_id: int) -> HttpResponse:
    event = run_or_403(request, pk)
    return _session(request, event, get_object_or_404(EventSession, event=event, pk=part_id))


def _session(request: HttpRequest, event: Event, session: EventSession | None) -> HttpResponse:
    if request.method == "POST" and "drop" in request.POST and session is not None:
        return _dropped(request, event, lambda: drop_session(session, by=request.user))
    form = ProgrammeForm(request.POST if request.method == "POST" else None, event=event, session=session)
    if request.method == "POST" and form.is_valid():
        try:
            save_session(event, by=request.user, session=session, **form.values())
        except ValidationError as problem:
            refused(form, problem)
        else:
            return redirect("event_programme", pk=event.pk)
    return _page(request, event, form=form, session=session)


@policy("teacher", methods=["GET", "POST"])
def event_site_new(request: HttpRequest, pk: int) -> HttpResponse:
    return _site(request, run_or_403(request, pk), None)


@policy("teacher", methods=["GET", "POST"])
def event_site(request: HttpRequest, pk: int, part_id: int) -> HttpResponse:
    event = run_or_403(request, pk)
    return _site(request, event, get_object_or_404(EventSite.objects.select_related("school"), event=event, pk=part_id))


def _site(request: HttpRequest, event: Event, site: EventSite | None) -> HttpResponse:
    if request.method == "POST" and "drop" in request.POST and site is not None:
        return _dropped(request, event, lambda: drop_site(site, by=request.user))
    form = SiteForm(request.POST if request.method == "POST" else None, site=site)
    if request.method == "POST" and form.is_valid():
        try:
            save_site(event, by=request.user, site=site, **form.cleaned_data)
        except ValidationError as problem:
            refused(form, problem)
        else:
            return redirect("event_programme", pk=event.pk)
    return _page(request, event, form=form, site=site, is_site=True)


def _dropped(request: HttpRequest, event: Event, act: Any) -> HttpResponse:
    try:
        act()
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
    return redirect("event_programme", pk=event.pk)


def _page(request: HttpRequest, event: Event, **more: Any) -> HttpResponse:
    sessions, sites = list(event.sessions.select_related("site")), list(event.sites.select_related("school"))
    context = {**head_context(event, request.user, current="about"), "sessions": sessions, "sites": sites, **more}
    return render(request, "events/event_programme.html", context)
