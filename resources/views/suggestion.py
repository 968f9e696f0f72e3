"""The author's answer to one suggestion of a reviewer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.policy import policy
from resources.access import is_author, may_edit
from resources.actions.suggestion import accept_suggestion, decline_suggestion
from resources.forms.review import clean_suggestion
from resources.models import Material, Suggestion


@policy("teacher", methods=["POST"])
def suggestion_answer(request: HttpRequest, pk: int, suggestion_id: int) -> HttpResponse:
    """Accept or decline; back to the page with all of them."""
    material = get_object_or_404(Material.objects.visible_to(request.user).select_related("library__community", "library__school"), pk=pk)
    suggestion = get_object_or_404(Suggestion, pk=suggestion_id, review__material=material)
    if not is_author(request.user, material) or not may_edit(request.user, material):
        raise PermissionDenied
    try:
        if request.POST.get("do") == "accept":
            value = clean_suggestion(material, suggestion.field, suggestion.value, teacher=request.user)
            accept_suggestion(suggestion, value, by=request.user)
            messages.success(request, _("The suggestion is accepted: the field has its new value."))
        else:
            decline_suggestion(suggestion, by=request.user)
            messages.success(request, _("The suggestion is declined: the field stays as it is."))
    except ValidationError as problem:
        suggestion.refresh_from_db()
        # The same button pressed twice has its answer already.
        if suggestion.answered_by_id != request.user.pk or suggestion.accepted is not (request.POST.get("do") == "accept"):
            messages.error(request, problem.messages[0])
    return redirect(reverse("material_edit", args=[pk]) + "#suggestions")
