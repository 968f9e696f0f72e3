"""Plans of work: of a community, of a school; a plan with its items; approval, evidence, the year's analysis, papers."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from communities.models import Community, School
from communities.pages import head_context as community_head
from communities.pages_people import school_head
from communities.views.community import community_or_404, refuse
from communities.views.school import school_or_404
from events.access import may_approve_plan, may_write_plan
from events.actions.plan import approve_plan, begin_plan, edit_plan, return_plan, sign_report, submit_plan, write_report
from events.evidence import seen_events, seen_materials
from events.forms.plan import AnalysisForm, BeginForm, GoalForm
from events.models import Plan
from events.papers.plan import analysis_docx, plan_docx
from events.plans import figures_of
from events.views.event import refused
from foundation.documents import DOCX_TYPE
from foundation.policy import policy
from foundation.school_years import year_words

PAPERS = {"plan": plan_docx, "analysis": analysis_docx}


@policy("public")
def community_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """This year's plan of a community, or the plan of the year that is asked for."""
    community = community_or_404(request, slug)
    head = {**community_head(community, request.user, current="plan"), "head": "communities/_head.html"}
    return _owner_page(request, community, head)


@policy("teacher")
def school_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """The same of a school."""
    school = school_or_404(request, slug)
    return _owner_page(request, school, {**school_head(school, request.user, current="plan"), "head": "schools/_head.html"})


def _owner_page(request: HttpRequest, owner: Community | School, head: dict[str, Any]) -> HttpResponse:
    side = "school" if isinstance(owner, School) else "community"
    plans = list(Plan.objects.visible_to(request.user).filter(**{side: owner}).for_list().order_by("-school_year"))
    asked = request.GET.get("year", "")
    plan = next((plan for plan in plans if str(plan.school_year) == asked), plans[0] if plans else None)
    context = {**head, "plans": plans, "owner": owner, "may_write": may_write_plan(request.user, owner), **(_plan_context(request, plan) if plan else {})}
    return render(request, "plans/owner_plan.html", context)


@policy("public")
def plan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A plan by itself: its address in letters and papers."""
    plan = plan_or_404(request, pk)
    return render(
        request, "plans/plan_detail.html", {**_plan_context(request, plan), "may_write": may_write_plan(request.user, plan.owner), "owner": plan.owner}
    )


def _plan_context(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    """The items in their order with the events that carry them. Two queries."""
    items = list(plan.items.for_list().prefetch_related("events"))
    decides = may_approve_plan(request.user, plan)
    materials = seen_materials(request.user, (item.material_id for item in items))
    events = seen_events(request.user, (event.pk for item in items for event in item.events.all()))
    for item in items:
        item.shown_material = item.material if item.material_id in materials else None  # type: ignore[attr-defined]
        item.shown_events = [event for event in item.events.all() if event.pk in events]  # type: ignore[attr-defined]
    return {
        "plan": plan,
        "items": items,
        "figures": figures_of(items, approved=plan.is_approved),
        "year": year_words(plan.school_year),
        "decides": decides,
        "waits_for_head": plan.school_id is not None and not plan.is_approved,
    }


@policy("teacher", methods=["GET", "POST"])
def community_plan_new(request: HttpRequest, slug: str) -> HttpResponse:
    return _new(request, community_or_404(request, slug))


@policy("teacher", methods=["GET", "POST"])
def school_plan_new(request: HttpRequest, slug: str) -> HttpResponse:
    return _new(request, school_or_404(request, slug))


def _new(request: HttpRequest, owner: Community | School) -> HttpResponse:
    refuse(may_write_plan(request.user, owner))
    form = BeginForm(request.POST if request.method == "POST" else None, owner=owner)
    if request.method == "POST" and form.is_valid():
        plan = begin_plan(owner, by=request.user, **form.cleaned_data)
        return redirect(plan)
    return render(request, "plans/plan_new.html", {"form": form, "owner": owner})


@policy("teacher", methods=["POST"])
def plan_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Send to the head, approve, send back: the button says which."""
    plan = plan_or_404(request, pk)
    acts = {
        "submit": (submit_plan, _("The plan waits for the head of the school.")),
        "approve": (approve_plan, _("Approved: the dates of today are the baseline.")),
        "return": (return_plan, _("Sent back to be revised.")),
    }
    act, words = acts.get(request.POST.get("act", ""), (None, ""))
    if act is None:
        raise Http404
    try:
        act(plan, by=request.user)
        messages.success(request, words)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
    return redirect(plan)


@policy("teacher", methods=["GET", "POST"])
def plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    plan = writable_or_403(request, pk)
    form = GoalForm(request.POST if request.method == "POST" else None, initial={"goal": plan.goal}, label_suffix="")
    if request.method == "POST" and form.is_valid():
        edit_plan(plan, by=request.user, **form.cleaned_data)
        return redirect(plan)
    return render(request, "plans/plan_edit.html", {"form": form, "plan": plan})


@policy("teacher", methods=["GET", "POST"])
def plan_analysis(request: HttpRequest, pk: int) -> HttpResponse:
    """The year's analysis: written by those who write the plan, signed by who approves it."""
    plan = plan_or_404(request, pk)
    writes, decides = may_write_plan(request.user, plan.owner), may_approve_plan(request.user, plan)
    refuse(writes or decides)
    form = AnalysisForm(request.POST if request.method == "POST" else None, initial={"report": plan.report}, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            if "sign" in request.POST:
                sign_report(plan, by=request.user, report=form.cleaned_data["report"])
                messages.success(request, _("Signed: the report does not change any more."))
            else:
                write_report(plan, by=request.user, report=form.cleaned_data["report"])
                messages.success(request, _("Saved."))
        except ValidationError as problem:
            refused(form, problem)
        else:
            return redirect(plan)
    context = {**_plan_context(request, plan), "form": form, "writes": writes}
    return render(request, "plans/plan_analysis.html", context)


@policy("public")
def plan_paper(request: HttpRequest, pk: int, paper: str) -> HttpResponse:
    """«План работы на … учебный год» and «Анализ работы за …», ready to sign."""
    plan = plan_or_404(request, pk)
    if paper == "analysis" and not (may_write_plan(request.user, plan.owner) or may_approve_plan(request.user, plan) or plan.signed_at):
        raise PermissionDenied
    items = list(plan.items.for_list().prefetch_related("events"))
    response = HttpResponse(PAPERS[paper](plan, items, names=getattr(request.user, "is_confirmed", False)), content_type=DOCX_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, f"{paper}-{plan.school_year}.docx") or ""
    return response


def plan_or_404(request: HttpRequest, pk: int) -> Plan:
    """The plan of an address."""
    return get_object_or_404(Plan.objects.visible_to(request.user).for_list(), pk=pk)


def writable_or_403(request: HttpRequest, pk: int) -> Plan:
    """The same, for who writes it."""
    plan = plan_or_404(request, pk)
    refuse(may_write_plan(request.user, plan.owner))
    return plan
