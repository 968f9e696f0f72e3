"""After registration: waiting for the school, asking another one."""

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from communities.actions.employment import RefusalReason, request_employment
from communities.forms.employment import WorkplaceForm
from communities.models import AuditEntry, Employment, Teacher
from foundation.policy import policy


@policy("account", methods=["GET", "POST"])
def workplaces(request: HttpRequest) -> HttpResponse:
    """My workplaces: current, waiting, refused; and the form that asks for another one."""
    teacher = request.user
    form = WorkplaceForm(request.POST if request.method == "POST" else None, teacher=teacher)
    if request.method == "POST" and form.is_valid():
        place = request_employment(teacher, form.cleaned_data["school"], position=form.cleaned_data["position"], by=teacher)
        messages.success(request, _("The request was sent to the coordinator of %(school)s.") % {"school": place.school})
        return redirect("workplaces")
    places = list(teacher.employments.filter(ended_on=None).select_related("school__municipality", "position"))
    waiting = [place for place in places if place.confirmed_on is None]
    context = {
        "form": form,
        "current": [place for place in places if place.confirmed_on],
        "waiting": [{"place": place, "coordinators": _coordinators(place)} for place in waiting],
        "refused": None if places else _last_refusal(teacher),
    }
    return render(request, "registration/workplaces.html", context)


def _coordinators(place: Employment) -> list[str]:
    """Positions of those who can confirm: somebody who is not confirmed yet learns no names."""
    of_school = Employment.objects.current().filter(school=place.school, is_coordinator=True, teacher__is_active=True)
    return sorted({str(position) for row in of_school.select_related("position", "teacher__position") if (position := row.position or row.teacher.position)})


def _last_refusal(teacher: Teacher) -> dict[str, object] | None:
    """The school and the reason of the last refusal, from the audit log."""
    place = teacher.employments.filter(confirmed_on=None).exclude(ended_on=None).select_related("school").order_by("-id").first()
    if place is None:
        return None
    kept = AuditEntry.objects.filter(action="refuse-employment", content_type=ContentType.objects.get_for_model(Employment), object_id=place.pk).first()
    reason = kept.details.get("reason") if kept else None
    return {"school": place.school, "reason": RefusalReason(reason).label if reason in RefusalReason.values else ""}
