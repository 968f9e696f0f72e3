"""Papers of an event or cohort: kinds, designs with a preview, batches with progress, ZIP, revocation; my papers."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from communities.views.community import refuse
from events.access_certificate import may_issue_papers, may_take
from events.actions.certificate import Words, begin_batch, revoke, set_design
from events.certificates import Recipient, design_of, facts_of, papers_of, recipients_of
from events.forms.certificate import DesignForm, RevokeForm
from events.models import Certificate, CertificateBatch, Cohort, Event
from events.models.certificate import Paper
from events.pages import head_context
from events.papers.certificate import certificate_pdf, paper_pdf, papers_zip
from events.views.cohort import cohort_or_404
from events.views.event import event_or_404, refused
from foundation.policy import policy

PAGE_SIZE = 50
SHOWN_BATCHES = 5


@policy("teacher")
def event_papers(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """What may be issued, what is being made, what was issued."""
    event = event_or_404(request, pk)
    refuse(may_issue_papers(request.user, event))
    return render(request, "papers/papers.html", {**head_context(event, request.user, current="papers"), **_context(request, event)})


@policy("teacher")
def cohort_papers(request: HttpRequest, pk: int) -> HttpResponse:
    """The same of a cohort that is finished."""
    cohort = cohort_or_404(request, pk)
    refuse(may_issue_papers(request.user, cohort) and cohort.finished_at is not None)
    return render(request, "papers/papers.html", {"cohort": cohort, **_context(request, cohort)})


def _context(request: HttpRequest, subject: Event | Cohort) -> dict[str, Any]:
    side = _side(subject)
    issued = Certificate.objects.filter(**side).select_related("teacher").order_by("-year", "-number")
    return {
        "kind": "event" if isinstance(subject, Event) else "cohort",
        "subject": subject,
        "kinds": [{"paper": paper, "count": len(recipients_of(subject, paper))} for paper in papers_of(subject)],
        "batches": list(CertificateBatch.objects.filter(**side)[:SHOWN_BATCHES]),
        "page": Paginator(issued, PAGE_SIZE).get_page(request.GET.get("page")),
    }


@policy("teacher", methods=["GET", "POST"])
def paper_design(request: HttpRequest, kind: str, pk: int, paper: str) -> HttpResponse:
    """How papers of this kind look; `preview` shows one with a made-up name and issues nothing."""
    subject = _subject(request, kind, pk, paper)
    design = design_of(subject, paper)
    form = DesignForm(request.POST if request.method == "POST" else None, design=design)
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            for name, value in form.cleaned_data.items():
                setattr(design, name, value)
            return _preview(subject, paper, design)
        set_design(subject, paper, by=request.user, words=Words(**form.cleaned_data))
        messages.success(request, _("Saved."))
        return redirect(_list_of(subject))
    context = {"form": form, "subject": subject, "title": Paper(paper).label, "back": _list_of(subject)}
    return render(request, "papers/paper_design.html", context)


def _preview(subject: Event | Cohort, paper: str, design: Any) -> HttpResponse:
    made_up = Recipient("preview", "Иванова Мария", "И. М.", hours=24)
    facts = facts_of(subject, paper, made_up, design)
    pdf = paper_pdf(facts, number="№ 0000-00000", address=reverse("verify"), stamp=int(timezone.now().timestamp()))
    return _pdf(pdf, "preview.pdf")


@policy("teacher", methods=["POST"])
def batch_new(request: HttpRequest, kind: str, pk: int, paper: str) -> HttpResponse:
    subject = _subject(request, kind, pk, paper)
    try:
        batch = begin_batch(subject, paper, by=request.user)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
        return redirect(_list_of(subject))
    return redirect("certificate_batch", pk=batch.pk)


@policy("teacher")
def certificate_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the worker is; nothing has to be pressed twice."""
    batch = _batch(request, pk)
    subject = batch.event or batch.cohort
    return render(request, "papers/batch.html", {"batch": batch, "subject": subject, "back": _list_of(subject), "title": Paper(batch.paper).label})


@policy("teacher")
def batch_zip(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The valid papers of the batch's kind as one ZIP, sent while it is made."""
    batch = _batch(request, pk)
    subject: Event | Cohort = batch.event or batch.cohort  # type: ignore[assignment]
    found = Certificate.objects.filter(paper=batch.paper, revoked_at=None, **_side(subject)).order_by("year", "number")
    response = StreamingHttpResponse(papers_zip(found.iterator(chunk_size=100)), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, f"{batch.paper}-{batch.pk}.zip") or ""
    return response


def _batch(request: HttpRequest, pk: int) -> CertificateBatch:
    batch = get_object_or_404(CertificateBatch.objects.select_related("event", "cohort__best_practice_school__host_school"), pk=pk)
    kind, number = ("event", batch.event_id) if batch.event_id else ("cohort", batch.cohort_id)
    _subject(request, kind, number, batch.paper)
    return batch


@policy("teacher")
def certificate_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper as PDF, for whose it is, their coach, and those who issue it. A revoked one is given out no more."""
    found = get_object_or_404(Certificate.objects.select_related("event__community", "event__school", "cohort__best_practice_school"), pk=pk)
    if not may_take(request.user, found) or found.revoked_at:
        raise Http404
    return _pdf(certificate_pdf(found), f"{found.year}-{found.number:05d}.pdf")


@policy("teacher", methods=["GET", "POST"])
def certificate_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Certificate.objects.select_related("event__community", "event__school", "cohort__best_practice_school"), pk=pk)
    subject: Event | Cohort = found.event or found.cohort  # type: ignore[assignment]
    if not may_issue_papers(request.user, subject) or found.revoked_at:
        raise Http404
    form = RevokeForm(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            revoke(found, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as problem:
            refused(form, problem)
        else:
            messages.success(request, _("Revoked: the check page says so from now on."))
            return redirect(_list_of(subject))
    return render(request, "papers/revoke.html", {"form": form, "certificate": found, "subject": subject, "back": _list_of(subject)})


@policy("teacher")
def my_certificates(request: HttpRequest) -> HttpResponse:
    """My own papers, and those that I hand to my pupils."""
    found = Certificate.objects.filter(teacher=request.user, revoked_at=None).select_related("event", "cohort__best_practice_school")
    page = Paginator(found.order_by("-issued_at", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "papers/my_certificates.html", {"page": page})


def _subject(request: HttpRequest, kind: str, pk: int | None, paper: str) -> Event | Cohort:
    """The event or cohort of an address, for who issues its papers; 404 for a kind of paper that it does not give."""
    number = pk or 0
    subject: Event | Cohort = event_or_404(request, number) if kind == "event" else cohort_or_404(request, number)
    if kind not in ("event", "cohort") or paper not in papers_of(subject):
        raise Http404
    refuse(may_issue_papers(request.user, subject))
    return subject


def _side(subject: Event | Cohort) -> dict[str, Any]:
    return {"event" if isinstance(subject, Event) else "cohort": subject}


def _list_of(subject: Event | Cohort | None) -> str:
    if isinstance(subject, Event):
        return reverse("event_papers", args=[subject.pk, subject.slug])
    return reverse("cohort_papers", args=[subject.pk]) if subject else "/"


def _pdf(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response
