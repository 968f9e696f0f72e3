"""Pupils of an event, as their teacher enters and sees them; the jury's works under codes; results; appeals."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.access import is_confirmed
from communities.models import Teacher
from communities.views.community import refuse
from events.access_contest import concerns, has_conflict, judges, may_enter_pupils, may_run_contest, may_score, schools_for_pupils
from events.actions.contest import enter_pupils, file_appeal, give_scores, set_consents
from events.contests import by_criterion, places_of
from events.forms.contest import AppealForm, HeldConsentsForm, PupilsForm, ScoreForm
from events.models import Contest, Event, Pupil, PupilConsent, Registration, Result
from events.models.contest import ConsentPurpose
from events.pages import head_context
from events.views.event import event_or_404, refused
from foundation.policy import policy

PAGE_SIZE = 50
LIVE_CONSENTS = Prefetch("consents", PupilConsent.objects.filter(withdrawn_at=None).select_related("form"))


@policy("teacher", methods=["GET", "POST"])
def pupil_list(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The reader's own pupils and the form to enter them; for those who run the event everybody's."""
    event, person = _pupils_event(request, pk), request.user
    runs = may_run_contest(person, event)
    contest: Contest | None = getattr(event, "contest", None)
    may_enter = contest is not None and may_enter_pupils(person, event)
    form = None
    if contest is not None and may_enter:
        form = PupilsForm(request.POST if request.method == "POST" else None, event=event, contest=contest, schools=schools_for_pupils(person))
        if request.method == "POST" and form.is_valid():
            done = _enter(request, event, form)
            if done is not None:
                return done
    elif request.method == "POST":
        raise PermissionDenied
    visible = Pupil.objects.visible_to(person).filter(event=event).prefetch_related(LIVE_CONSENTS)
    rows = Registration.objects.live().filter(event=event, is_personal=False, pk__in=visible.order_by().values("registration_id"))
    rows = rows.select_related("teacher", "school", "result").prefetch_related(Prefetch("pupils", visible)).order_by("id")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {**head_context(event, person, current="pupils"), "form": form, "page": page, "runs": runs, "contest": contest}
    return render(request, "contests/pupil_list.html", context)


def _enter(request: HttpRequest, event: Event, form: PupilsForm) -> HttpResponse | None:
    told = form.cleaned_data
    try:
        row = enter_pupils(event, by=request.user, school=told["school"], team=told.get("team", ""), pupils=form.pupils(), form_key=told["form_key"])
    except ValidationError as problem:
        refused(form, problem)
        return None
    words = _("Entered: a place is taken.") if row.state == "taken" else _("Entered: all places are taken, the waiting list moves up by itself.")
    messages.success(request, words)
    return redirect("pupil_list", pk=event.pk, slug=event.slug)


@policy("teacher", methods=["GET", "POST"])
def pupil_consents(request: HttpRequest, pk: int) -> HttpResponse:
    """Which signed papers the school holds now; taking one back counts at once."""
    row = get_object_or_404(Registration.objects.visible_to(request.user).filter(is_personal=False).select_related("event"), pk=pk)
    refuse(concerns(request.user, row))
    pupils = list(row.pupils.prefetch_related(LIVE_CONSENTS))
    form = HeldConsentsForm(request.POST if request.method == "POST" else None, pupils=pupils)
    if request.method == "POST" and form.is_valid():
        set_consents(row, by=request.user, held=form.held())
        messages.success(request, _("Saved: names stand or go with the next look at the results."))
        return redirect("pupil_list", pk=row.event_id, slug=row.event.slug)
    return render(request, "contests/pupil_consents.html", {"form": form, "event": row.event})


@policy("teacher")
def consent_text(request: HttpRequest, pk: int, purpose: str) -> HttpResponse:
    """The text in force, to be printed and signed."""
    event = _pupils_event(request, pk)
    if purpose not in ConsentPurpose.values:
        raise Http404
    form = event.consent_forms.filter(purpose=purpose).order_by("-version").first()
    if form is None:
        raise Http404
    return render(request, "contests/consent_text.html", {"event": event, "form": form})


@policy("teacher")
def jury_list(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """A juror's works under their codes; those of the juror's own school or pupils are not among them."""
    event = _pupils_event(request, pk)
    person: Teacher = request.user  # type: ignore[assignment]
    juror = judges(person, event)
    refuse(juror is not None)
    works = list(event.results.order_by("code"))
    scored = set(juror.scores.values_list("result_id", flat=True)) if juror else set()
    rows = [{"result": work, "scored": work.pk in scored} for work in works if not has_conflict(person, work)]
    context = {**head_context(event, person, current="jury"), "rows": rows, "left_out": len(works) - len(rows), "may_score": may_score(event)}
    return render(request, "contests/jury_list.html", context)


@policy("teacher", methods=["GET", "POST"])
def jury_work(request: HttpRequest, pk: int, result_id: int) -> HttpResponse:
    event = _pupils_event(request, pk)
    person: Teacher = request.user  # type: ignore[assignment]
    juror = judges(person, event)
    result = get_object_or_404(Result, event=event, pk=result_id) if juror else None
    if juror is None or result is None or has_conflict(person, result):
        raise Http404
    given = list(juror.scores.filter(result=result))
    form = ScoreForm(request.POST if request.method == "POST" else None, criteria=list(event.criteria.all()), given=given)
    if request.method == "POST" and form.is_valid():
        try:
            give_scores(result, by=person, points=form.points())
        except ValidationError as problem:
            refused(form, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("jury_list", pk=event.pk, slug=event.slug)
    return render(request, "contests/jury_work.html", {**head_context(event, person, current="jury"), "form": form, "result": result})


@policy("public")
def result_list(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Published results: under a code, or with live consent surname, initial, grade and score. Before, for those whom they concern."""
    event, reader = _pupils_event(request, pk), request.user
    contest: Contest | None = getattr(event, "contest", None)
    if contest is None:
        raise Http404
    # The whole list once: places are told over all, whoever looks at whichever page.
    ranked = list(Result.objects.filter(event=event).ranked())
    order = dict(zip([row.pk for row in ranked], places_of([row.score for row in ranked]), strict=True))
    if contest.published_at is None:
        seen = set(Result.objects.visible_to(reader).filter(event=event).values_list("pk", flat=True))
        ranked = [row for row in ranked if row.pk in seen]
        if not ranked:
            raise Http404
    page = Paginator(ranked, PAGE_SIZE).get_page(request.GET.get("page"))
    names = published_names(list(page.object_list))
    rows = [{"result": row, "names": names.get(row.pk, []), "place": order[row.pk], "mine": concerns(reader, row)} for row in page.object_list]
    own = _own_names(reader, [row["result"] for row in rows if row["mine"]])
    for row in rows:
        row["own"] = own.get(row["result"].pk, [])
    context = {
        **head_context(event, reader, current="results"),
        "contest": contest,
        "page": page,
        "rows": rows,
        "criteria": by_criterion(event, reader.pk) if is_confirmed(reader) and contest.closed_at else [],
        "appeals_open": contest.closed_at is not None and contest.appeals_until is not None and timezone.localdate() <= contest.appeals_until,
    }
    return render(request, "contests/result_list.html", context)


def published_names(results: list[Result]) -> dict[int, list[str]]:
    """result → «Иванова М., 8» of the pupils whose publication is consented to at this moment. One query."""
    registrations = {row.registration_id: row.pk for row in results if row.registration_id}
    live = PupilConsent.objects.filter(form__purpose=ConsentPurpose.PUBLICATION, withdrawn_at=None)
    pupils = Pupil.objects.filter(registration__in=list(registrations), is_live=True, pk__in=live.values("pupil_id")).order_by("last_name", "id")
    found: dict[int, list[str]] = {}
    for pupil in pupils:
        found.setdefault(registrations[pupil.registration_id], []).append(f"{pupil.short_name}, {pupil.grade}")
    return found


def _own_names(reader: Any, results: list[Result]) -> dict[int, list[str]]:
    """Full names of one's own pupils for their teacher and coordinator. One query, none without any."""
    registrations = {row.registration_id: row.pk for row in results if row.registration_id}
    found: dict[int, list[str]] = {}
    if registrations:
        for pupil in Pupil.objects.visible_to(reader).filter(registration__in=list(registrations)):
            found.setdefault(registrations[pupil.registration_id], []).append(pupil.name)
    return found


@policy("teacher", methods=["GET", "POST"])
def appeal_new(request: HttpRequest, pk: int) -> HttpResponse:
    result = get_object_or_404(Result.objects.visible_to(request.user).select_related("event__contest", "event__community", "event__school"), pk=pk)
    refuse(result.teacher_id == request.user.pk)
    form = AppealForm(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            file_appeal(result, by=request.user, text=form.cleaned_data["text"])
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("Your appeal is filed."))
            return redirect("result_list", pk=result.event_id, slug=result.event.slug)
    return render(request, "contests/appeal_new.html", {"form": form, "event": result.event, "result": result})


def _pupils_event(request: HttpRequest, pk: int) -> Event:
    event = event_or_404(request, pk)
    if not event.is_for_pupils:
        raise Http404
    return event
