"""The way of a participant: applying, being chosen, mentor, meetings, final work, leaving."""

import functools

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from communities.views.community import refuse
from events.access_best_practice import may_hand_in, may_mentor, may_run_best_practice
from events.actions.enrolment import accept_enrolment, apply, decline_enrolment, hand_in_work, leave_cohort, note_meeting, set_mentor
from events.forms.best_practice import ApplicationForm, DecisionForm, MeetingForm, MentorForm, WorkForm
from events.models import Enrolment
from events.views.cohort import cohort_or_404
from foundation.policy import policy


@policy("teacher", methods=["POST"])
def enrolment_new(request: HttpRequest, pk: int) -> HttpResponse:
    cohort = cohort_or_404(request, pk)
    form = ApplicationForm(request.POST)
    if form.is_valid():
        try:
            apply(cohort, by=request.user, motivation=form.cleaned_data["motivation"])
            messages.success(request, _("Your application is sent. Those who run the school answer it."))
        except ValidationError as problem:
            messages.error(request, problem.messages[0])
    else:
        messages.error(request, _("The text is too long: at most 1,000 characters."))
    return redirect(cohort)


@policy("teacher", methods=["GET", "POST"])
def enrolment_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer an application; of a participant, name another mentor."""
    enrolment = enrolment_or_404(request, pk)
    cohort = enrolment.cohort
    refuse(may_run_best_practice(request.user, cohort.best_practice_school))
    form = (MentorForm if enrolment.decision else DecisionForm)(
        request.POST if request.method == "POST" else None, cohort=cohort, initial={"mentor": enrolment.mentor_id}
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        if enrolment.decision:
            act = functools.partial(set_mentor, enrolment, by=request.user, mentor=told["mentor"])
        elif told["answer"] == "accept":
            act = functools.partial(accept_enrolment, enrolment, by=request.user, mentor=told["mentor"])
        else:
            act = functools.partial(decline_enrolment, enrolment, by=request.user, reason=told["reason"])
        try:
            act()
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            return redirect(cohort)
    return _page(request, enrolment, form, "best_practice/enrolment_decide.html")


@policy("teacher", methods=["GET", "POST"])
def enrolment_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once more; the person alone leaves."""
    enrolment = enrolment_or_404(request, pk)
    refuse(enrolment.teacher_id == request.user.pk and not enrolment.outcome)
    if request.method == "POST":
        try:
            leave_cohort(enrolment, by=request.user)
            messages.success(request, _("The place is free for somebody else now."))
        except ValidationError as problem:
            messages.error(request, problem.messages[0])
        return redirect(enrolment.cohort)
    return _page(request, enrolment, None, "best_practice/enrolment_leave.html")


@policy("teacher", methods=["GET", "POST"])
def enrolment_work(request: HttpRequest, pk: int) -> HttpResponse:
    enrolment = enrolment_or_404(request, pk)
    refuse(may_hand_in(request.user, enrolment))
    form = WorkForm(request.POST if request.method == "POST" else None, teacher=request.user)
    if request.method == "POST" and form.is_valid():
        hand_in_work(enrolment, by=request.user, work=form.cleaned_data["work"])
        messages.success(request, _("Your work is handed in."))
        return redirect(enrolment.cohort)
    return _page(request, enrolment, form, "best_practice/enrolment_work.html")


@policy("teacher", methods=["GET", "POST"])
def enrolment_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    enrolment = enrolment_or_404(request, pk)
    refuse(may_mentor(request.user, enrolment))
    form = MeetingForm(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            note_meeting(enrolment, by=request.user, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("Noted."))
            return redirect(enrolment.cohort)
    return _page(request, enrolment, form, "best_practice/enrolment_meeting.html", meetings=list(enrolment.meetings.all()))


def enrolment_or_404(request: HttpRequest, pk: int) -> Enrolment:
    """The enrolment of an address, for those whom it concerns."""
    found = (
        Enrolment.objects.visible_to(request.user).for_list().select_related("cohort__best_practice_school__host_school", "teacher", "school", "mentor", "work")
    )
    return get_object_or_404(found, pk=pk)


def _page(request: HttpRequest, enrolment: Enrolment, form: object, template: str, **more: object) -> HttpResponse:
    context = {"form": form, "enrolment": enrolment, "cohort": enrolment.cohort, "school": enrolment.cohort.best_practice_school, **more}
    return render(request, template, context)
