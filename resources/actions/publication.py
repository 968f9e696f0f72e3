"""Publication: what acceptance leads to, and the mark «best practice»."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from communities.actions.audit import write_audit
from communities.levels import derive_level
from communities.models import Teacher
from foundation.activity import record
from resources.access import may_award
from resources.actions.indexing import index_material
from resources.models import Material
from resources.models.material import Status


def publish_material(material: Material) -> None:
    """Put a reviewed material on its shelf: its day, its search document, and one act for each author.

    Part of the review's transaction: the caller has locked the row and found enough acceptances. A material that was published before
    keeps its first day and is not counted again.
    """
    again = material.published_on is not None
    material.status = Status.PUBLISHED
    material.published_on = material.published_on or timezone.localdate()
    material.save(update_fields=["status", "published_on"])
    index_material(material)
    if again:
        return
    authors = [authorship.teacher for authorship in material.authorships.select_related("teacher__school")]
    level = derive_level(author.school for author in authors)
    for author in authors:
        if material.derived_from_id:
            record("adapted", by=author, target=material, level=level, community=material.library.community)
        record("published", by=author, target=material, level=level, community=material.library.community)


@transaction.atomic
def award_best_practice(material: Material, *, by: Teacher, reason: str) -> None:
    """A methodist calls a published material a best practice and says why."""
    if not may_award(by, material):
        raise PermissionDenied("methodists award published materials of others")
    if Material.objects.filter(pk=material.pk, status=Status.PUBLISHED).update(
        best_practice_reason=reason, best_practice_by=by, best_practice_on=timezone.localdate()
    ):
        write_audit("award-best-practice", by=by, target=material)


@transaction.atomic
def withdraw_best_practice(material: Material, *, by: Teacher) -> None:
    """Take the mark back."""
    if not may_award(by, material):
        raise PermissionDenied("methodists award published materials of others")
    if Material.objects.filter(pk=material.pk).exclude(best_practice_reason="").update(best_practice_reason="", best_practice_by=None, best_practice_on=None):
        write_audit("withdraw-best-practice", by=by, target=material)
