"""Several of one's own drafts at once: common words for all of them, and on their way to review together."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Teacher
from resources.access import OPEN
from resources.actions.draft import ChangedMeanwhile, save_draft
from resources.actions.submission import submit_material
from resources.licences import EXPLAINED, WIDTH, allowed_licences, original_of, widest_visibility
from resources.models import Material
from resources.models.material import Visibility

# Fields of the material's form that a refusal points at, by its code.
FIELD_OF = {"no_files": "files", "library_full": "library", "licence": "licence", "visibility": "visibility"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one draft: done where `problem` is empty; else nothing of it was written, and `field` of its form is the place to look at."""

    material: Material
    problem: str = ""
    field: str = ""


def change_drafts(
    materials: Iterable[Material], values: Mapping[str, Any], *, by: Teacher, seen: Mapping[int, datetime.datetime], send: bool = False
) -> list[Outcome]:
    """Write `values` (as for `save_draft`) into each draft and, with `send`, send it to review.

    Each draft is one transaction: its words and its sending, or neither. `seen` says by primary key when each was last changed as the
    person saw it; one that a colleague has changed since, or that was not seen, stays as it is and says so.
    """
    return [_outcome(material, values, by, seen.get(material.pk), send) for material in materials]


def _outcome(material: Material, values: Mapping[str, Any], by: Teacher, seen: datetime.datetime | None, send: bool) -> Outcome:
    try:
        if seen is None:
            raise ChangedMeanwhile
        _change(material, values, by=by, seen=seen, send=send)
    except (ChangedMeanwhile, Material.DoesNotExist):
        return Outcome(material, _("It has been changed since this page was opened. Look at it and choose it again."))
    except PermissionDenied:
        return Outcome(material, _("It is no draft of yours any more."))
    except ValidationError as refusal:
        return Outcome(material, " ".join(refusal.messages), FIELD_OF.get(getattr(refusal, "code", None) or "", ""))
    return Outcome(material)


@transaction.atomic
def _change(material: Material, values: Mapping[str, Any], *, by: Teacher, seen: datetime.datetime, send: bool) -> None:
    if material.status not in OPEN:
        raise PermissionDenied("only what has not been sent is changed together")
    _check_terms(material, values)
    fresh = save_draft(material, values, by=by, seen=seen)
    if fresh.visibility == Visibility.LIBRARY and fresh.library.owner is None:
        raise _without_members()
    if send:
        submit_material(fresh, by=by)


def _check_terms(material: Material, values: Mapping[str, Any]) -> None:
    """What the form of one material refuses, too: terms that a variant may not have, a library without members."""
    owner = values.get("library", material.library.owner)
    if values.get("visibility") == Visibility.LIBRARY and owner is None:
        raise _without_members()
    original = original_of(material)
    if original is None or not values.keys() & {"licence", "visibility"}:
        return
    licence, visibility = values.get("licence", material.licence), values.get("visibility", material.visibility)
    if licence not in allowed_licences(original) and licence != material.licence:
        raise ValidationError(str(EXPLAINED[original.licence]), code="licence")
    if WIDTH[Visibility(visibility)] > WIDTH[widest_visibility(original, licence)]:
        raise ValidationError(_("A variant is seen by no more people than the material it is made of."), code="visibility")


def _without_members() -> ValidationError:
    return ValidationError(_("Choose a community's or school's library first: the network's library has no members of its own."), code="visibility")
