"""Items of a plan: added, changed, moved, cancelled, carried out."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from communities.views.community import refuse
from events.access import may_write_plan
from events.actions.plan import add_item, cancel_item, close_by_event, close_item, edit_item
from events.forms.plan import CloseForm, ItemForm, ItemReasonForm
from events.models import PlanItem
from events.papers.plan import minutes_docx
from events.views.event import refused
from events.views.plan import writable_or_403
from foundation.documents import DOCX_TYPE
from foundation.policy import policy


@policy("teacher", methods=["GET", "POST"])
def item_new(request: HttpRequest, pk: int) -> HttpResponse:
    plan = writable_or_403(request, pk)
    form = ItemForm(request.POST if request.method == "POST" else None, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            add_item(plan, by=request.user, **form.cleaned_data)
        except ValidationError as problem:
            refused(form, problem)
        else:
            return redirect("plan_item_new", pk=plan.pk) if "more" in request.POST else redirect(plan)
    return render(request, "plans/item_form.html", {"form": form, "plan": plan})


@policy("teacher", methods=["GET", "POST"])
def item_edit(request: HttpRequest, pk: int) -> HttpResponse:
    item = _writable(request, pk)
    form = ItemForm(request.POST if request.method == "POST" else None, plan=item.plan, item=item)
    if request.method == "POST" and form.is_valid():
        try:
            edit_item(item, by=request.user, **form.cleaned_data)
        except ValidationError as problem:
            refused(form, problem)
        else:
            return redirect(item)
    return render(request, "plans/item_form.html", {"form": form, "plan": item.plan, "item": item})


@policy("teacher", methods=["GET", "POST"])
def item_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """With a reason from an approved plan; out of a draft without one."""
    item = _writable(request, pk)
    asked = ItemReasonForm if item.plan.is_approved else None
    form = asked(request.POST if request.method == "POST" else None, label_suffix="") if asked else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            cancel_item(item, by=request.user, reason=form.cleaned_data["reason"] if form else "")
        except ValidationError as problem:
            messages.error(request, problem.messages[0])
        return redirect(item.plan)
    return render(request, "plans/item_cancel.html", {"form": form, "plan": item.plan, "item": item})


@policy("teacher", methods=["GET", "POST"])
def item_close(request: HttpRequest, pk: int) -> HttpResponse:
    """By a held event, a published material, or minutes."""
    item = _writable(request, pk)
    form = CloseForm(request.POST if request.method == "POST" else None, item=item, person=request.user)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        event = told.pop("event")
        try:
            if event is not None:
                close_by_event(item, event, by=request.user)
            else:
                close_item(item, by=request.user, **told)
        except ValidationError as problem:
            refused(form, problem)
        else:
            messages.success(request, _("Carried out."))
            return redirect(item)
    return render(request, "plans/item_close.html", {"form": form, "plan": item.plan, "item": item})


@policy("teacher")
def item_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """«Протокол заседания» of an item that minutes closed."""
    item = get_object_or_404(PlanItem.objects.visible_to(request.user).select_related("plan__community", "plan__school", "responsible", "closed_by"), pk=pk)
    if not item.minutes:
        raise Http404
    response = HttpResponse(minutes_docx(item), content_type=DOCX_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, f"minutes-{item.held_on}.docx") or ""
    return response


def _writable(request: HttpRequest, pk: int) -> PlanItem:
    item = get_object_or_404(PlanItem.objects.visible_to(request.user).select_related("plan__community", "plan__school", "responsible"), pk=pk)
    refuse(may_write_plan(request.user, item.plan.owner))
    if not item.is_open:
        raise Http404
    return item
