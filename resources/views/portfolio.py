"""A teacher's own portfolio: choose, look, issue, take away, revoke. Everything here is the signed-in person's alone."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from foundation.documents import DOCX_TYPE
from foundation.policy import policy
from resources.actions.attestation import chosen_facts, issue_attestation, revoke_attestation
from resources.forms.portfolio import PaperForm, PeriodForm, RevokeForm
from resources.models import Attestation
from resources.models.attestation import Revocation
from resources.papers.attestation import check_url, control_sum, digest
from resources.papers.pdf import attestation_pdf
from resources.papers.word import attestation_docx
from resources.portfolio import sections_of

FORMS = {"pdf": (attestation_pdf, "application/pdf"), "docx": (attestation_docx, DOCX_TYPE)}
PAPERS = 50


@policy("teacher")
def portfolio(request: HttpRequest) -> HttpResponse:
    """What the portal knows of me in a period, everything ticked, and the papers I have issued."""
    form = PeriodForm(request.GET)
    period = form.chosen()
    context = {
        "form": form,
        "period": period,
        "sections": sections_of(request.user, period),
        "papers": request.user.attestations.defer("facts")[:PAPERS],
    }
    return render(request, "portfolio/portfolio.html", context)


@policy("teacher", methods=["POST"])
def portfolio_preview(request: HttpRequest) -> HttpResponse:
    """Exactly what the paper will say. Writes nothing."""
    form = PaperForm(request.POST)
    if not form.is_valid():
        return redirect("portfolio")
    return _preview(request, form)


@policy("teacher", methods=["POST"])
def paper_issue(request: HttpRequest) -> HttpResponse:
    """Issue what the preview showed; changed figures show it anew instead."""
    form = PaperForm(request.POST)
    if not form.is_valid():
        return redirect("portfolio")
    try:
        paper = issue_attestation(request.user, form.period(), _keys(request), seen=form.cleaned_data["seen"], by=request.user)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
        return _preview(request, form)
    messages.success(request, _("The paper is issued. Its code is valid from now on."))
    return redirect("paper", code=paper.code)


def _keys(request: HttpRequest) -> set[str]:
    """Ticked rows of ticked sections."""
    sections = set(request.POST.getlist("section"))
    return {key for key in request.POST.getlist("row") if key.partition(":")[0] in sections}


def _preview(request: HttpRequest, form: PaperForm) -> HttpResponse:
    period, keys = form.period(), _keys(request)
    try:
        facts = chosen_facts(request.user, period, keys)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
        return redirect("portfolio")
    known = [(section.code, f"{section.code}:{row.key}") for section in sections_of(request.user, period) for row in section.rows]
    chosen = [(code, key) for code, key in known if key in keys]
    context: dict[str, Any] = {
        "facts": facts,
        "seen": digest(facts),
        "period": period,
        "codes": list(dict.fromkeys(code for code, _key in chosen)),
        "keys": [key for _code, key in chosen],
    }
    return render(request, "portfolio/preview.html", context)


def _own(request: HttpRequest, code: str) -> Attestation:
    """One's own paper; somebody else's does not exist here."""
    return get_object_or_404(Attestation, code=code, teacher=request.user)


@policy("teacher")
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """A paper of mine: what it says, where it is checked, PDF and DOCX."""
    own = _own(request, code)
    return render(request, "portfolio/paper.html", {"paper": own, "facts": own.facts, "address": check_url(own), "sum": control_sum(own.facts)})


@policy("teacher")
def paper_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """Made anew at each request from the frozen facts; a revoked paper is not given out any more."""
    own = get_object_or_404(Attestation, code=code, teacher=request.user, revoked_at=None)
    make, media_type = FORMS[form]
    name = _("Confirmation for attestation") + f" {localdate(own.issued_at):%Y-%m-%d}.{form}"
    return HttpResponse(make(own), content_type=media_type, headers={"Content-Disposition": content_disposition_header(True, name) or ""})


@policy("teacher", methods=["GET", "POST"])
def paper_revoke(request: HttpRequest, code: str) -> HttpResponse:
    """Asked once more on a page of its own."""
    own = _own(request, code)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "portfolio/revoke.html", {"paper": own, "form": form})
    revoke_attestation(own, Revocation(form.cleaned_data["reason"]), by=request.user)
    messages.success(request, _("The paper is revoked: whoever checks it reads so from now on."))
    return redirect("portfolio")
