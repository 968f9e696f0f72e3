"""Reviewing: the queue, the page with everything to judge by, and the mark «best practice»."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.policy import policy
from resources.access import is_reviewer, may_award, may_review, reviewable_by
from resources.actions.publication import award_best_practice, withdraw_best_practice
from resources.actions.review import review_material
from resources.forms.review import BestPracticeForm, ReviewForm
from resources.history import review_steps
from resources.models import Material, MaterialPreview
from resources.models.review import Decision
from resources.pages import file_rows

PAGE = 20

# What a reviewer looks at (vocabularies.md, review criteria): an aid to reading, not a score.
CRITERIA = (
    (gettext_lazy("Standards"), gettext_lazy("fits the federal standard and the federal work programme")),
    (gettext_lazy("Accuracy"), gettext_lazy("facts, formulas and terms are right, sources are named")),
    (gettext_lazy("Method"), gettext_lazy("the aim is clear, the tasks lead to it and suit the age")),
    (gettext_lazy("Reuse"), gettext_lazy("a colleague can hold the lesson without asking the author")),
    (gettext_lazy("Authorship and rights"), gettext_lazy("no scans of textbooks, no closed exam papers, borrowed parts are named")),
    (gettext_lazy("Personal data and safety"), gettext_lazy("no pupils' names, faces or marks; experiments are safe")),
    (gettext_lazy("Layout"), gettext_lazy("readable, complete, prints well")),
)

THANKS = {
    Decision.ACCEPTED: gettext_lazy("Thank you: your review recommends the material."),
    Decision.RETURNED: gettext_lazy("Thank you: the authors see your comments and may send it again."),
    Decision.REJECTED: gettext_lazy("The material is rejected; the authors see your reason."),
}


@policy("teacher")
def review_queue(request: HttpRequest) -> HttpResponse:
    """What waits for this reader's decision, oldest first; for methodists and leaders of communities."""
    if not is_reviewer(request.user):
        raise PermissionDenied
    waiting = reviewable_by(request.user).for_list()  # type: ignore[attr-defined]
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    return render(request, "materials/review_queue.html", {"page": page})


@policy("teacher", methods=["GET", "POST"])
def material_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Read and decide. Who sees the material but may not judge it gets 403; one already decided leads to its page."""
    material = get_object_or_404(Material.objects.visible_to(request.user).for_list().select_related("equipment"), pk=pk)
    if not may_review(request.user, material):
        if is_reviewer(request.user) and material.reviews.filter(reviewer=request.user).exists():
            return redirect(material)
        raise PermissionDenied
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _decide(request, material, form)
    files = file_rows(material)
    pictures = MaterialPreview.objects.filter(file__in=[row.file for row in files]).select_related("file").order_by("file__order", "file_id", "page")
    context = {
        "material": material,
        "form": form,
        "files": files,
        "pictures": pictures,
        "criteria": CRITERIA,
        "steps": review_steps(material, request.user),
        "earlier": list(material.reviews.exclude(comment="").select_related("reviewer")),
    }
    return render(request, "materials/review.html", context)


def _decide(request: HttpRequest, material: Material, form: ReviewForm) -> HttpResponse:
    decision = Decision(form.cleaned_data["decision"])
    try:
        review_material(material, by=request.user, decision=decision, comment=form.cleaned_data["comment"])
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
    else:
        messages.success(request, THANKS[decision])
    return redirect("review_queue")


@policy("methodist", methods=["GET", "POST"])
def best_practice(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the mark with a reason, or take it back."""
    material = get_object_or_404(Material.objects.visible_to(request.user), pk=pk)
    if not may_award(request.user, material):
        raise PermissionDenied
    form = BestPracticeForm(request.POST or None, label_suffix="", initial={"reason": material.best_practice_reason})
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        withdraw_best_practice(material, by=request.user)
        return redirect(material)
    if request.method == "POST" and form.is_valid():
        award_best_practice(material, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The material is marked as a best practice."))
        return redirect(material)
    return render(request, "materials/best_practice.html", {"material": material, "form": form})
