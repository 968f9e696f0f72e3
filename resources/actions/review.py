"""Review: one colleague's decision on what was submitted."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.notify import notify
from communities.levels import derive_level
from communities.models import Teacher
from foundation.activity import record
from resources.access import may_review
from resources.actions.publication import publish_material
from resources.actions.version import publish_version, refuse_version
from resources.models import Material, MaterialVersion, Review, ReviewMark, Suggestion
from resources.models.material import Preparation, Status
from resources.models.review import Decision
from resources.suggestions import Proposal, raw_value
from resources.versions import working_version

# Where a decision other than acceptance leads.
AFTERWARDS = {Decision.RETURNED: Status.RETURNED, Decision.REJECTED: Status.WITHDRAWN}


class AlreadyDecided(ValidationError):
    """Somebody was quicker, or this reviewer has decided before."""

    def __init__(self) -> None:
        super().__init__(_("A decision on this material has already been made."), code="already_decided")


@transaction.atomic
def review_material(
    material: Material,
    *,
    by: Teacher,
    decision: Decision | str,
    comment: str = "",
    marks: Mapping[str, str] | None = None,
    suggestions: Iterable[Proposal] = (),
) -> Review:
    """Decide on a material in review. Enough acceptances publish it; a return or a rejection ends the submission at once.

    `marks` is the sheet, criterion → mark; `suggestions` are values proposed for the material's fields, which its authors accept or decline.
    Of a published material its new version is decided on: the published one stays as it is unless the new one is accepted.
    The row's lock decides between two reviewers: the second finds the material no longer in review.
    Raises AlreadyDecided, PermissionDenied.
    """
    version = _lock_what_waits(material)
    fresh = Material.objects.select_related("library__community").get(pk=material.pk)
    since_submission = fresh.reviews.filter(decided_at__gte=fresh.submitted_at)
    if since_submission.filter(reviewer=by).exists():
        raise AlreadyDecided
    if not may_review(by, fresh):
        raise PermissionDenied("methodists, leaders, coordinators and curators review, never their own")
    review = Review.objects.create(material=fresh, version=version, reviewer=by, decision=decision, comment=comment)
    ReviewMark.objects.bulk_create(ReviewMark(review=review, criterion=criterion, mark=mark) for criterion, mark in (marks or {}).items())
    Suggestion.objects.bulk_create(Suggestion(review=review, field=one.field, before=raw_value(fresh, one.field), value=one.value) for one in suggestions)
    authors = fresh.authorships.select_related("teacher__school")
    level = derive_level([by.school, *(authorship.teacher.school for authorship in authors)])
    record("reviewed", by=by, target=fresh, level=level, community=fresh.library.community)
    notify("reviewed", to=[authorship.teacher for authorship in authors], about=fresh, by=by, key=str(review.pk))
    if decision == Decision.ACCEPTED:
        if since_submission.filter(decision=Decision.ACCEPTED).count() >= fresh.library.reviews_needed:
            publish_version(version) if version.preparation else publish_material(fresh)
    elif version.preparation:
        refuse_version(version, is_final=decision == Decision.REJECTED)
    else:
        Material.objects.filter(pk=fresh.pk).update(status=AFTERWARDS[Decision(decision)])
    return review


def _lock_what_waits(material: Material) -> MaterialVersion:
    """The version that waits for a decision, under the material's lock. Raises AlreadyDecided when none does."""
    locked = Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
    version = working_version(locked)
    if locked.status != Status.REVIEW and (locked.status != Status.PUBLISHED or version.preparation != Preparation.REVIEW):
        raise AlreadyDecided
    Material.objects.filter(pk=locked.pk).update(changed_at=timezone.now())
    return version
