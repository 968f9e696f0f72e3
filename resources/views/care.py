"""The curator's queue and the reader's «report a problem»."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.policy import policy
from foundation.templatetags.portal import thousands
from resources.access_care import is_carer
from resources.actions.care import report_problem, take_care
from resources.care import COUNTED, REMEDIES, acts_of, counts, queue, recent_acts, with_details
from resources.catalogue import CountedPaginator
from resources.forms.care import CareForm, ReportForm
from resources.models import Material
from resources.models.care import Finding, Remedy
from resources.reading import visible_material

# Of one reader about one material.
OWN_REPORTS = 20

DONE = {
    Remedy.ASK: gettext_lazy("The authors get a letter and see the question on the editing page."),
    Remedy.TRANSFER: gettext_lazy("The library looks after the material now; its authors stay named."),
    Remedy.ARCHIVE: gettext_lazy("The material is off the shelf; its authors and methodists still see it."),
    Remedy.DISMISS: gettext_lazy("The material stays as it is; the reason is kept."),
}

# Short enough for a row of tabs; the finding's own words stand below it.
TABS = {
    Finding.REPORTED: gettext_lazy("Reports"),
    Finding.EXAM: gettext_lazy("Exam papers"),
    Finding.SCAN: gettext_lazy("Scans"),
    Finding.LICENCE: gettext_lazy("Licences"),
    Finding.ORPHANED: gettext_lazy("Without an author"),
    Finding.STALE: gettext_lazy("Not renewed"),
    Finding.UNUSED: gettext_lazy("Not used"),
}

# What a finding of a rule means, where its own words do not say it.
MEANINGS = {
    Finding.EXAM: gettext_lazy("The text has the words of a closed exam paper. It is a hint: look into the file."),
    Finding.SCAN: gettext_lazy("The text has the imprint of a textbook. It is a hint: look into the file."),
    Finding.LICENCE: gettext_lazy("Everybody may open the material, and its licence is for the network alone; or a variant allows what its original does not."),
    Finding.ORPHANED: gettext_lazy("Nobody can answer questions about the material or mend it until a library looks after it."),
}


@policy("teacher")
def care_queue(request: HttpRequest) -> HttpResponse:
    """What needs a hand in the libraries this person cares for; without a choice the most urgent finding that has any."""
    if not is_carer(request.user):
        raise PermissionDenied
    found = counts(request.user)
    asked = request.GET.get("finding", "")
    finding = Finding(asked) if asked in Finding.values else next((entry for entry in Finding if found[entry]), Finding.REPORTED)
    # What was counted for the tab is what is paged through: the oldest thousand, until some of them are mended.
    page = CountedPaginator(with_details(queue(request.user, finding)), min(found[finding], COUNTED)).get_page(request.GET.get("page"))
    tabs = [_tab(entry, found[entry], entry == finding) for entry in Finding]
    context = {"page": page, "finding": finding, "tabs": tabs, "proposed": REMEDIES[finding][0], "acts": recent_acts(request.user)}
    context["meaning"] = MEANINGS.get(finding, "")
    return render(request, "materials/care.html", context)


def _tab(finding: Finding, count: int, current: bool) -> dict[str, Any]:
    many = count > COUNTED
    words = _("%(finding)s: more than %(count)s") % {"finding": TABS[finding], "count": thousands(COUNTED)} if many else TABS[finding]
    return {"text": words, "url": reverse("care_queue", query={"finding": finding.value}), "current": current, "count": None if many else count}


@policy("teacher", methods=["GET", "POST"])
def care_act(request: HttpRequest, pk: int, finding: str) -> HttpResponse:
    """Look at one finding and do one thing about it. What is not in this person's queue does not exist here."""
    if finding not in Finding.values or not request.user.is_confirmed:
        raise Http404
    why = Finding(finding)
    material = get_object_or_404(with_details(queue(request.user, why)), pk=pk)
    form = CareForm(request.POST if request.method == "POST" else None, finding=why)
    if request.method == "POST" and form.is_valid():
        remedy = Remedy(form.cleaned_data["remedy"])
        try:
            take_care(material, why, remedy, by=request.user, words=form.cleaned_data["words"])
        except ValidationError as problem:
            form.add_error("remedy", problem)
        else:
            messages.success(request, DONE[remedy])
            return redirect(reverse("care_queue", query={"finding": finding}))
    acts = acts_of(Material.objects.filter(pk=material.pk))
    context = {"material": material, "finding": why, "meaning": MEANINGS.get(why, ""), "form": form, "acts": acts}
    return render(request, "materials/care_act.html", context)


@policy("account", methods=["GET", "POST"])
def material_report(request: HttpRequest, pk: int) -> HttpResponse:
    """A signed-in reader says what is wrong, and sees what became of earlier reports of theirs."""
    material = visible_material(request.user, pk)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            report_problem(material, by=request.user, **form.cleaned_data)
        except ValidationError as problem:
            messages.error(request, problem.messages[0])
        else:
            messages.success(request, _("Thank you. A curator of the library looks at it; the answer will stand on this page."))
            return redirect("material_report", pk=pk)
    own = material.problem_reports.filter(reporter=request.user)[:OWN_REPORTS]
    return render(request, "materials/report.html", {"material": material, "form": form, "reports": own})
