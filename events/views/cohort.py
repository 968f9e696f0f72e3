"""A cohort: its page, the call, the curriculum, the reports of its sessions, the end."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Teacher
from communities.views.community import refuse
from events.access_best_practice import may_apply, may_run_best_practice
from events.actions.cohort import announce_cohort, edit_cohort, finish_cohort, prepare_cohort
from events.actions.cohort_session import add_session, drop_session, edit_session, hold_session
from events.best_practice import Progress, is_late, progress_of
from events.forms.best_practice import ApplicationForm, CohortForm, HoldForm, SessionForm
from events.models import Cohort, CohortSession, Enrolment, Participation
from events.models.participation import ParticipationRole
from events.views.best_practice import run_or_403
from foundation.policy import policy


@policy("public")
def cohort_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """For everybody the call and the curriculum; for a participant their own way; for who runs it everybody's."""
    reader = request.user
    cohort = cohort_or_404(request, pk)
    runs = may_run_best_practice(reader, cohort.best_practice_school)
    progress = progress_of(cohort)
    seen = list(Enrolment.objects.visible_to(reader).filter(cohort=cohort).for_list()) if reader.is_authenticated else []
    mine = next((row for row in reversed(seen) if row.teacher_id == reader.pk and row.withdrawn_at is None), None)
    context = {
        "cohort": cohort,
        "school": cohort.best_practice_school,
        "runs": runs,
        "sessions": [
            {"session": session, "late": is_late(session), "was_there": mine is not None and progress.was_at(mine, session)} for session in progress.sessions
        ],
        "progress": progress,
        "mine": _way(mine, progress) if mine else None,
        "waiting": [row for row in seen if runs and not row.decision and row.withdrawn_at is None],
        "participants": [_way(row, progress) for row in seen if row.decision == "accepted" and (runs or row.teacher_id != reader.pk)],
        "application": ApplicationForm() if mine is None and may_apply(reader, cohort) else None,
    }
    return render(request, "best_practice/cohort_detail.html", context)


def _way(enrolment: Enrolment, progress: Progress) -> dict[str, Any]:
    """A participant with the hours attended so far."""
    hours = enrolment.hours if enrolment.hours is not None else progress.hours_of(enrolment)
    return {"enrolment": enrolment, "hours": hours, "of": progress.held_hours}


@policy("teacher", methods=["GET", "POST"])
def cohort_new(request: HttpRequest, pk: int) -> HttpResponse:
    school = run_or_403(request, pk)
    copies = school.cohorts.exists()
    form = CohortForm(request.POST if request.method == "POST" else None, copies=copies)
    if request.method == "POST" and form.is_valid():
        made = _try(form, functools.partial(prepare_cohort, school, by=request.user, **form.cleaned_data))
        if made is not None:
            return redirect(made)
    return render(request, "best_practice/cohort_form.html", {"form": form, "school": school})


@policy("teacher", methods=["GET", "POST"])
def cohort_edit(request: HttpRequest, pk: int) -> HttpResponse:
    cohort = run_cohort_or_403(request, pk)
    form = CohortForm(request.POST if request.method == "POST" else None, cohort=cohort)
    if request.method == "POST" and form.is_valid() and _try(form, functools.partial(edit_cohort, cohort, by=request.user, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect(cohort)
    return render(request, "best_practice/cohort_form.html", {"form": form, "school": cohort.best_practice_school, "cohort": cohort})


@policy("teacher", methods=["POST"])
def cohort_announce(request: HttpRequest, pk: int) -> HttpResponse:
    cohort = run_cohort_or_403(request, pk)
    return _said(request, cohort, functools.partial(announce_cohort, cohort, by=request.user), _("Announced: the sessions stand in the calendar."))


@policy("teacher", methods=["GET", "POST"])
def cohort_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once more, since outcomes stay."""
    cohort = run_cohort_or_403(request, pk)
    if request.method == "POST":
        return _said(request, cohort, functools.partial(finish_cohort, cohort, by=request.user), _("Finished: everybody has an outcome."))
    return render(request, "best_practice/cohort_finish.html", {"cohort": cohort, "school": cohort.best_practice_school})


@policy("teacher", methods=["GET", "POST"])
def session_new(request: HttpRequest, pk: int) -> HttpResponse:
    cohort = run_cohort_or_403(request, pk)
    form = SessionForm(request.POST if request.method == "POST" else None, cohort=cohort)
    if request.method == "POST" and form.is_valid() and _try(form, functools.partial(add_session, cohort, by=request.user, **form.values())):
        return redirect(cohort)
    return _session_page(request, cohort, form)


@policy("teacher", methods=["GET", "POST"])
def session_edit(request: HttpRequest, pk: int) -> HttpResponse:
    session = _session_or_403(request, pk)
    form = SessionForm(request.POST if request.method == "POST" else None, cohort=session.cohort, session=session)
    if request.method == "POST" and form.is_valid() and _try(form, functools.partial(edit_session, session, by=request.user, **form.values())):
        return redirect(session.cohort)
    return _session_page(request, session.cohort, form, session)


@policy("teacher", methods=["POST"])
def session_drop(request: HttpRequest, pk: int) -> HttpResponse:
    session = _session_or_403(request, pk)
    return _said(request, session.cohort, functools.partial(drop_session, session, by=request.user), _("The session is taken out."))


@policy("teacher", methods=["GET", "POST"])
def session_hold(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of a session: the list of those present; a second one corrects it."""
    session = _session_or_403(request, pk)
    participants = Enrolment.objects.accepted().filter(cohort=session.cohort, withdrawn_at=None)
    people = Teacher.objects.filter(pk__in=participants.values("teacher_id")).order_by("last_name", "first_name", "pk")
    there = Participation.objects.filter(event=session.event_id, role=ParticipationRole.PARTICIPANT).values_list("teacher_id", flat=True)
    held_on = (session.event.held_on if session.event else None) or min(timezone.localdate(session.starts_at), timezone.localdate())
    initial = {"held_on": held_on, "present": list(there), "outcome": session.event.outcome if session.event else ""}
    form = HoldForm(request.POST if request.method == "POST" else None, session=session, people=people, initial=initial)
    if request.method == "POST" and form.is_valid() and _try(form, functools.partial(hold_session, session, by=request.user, **form.cleaned_data)) is not False:
        messages.success(request, _("Reported."))
        return redirect(session.cohort)
    return render(
        request, "best_practice/session_hold.html", {"form": form, "session": session, "cohort": session.cohort, "school": session.cohort.best_practice_school}
    )


def cohort_or_404(request: HttpRequest, pk: int) -> Cohort:
    """The cohort of an address."""
    found = Cohort.objects.visible_to(request.user).for_list().prefetch_related("best_practice_school__leaders")
    return get_object_or_404(found, pk=pk)


def run_cohort_or_403(request: HttpRequest, pk: int) -> Cohort:
    """The same, for who runs it."""
    cohort = cohort_or_404(request, pk)
    refuse(may_run_best_practice(request.user, cohort.best_practice_school))
    return cohort


def _session_or_403(request: HttpRequest, pk: int) -> CohortSession:
    visible = Cohort.objects.visible_to(request.user)
    found = CohortSession.objects.filter(cohort__in=visible).select_related("event", "leader", "cohort__best_practice_school__host_school")
    session = get_object_or_404(found.prefetch_related("cohort__best_practice_school__leaders"), pk=pk)
    refuse(may_run_best_practice(request.user, session.cohort.best_practice_school))
    return session


def _session_page(request: HttpRequest, cohort: Cohort, form: SessionForm, session: CohortSession | None = None) -> HttpResponse:
    context = {"form": form, "cohort": cohort, "school": cohort.best_practice_school, "session": session}
    return render(request, "best_practice/session_form.html", context)


def _try(form: Form, act: Callable[[], Any]) -> Any:
    """What the action gives back; False, with its words at the form, where it refuses."""
    try:
        return act()
    except ValidationError as problem:
        form.add_error(None, problem)
        return False


def _said(request: HttpRequest, cohort: Cohort, act: Callable[[], Any], words: str) -> HttpResponse:
    try:
        act()
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
    else:
        messages.success(request, words)
    return redirect(cohort)
