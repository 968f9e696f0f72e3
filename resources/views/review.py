"""Reviewing: the queue, the page with everything to judge by, and the mark «best practice»."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.policy import policy
from resources.access import is_reviewer, may_award, may_review, reviewable_by
from resources.actions.publication import award_best_practice, withdraw_best_practice
from resources.actions.review import review_material
from resources.conflicts import conflict_of
from resources.forms.review import BestPracticeForm, ReviewForm, SuggestionForm
from resources.history import accepted_since_submission, counted_reviews, every_review, of_ready_versions, promised, review_steps, with_words
from resources.models import Material, MaterialPreview, Review
from resources.models.review import Decision
from resources.pages import files_and_likes
from resources.variants import HAS_VARIANTS
from resources.versions import working_version

PAGE = 20

THANKS = {
    Decision.ACCEPTED: gettext_lazy("Thank you: your review recommends the material."),
    Decision.RETURNED: gettext_lazy("Thank you: the authors see your comments and may send it again."),
    Decision.REJECTED: gettext_lazy("The material is rejected; the authors see your reason."),
}


@policy("teacher")
def review_queue(request: HttpRequest) -> HttpResponse:
    """What waits for this reader's decision, late ones first; for methodists, leaders, coordinators and curators."""
    if not is_reviewer(request.user):
        raise PermissionDenied
    accepted = Review.objects.filter(material=OuterRef("pk"), decision=Decision.ACCEPTED, decided_at__gte=OuterRef("submitted_at"))
    counted = Subquery(accepted.order_by().values("material").annotate(number=Count("pk")).values("number"))
    waiting = reviewable_by(request.user).for_list().annotate(accepted_count=Coalesce(counted, 0))  # type: ignore[attr-defined]
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    rows = [
        {
            "material": material,
            "accepted": counted_reviews(material.accepted_count, material.library.reviews_needed),
            "promised": promised(material.review_due_on),
            "is_late": material.review_due_on is not None and material.review_due_on < today,
        }
        for material in page
    ]
    return render(request, "materials/review_queue.html", {"page": page, "rows": rows})


@policy("teacher", methods=["GET", "POST"])
def material_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Read and decide. Who sees the material but may not judge it gets 403; one already decided leads to its page."""
    materials = Material.objects.visible_to(request.user).for_list().select_related("equipment").prefetch_related("versions")
    material = get_object_or_404(materials.annotate(has_variants=HAS_VARIANTS), pk=pk)
    if not may_review(request.user, material):
        if is_reviewer(request.user) and material.reviews.filter(reviewer=request.user).exists():
            return redirect(material)
        raise PermissionDenied
    form = ReviewForm(request.POST or None, material=material)
    suggestions = SuggestionForm(request.POST or None, material=material)
    if request.method == "POST" and form.is_valid() & suggestions.is_valid():
        return _decide(request, material, form, suggestions)
    files, similar = files_and_likes(material, request.user)
    pictures = list(MaterialPreview.objects.filter(file__in=[row.file for row in files]).select_related("file").order_by("file__order", "file_id", "page"))
    earlier = every_review(material)
    context = {
        "material": material,
        "form": form,
        "suggestions": suggestions,
        "files": files,
        "pictures": pictures,
        "version": working_version(material),
        "similar": similar,
        "conflict": conflict_of(request.user, material).reasons,
        "counted": counted_reviews(accepted_since_submission(material, [one.review for one in earlier]), material.library.reviews_needed),
        "promised": promised(material.review_due_on),
        "steps": review_steps(material, request.user, of_ready_versions(material, earlier)),
        "earlier": with_words(earlier),
    }
    return render(request, "materials/review.html", context)


def _decide(request: HttpRequest, material: Material, form: ReviewForm, suggestions: SuggestionForm) -> HttpResponse:
    decision = Decision(form.cleaned_data["decision"])
    said = {"comment": form.cleaned_data["comment"], "marks": form.marks(), "suggestions": suggestions.proposals()}
    try:
        review_material(material, by=request.user, decision=decision, **said)
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
