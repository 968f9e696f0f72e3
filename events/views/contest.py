"""A pupils' event for those who run it: rules, consent texts, codes, jury, closing, publication, the next stage."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.views.community import refuse
from events.access_contest import may_run_contest
from events.actions.contest import (
    add_criterion,
    carry_over,
    close_results,
    code_works,
    decide_appeal,
    import_scores,
    publish_results,
    set_jury,
    set_rules,
    write_consent,
)
from events.contests import agreement_of
from events.forms.contest import AppealAnswerForm, ConsentTextForm, CriterionForm, JuryForm, RulesForm, ScoreTableForm
from events.models import Appeal, ConsentForm, Contest, Event, Juror
from events.models.contest import ConsentPurpose
from events.pages import head_context
from events.score_table import read_scores
from events.views.event import event_or_404, refused
from foundation.policy import policy


@policy("teacher")
def contest_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about the contest that waits to be done, in its order."""
    event = run_or_403(request, pk)
    contest = Contest.objects.filter(event=event).first()
    following = Event.objects.visible_to(request.user).filter(previous=event).first()
    context = {
        **head_context(event, request.user, current="contest"),
        "contest": contest,
        "forms": list(ConsentForm.objects.filter(event=event).order_by("purpose", "-version")),
        "criteria": list(event.criteria.all()),
        "jurors": list(Juror.objects.filter(event=event).select_related("teacher__school")),
        "works": event.results.count(),
        "agreement": agreement_of(event),
        "appeals": list(Appeal.objects.filter(result__event=event).select_related("result", "filed_by")),
        "following": following,
    }
    return render(request, "contests/contest_desk.html", context)


@policy("teacher", methods=["GET", "POST"])
def contest_rules(request: HttpRequest, pk: int) -> HttpResponse:
    event = run_or_403(request, pk)
    form = RulesForm(request.POST if request.method == "POST" else None, contest=Contest.objects.filter(event=event).first())
    return _form_page(request, event, form, _("Rules of the contest"), lambda: set_rules(event, by=request.user, **form.cleaned_data))


@policy("teacher", methods=["GET", "POST"])
def contest_consents(request: HttpRequest, pk: int) -> HttpResponse:
    """Both texts at once; each keeps its versions."""
    event = run_or_403(request, pk)
    standing = {form.purpose: form.text for form in ConsentForm.objects.filter(event=event).order_by("version")}
    form = ConsentTextForm(request.POST if request.method == "POST" else None, initial=standing, label_suffix="")

    def save() -> None:
        for purpose in ConsentPurpose.values:
            write_consent(event, by=request.user, purpose=purpose, text=form.cleaned_data[purpose])

    return _form_page(request, event, form, _("Texts of the consents"), save)


@policy("teacher", methods=["GET", "POST"])
def contest_jury(request: HttpRequest, pk: int) -> HttpResponse:
    event = run_or_403(request, pk)
    mails = Juror.objects.filter(event=event).exclude(teacher__email=None).values_list("teacher__email", flat=True)
    form = JuryForm(request.POST if request.method == "POST" else None, initial={"people": ", ".join(mails)}, label_suffix="")
    return _form_page(request, event, form, _("Jury"), lambda: set_jury(event, by=request.user, people=form.cleaned_data["people"]))


@policy("teacher", methods=["GET", "POST"])
def contest_criterion(request: HttpRequest, pk: int) -> HttpResponse:
    event = run_or_403(request, pk)
    form = CriterionForm(request.POST if request.method == "POST" else None, label_suffix="")
    return _form_page(request, event, form, _("New criterion"), lambda: add_criterion(event, by=request.user, **form.cleaned_data))


@policy("teacher", methods=["GET", "POST"])
def contest_table(request: HttpRequest, pk: int) -> HttpResponse:
    """Results of a table: all of it or nothing, faults with row and column."""
    event = run_or_403(request, pk)
    form = ScoreTableForm(request.POST if request.method == "POST" else None, request.FILES or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            scores = read_scores(event, form.cleaned_data["table"].read(), most=form.cleaned_data["most"])
            count = import_scores(event, by=request.user, scores=scores)
        except ValidationError as problem:
            form.add_error("table", problem)
        else:
            messages.success(request, ngettext("%(count)d result is set.", "%(count)d results are set.", count) % {"count": count})
            return redirect("contest_desk", pk=event.pk)
    return _page(request, event, form, _("Table of results"), multipart=True)


@policy("teacher", methods=["POST"])
def contest_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Give codes, close, publish, pass on to the next stage: the button says which."""
    event = run_or_403(request, pk)
    act = request.POST.get("act")
    try:
        if act == "code":
            count = code_works(event, by=request.user)
            messages.success(request, ngettext("%(count)d work has a code now.", "%(count)d works have codes now.", count) % {"count": count})
        elif act == "close":
            close_results(event, by=request.user)
            messages.success(request, _("Closed: totals and awards stand by the rules."))
        elif act == "publish":
            publish_results(event, by=request.user)
            messages.success(request, _("Published. Names stand only where the school holds the consent."))
        elif act == "onward":
            following = get_object_or_404(Event.objects.visible_to(request.user), previous=event)
            count = carry_over(event, following, by=request.user)
            messages.success(request, ngettext("%(count)d goes on.", "%(count)d go on.", count) % {"count": count})
        else:
            raise Http404
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
    return redirect("contest_desk", pk=event.pk)


@policy("teacher", methods=["GET", "POST"])
def appeal_decide(request: HttpRequest, pk: int) -> HttpResponse:
    appeal = get_object_or_404(Appeal.objects.select_related("result__event__contest"), pk=pk)
    event = run_or_403(request, appeal.result.event_id)
    form = AppealAnswerForm(request.POST if request.method == "POST" else None, label_suffix="")

    def save() -> None:
        told = form.cleaned_data
        decide_appeal(appeal, by=request.user, is_granted=told["decision"] == "yes", answer=told["answer"], score=told["score"])

    return _form_page(request, event, form, _("Appeal: %(code)s") % {"code": appeal.result.code}, save, intro=appeal.text)


def run_or_403(request: HttpRequest, pk: int) -> Event:
    """The pupils' event of an address, for those who run it."""
    event = event_or_404(request, pk)
    if not event.is_for_pupils:
        raise Http404
    refuse(may_run_contest(request.user, event))
    return event


def _form_page(request: HttpRequest, event: Event, form: Any, title: str, save: Any, **more: Any) -> HttpResponse:
    """A form of the desk: saved it leads back there."""
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except ValidationError as problem:
            refused(form, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("contest_desk", pk=event.pk)
    return _page(request, event, form, title, **more)


def _page(request: HttpRequest, event: Event, form: Any, title: str, **more: Any) -> HttpResponse:
    return render(request, "contests/desk_form.html", {**head_context(event, request.user, current="contest"), "form": form, "title": title, **more})
