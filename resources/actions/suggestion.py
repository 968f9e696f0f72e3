"""The authors' answers to a reviewer's suggestions."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Teacher
from resources.access import is_author, may_edit
from resources.actions.draft import save_draft
from resources.models import Material, Suggestion
from resources.suggestions import raw_value


@transaction.atomic
def accept_suggestion(suggestion: Suggestion, value: Any, *, by: Teacher) -> Material:
    """Write the proposed value, which the material's form has cleaned to `value`.

    Raises ValidationError when it has been answered already, or when the field no longer holds what the reviewer saw: nothing is overwritten unseen.
    """
    material = _answer(suggestion, by=by, accepted=True)
    now = raw_value(material, suggestion.field)
    if now == suggestion.value:
        return material
    if now != suggestion.before:
        text = _("This field was changed after the review, so the suggestion was not applied. Compare and change it by hand.")
        raise ValidationError(text, code="changed_since")
    return save_draft(material, {suggestion.field: value}, by=by)


@transaction.atomic
def decline_suggestion(suggestion: Suggestion, *, by: Teacher) -> None:
    """Leave the field as it is. Raises ValidationError when it has been answered already."""
    _answer(suggestion, by=by, accepted=False)


def _answer(suggestion: Suggestion, *, by: Teacher, accepted: bool) -> Material:
    """Lock the material, then take the suggestion by a conditional UPDATE: of two answers at once one counts."""
    material = Material.objects.select_for_update(of=("self",)).select_related("library__community").get(reviews__suggestions=suggestion)
    if not is_author(by, material) or not may_edit(by, material):
        raise PermissionDenied("authors answer suggestions, not while colleagues read the material")
    answer = {"answered_at": timezone.now(), "answered_by": by, "accepted": accepted}
    if not Suggestion.objects.filter(pk=suggestion.pk, answered_at=None).update(**answer):
        raise ValidationError(_("This suggestion has been answered already."), code="already_answered")
    return material
