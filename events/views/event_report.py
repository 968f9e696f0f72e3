"""The report of an event, its materials, and the next of its series."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from events.actions.event_material import attach_material, detach_material
from events.actions.report import edit_report, hold_event
from events.forms.event import ReportForm
from events.models import Participation
from events.models.event import EventStatus
from events.pages import head_context
from events.views.event import refused, run_or_403
from foundation.policy import policy
from resources.models import Material


@policy("teacher", methods=["GET", "POST"])
def event_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Held on a day, with this outcome; a later visit changes the words alone."""
    event = run_or_403(request, pk)
    held = event.status == EventStatus.HELD
    day = event.held_on or min(timezone.localdate(event.starts_at), timezone.localdate())
    form = ReportForm(request.POST if request.method == "POST" else None, label_suffix="", initial={"held_on": day, "outcome": event.outcome})
    if request.method == "POST" and form.is_valid():
        try:
            if held:
                edit_report(event, by=request.user, outcome=form.cleaned_data["outcome"])
            else:
                hold_event(event, by=request.user, **form.cleaned_data)
        except ValidationError as problem:
            refused(form, problem)
        else:
            messages.success(request, _("Reported. Those present have their act in the network's history."))
            return redirect(event)
    count = Participation.objects.filter(event=event).values("teacher").distinct().count()
    return render(request, "events/event_report.html", {**head_context(event, request.user, current="about"), "form": form, "count": count, "held": held})


@policy("teacher", methods=["GET", "POST"])
def event_materials(request: HttpRequest, pk: int) -> HttpResponse:
    """Materials to read before and of the event: linked by their address or number, taken off again."""
    event = run_or_403(request, pk)
    if request.method == "POST":
        try:
            if "remove" in request.POST:
                detach_material(event, number=request.POST["remove"], by=request.user)
            else:
                attach_material(event, address=request.POST.get("address", ""), before="before" in request.POST, by=request.user)
                messages.success(request, _("The material is linked."))
        except ValidationError as problem:
            messages.error(request, problem.messages[0])
        return redirect("event_materials", pk=event.pk)
    seen = Material.objects.visible_to(request.user)
    before, after = event.materials_before.values("pk"), event.materials_after.values("pk")
    groups = [(_("To read before"), list(seen.filter(pk__in=before))), (_("Of the event"), list(seen.filter(pk__in=after)))]
    return render(request, "events/event_materials.html", {**head_context(event, request.user, current="about"), "groups": groups})
