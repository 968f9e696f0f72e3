"""An author's own materials: drafts and returned ones first, since they wait for their author; several of them are filled in and sent together."""

import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Teacher
from foundation.policy import policy
from resources.access import OPEN
from resources.actions.drafts import Outcome, change_drafts
from resources.batch_pages import unfinished_batches
from resources.forms.drafts import DraftsForm
from resources.models import Material
from resources.models.material import Status

PAGE_SIZE = 20
# Drafts that are changed together: two pages of the list and some.
TOGETHER = 50
# What asks for the author's hand stands first.
ORDER = [Status.RETURNED, Status.DRAFT, Status.REVIEW, Status.PUBLISHED, Status.WITHDRAWN]


def own_materials(teacher: Teacher) -> QuerySet[Material]:
    """Everything this person wrote, in every state."""
    rank = Case(*[When(status=status, then=Value(place)) for place, status in enumerate(ORDER)], output_field=IntegerField())
    return Material.objects.visible_to(teacher).written_by(teacher).for_list().annotate(rank=rank).order_by("rank", "-changed_at", "-id")


@policy("teacher")
def my_materials(request: HttpRequest) -> HttpResponse:
    page = Paginator(own_materials(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "today": timezone.localdate(),
        "batches": unfinished_batches(request.user),
        "may_choose": sum(material.status in OPEN for material in page) > 1,
    }
    return render(request, "materials/mine.html", context)


@policy("teacher", methods=["GET", "POST"])
def my_drafts(request: HttpRequest) -> HttpResponse:
    """Several drafts: common fields, and off to review. What cannot go says why and stays here; nothing of it is written."""
    send = request.POST.get("do") == "send"
    form = DraftsForm(request.POST or None, teacher=request.user, send=send)
    chosen = _chosen(request)
    drafts = _drafts(request.user, chosen)
    outcomes: list[Outcome] = []
    lost = len(set(chosen)) - len(drafts)
    if request.method == "POST" and lost:
        messages.warning(request, _gone(lost))
    if request.method == "POST" and not chosen:
        messages.error(request, _("Choose at least one draft."))
    elif request.method == "POST" and form.is_valid():
        outcomes = change_drafts(drafts, form.values(), by=request.user, seen=_seen(request, drafts), send=send)
        done = sum(not outcome.problem for outcome in outcomes)
        if done:
            messages.success(request, _sent(done) if send else _changed(done))
        if done == len(outcomes):
            return redirect("my_materials")
        drafts = _drafts(request.user, [outcome.material.pk for outcome in outcomes if outcome.problem])
    problems = {outcome.material.pk: outcome for outcome in outcomes if outcome.problem}
    everything = "all" in request.GET
    rows = [{"material": draft, "outcome": problems.get(draft.pk), "chosen": draft.pk in chosen or everything} for draft in drafts]
    gone = [outcome for pk, outcome in problems.items() if pk not in {draft.pk for draft in drafts}]
    return render(request, "materials/drafts.html", {"form": form, "rows": rows, "gone": gone})


def _chosen(request: HttpRequest) -> list[int]:
    """Numbers of the drafts that were ticked; without any the page offers all."""
    said = (request.POST if request.method == "POST" else request.GET).getlist("material")
    return [int(number) for number in said[:TOGETHER] if number.isascii() and number.isdigit() and len(number) <= 18]


def _drafts(teacher: Teacher, chosen: list[int]) -> list[Material]:
    """One's own drafts and returned materials, of those chosen if any are; at most TOGETHER."""
    drafts = own_materials(teacher).filter(status__in=OPEN).select_related("derived_from__material")
    return list((drafts.filter(pk__in=chosen) if chosen else drafts)[:TOGETHER])


def _seen(request: HttpRequest, drafts: list[Material]) -> dict[int, datetime.datetime]:
    """When each draft was last changed, as the page said it."""
    found: dict[int, Any] = {}
    for draft in drafts:
        try:
            moment = parse_datetime(request.POST.get(f"seen-{draft.pk}", "")[:40])
        except ValueError:
            continue
        if moment is not None and timezone.is_aware(moment):
            found[draft.pk] = moment
    return found


def _sent(count: int) -> str:
    return ngettext("%(count)s material is sent for review.", "%(count)s materials are sent for review.", count) % {"count": count}


def _gone(count: int) -> str:
    return ngettext("%(count)s chosen material is no longer a draft of yours.", "%(count)s chosen materials are no longer drafts of yours.", count) % {
        "count": count
    }


def _changed(count: int) -> str:
    return ngettext("%(count)s draft is changed.", "%(count)s drafts are changed.", count) % {"count": count}
