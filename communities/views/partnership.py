"""Partnerships: proposing, answering, working, reporting the outcome."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from communities import access_exchange as access
from communities.actions.partnership import (
    agree_partnership,
    break_off_partnership,
    decline_partnership,
    finish_partnership,
    propose_partnership,
    start_partnership,
)
from communities.forms.need import ProposalForm
from communities.forms.partnership import OutcomeForm, ReasonForm
from communities.models import Need, Partnership
from communities.views.community import refuse
from communities.views.need import named_side, need_context, need_or_404, sides_for
from foundation.policy import policy


@policy("teacher", methods=["POST"])
def partnership_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a need; a foreign school or community is no choice of the form."""
    found = need_or_404(request, pk)
    form = ProposalForm(request.POST, sides=sides_for(request))
    if form.is_valid():
        try:
            proposal = propose_partnership(found, form.cleaned_data["side"], by=request.user, message=form.cleaned_data["message"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The proposal is sent. The other side will find it among what waits for them."))
            return redirect(proposal)
    return render(request, "exchange/need.html", {**need_context(request, found, form, request.user), "form": form})


@policy("teacher", methods=["POST"])
def partnership_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """The need's owner asks a side that fits (`side` names it)."""
    found = need_or_404(request, pk)
    refuse(access.may_change_need(request.user, found))
    side = named_side(request.POST.get("side", ""))
    if side is None:
        return redirect("exchange_partners_of_need", found.pk)
    try:
        proposal = propose_partnership(found, side, by=request.user, by_owner=True)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("exchange_partners_of_need", found.pk)
    messages.success(request, _("The proposal is sent. The other side will find it among what waits for them."))
    return redirect(proposal)


def _partnership(request: HttpRequest, pk: int) -> Partnership:
    return get_object_or_404(Partnership.objects.visible_to(request.user).for_list(), pk=pk)


@policy("teacher")
def partnership(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _partnership(request, pk))


def _page(request: HttpRequest, found: Partnership, **forms: Any) -> HttpResponse:
    teacher = request.user
    context = {
        "partnership": found,
        "need": found.need,
        "steps": list(found.steps.select_related("by")),
        "may_confirm": access.may_confirm(teacher, found),
        "may_take_back": access.may_take_back(teacher, found),
        "may_work": access.may_work_on(teacher, found),
        "may_see_need": Need.objects.visible_to(teacher).filter(pk=found.need_id).exists(),
        "refusal": ReasonForm(auto_id="refusal_%s"),
        "breaking": ReasonForm(auto_id="break_%s"),
        "outcome": OutcomeForm(auto_id="outcome_%s"),
        **forms,
    }
    return render(request, "exchange/partnership.html", context)


def _act(request: HttpRequest, found: Partnership, act: Callable[[], Partnership], words: str) -> HttpResponse:
    """Do it and say so; when somebody was faster, the page says that."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, words)
    return redirect(found)


def _by_owner(request: HttpRequest, found: Partnership) -> bool:
    """Whether the reader acts as the need's owner: whoever speaks for both sides does, too."""
    return access.speaks_for(request.user, found.need.owner)  # type: ignore[arg-type]


@policy("teacher", methods=["POST"])
def partnership_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    found = _partnership(request, pk)
    if found.state == "proposed":
        refuse(access.may_confirm(request.user, found))
    return _act(request, found, lambda: agree_partnership(found, by=request.user), _("You are partners now."))


@policy("teacher", methods=["POST"])
def partnership_refusal(request: HttpRequest, pk: int) -> HttpResponse:
    found = _partnership(request, pk)
    refuse(access.may_confirm(request.user, found) or found.state != "proposed")
    form = ReasonForm(request.POST, auto_id="refusal_%s")
    if not form.is_valid():
        return _page(request, found, refusal=form)
    return _act(request, found, lambda: decline_partnership(found, by=request.user, **form.cleaned_data), _("The proposal is declined."))


@policy("teacher", methods=["POST"])
def partnership_start(request: HttpRequest, pk: int) -> HttpResponse:
    found = _partnership(request, pk)
    by_owner = _by_owner(request, found)
    refuse(by_owner or access.speaks_for(request.user, found.counterpart))
    return _act(request, found, lambda: start_partnership(found, by=request.user, by_owner=by_owner), _("The work has begun."))


@policy("teacher", methods=["POST"])
def partnership_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    found = _partnership(request, pk)
    by_owner = _by_owner(request, found)
    refuse(by_owner or access.speaks_for(request.user, found.counterpart))
    form = OutcomeForm(request.POST, auto_id="outcome_%s")
    if not form.is_valid():
        return _page(request, found, outcome=form)
    words = _("The outcome is reported. Thank you!")
    return _act(request, found, lambda: finish_partnership(found, by=request.user, by_owner=by_owner, **form.cleaned_data), words)


@policy("teacher", methods=["POST"])
def partnership_break(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a proposal back, or break off what was agreed."""
    found = _partnership(request, pk)
    refuse(access.may_take_back(request.user, found) or found.state not in ("proposed", "agreed", "running"))
    by_owner = found.proposed_by_owner if found.state == "proposed" else _by_owner(request, found)
    form = ReasonForm(request.POST, auto_id="break_%s")
    if not form.is_valid():
        return _page(request, found, breaking=form)
    return _act(request, found, lambda: break_off_partnership(found, by=request.user, by_owner=by_owner, **form.cleaned_data), _("It is broken off."))
