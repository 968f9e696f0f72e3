"""Review: one colleague's decision on what was submitted."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.levels import derive_level
from communities.models import Teacher
from foundation.activity import record
from resources.access import may_review
from resources.actions.publication import publish_material
from resources.models import Material, Review
from resources.models.material import Status
from resources.models.review import Decision

# Where a decision other than acceptance leads.
AFTERWARDS = {Decision.RETURNED: Status.RETURNED, Decision.REJECTED: Status.WITHDRAWN}


class AlreadyDecided(ValidationError):
    """Somebody was quicker, or this reviewer has decided before."""

    def __init__(self) -> None:
        super().__init__(_("A decision on this material has already been made."), code="already_decided")


@transaction.atomic
def review_material(material: Material, *, by: Teacher, decision: Decision | str, comment: str = "") -> Review:
    """Decide on a material in review. Enough acceptances publish it; a return or a rejection ends the submission at once.

    A conditional UPDATE decides between two reviewers: it locks the row, and the second finds the material no longer in review.
    Raises AlreadyDecided, PermissionDenied.
    """
    if not Material.objects.filter(pk=material.pk, status=Status.REVIEW).update(changed_at=timezone.now()):
        raise AlreadyDecided
    fresh = Material.objects.select_related("library__community").get(pk=material.pk)
    since_submission = fresh.reviews.filter(decided_at__gte=fresh.submitted_at)
    if since_submission.filter(reviewer=by).exists():
        raise AlreadyDecided
    if not may_review(by, fresh):
        raise PermissionDenied("methodists and the community's leaders review, never their own")
    review = Review.objects.create(material=fresh, version=fresh.versions.order_by("-number")[0], reviewer=by, decision=decision, comment=comment)
    authors = fresh.authorships.select_related("teacher__school")
    level = derive_level([by.school, *(authorship.teacher.school for authorship in authors)])
    record("reviewed", by=by, target=fresh, level=level, community=fresh.library.community)
    if decision == Decision.ACCEPTED:
        if since_submission.filter(decision=Decision.ACCEPTED).count() >= fresh.library.reviews_needed:
            publish_material(fresh)
    else:
        Material.objects.filter(pk=fresh.pk).update(status=AFTERWARDS[Decision(decision)])
    return review
