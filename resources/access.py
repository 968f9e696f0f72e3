"""May they? Pure answers about materials; nothing here writes."""

from typing import TYPE_CHECKING, TypeGuard

from django.db.models import Exists, OuterRef, QuerySet

from communities.models import Teacher
from resources.models import Authorship, Material, Review
from resources.models.material import Status

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Person = Teacher | AnonymousUser

# A material in these states is still its authors' own paper.
OPEN = (Status.DRAFT, Status.RETURNED)


def is_author(teacher: "Person", material: Material) -> bool:
    """One query."""
    return teacher.is_authenticated and material.authorships.filter(teacher=teacher).exists()


def may_upload(teacher: "Person") -> TypeGuard[Teacher]:
    """Every confirmed teacher brings materials."""
    return teacher.is_authenticated and teacher.is_confirmed


def may_edit(teacher: "Person", material: Material) -> bool:
    """Words about the material: its authors, not while colleagues read it; methodists whatever they see. A rejected one stays as it is."""
    if not may_upload(teacher) or material.status == Status.WITHDRAWN:
        return False
    if is_author(teacher, material):
        return material.status != Status.REVIEW
    return teacher.is_methodist and material.status != Status.DRAFT


def may_change_files(teacher: "Person", material: Material) -> bool:
    """Files change only before the material is sent; what was reviewed stays what was reviewed."""
    return may_upload(teacher) and material.status in OPEN and is_author(teacher, material)


def may_submit(teacher: "Person", material: Material) -> bool:
    """Authors send a draft, or a returned material again."""
    return may_change_files(teacher, material)


def may_withdraw(teacher: "Person", material: Material) -> bool:
    """Authors take a material back while nobody has decided."""
    return may_upload(teacher) and material.status == Status.REVIEW and is_author(teacher, material)


def may_discard(teacher: "Person", material: Material) -> bool:
    """A draft may be thrown away by its authors, unless colleagues have used or reviewed it before it was taken back: their word stays."""
    if not may_upload(teacher) or material.status != Status.DRAFT or not is_author(teacher, material):
        return False
    return not material.reuses.exists() and not material.reviews.exists()


def may_review(teacher: "Person", material: Material) -> bool:
    """Methodists, and leaders in their community's library; never one's own material, and once per submission."""
    return may_upload(teacher) and reviewable_by(teacher).filter(pk=material.pk).exists()


def may_award(teacher: "Person", material: Material) -> bool:
    """«Best practice» is given by methodists to published materials of others."""
    if not may_upload(teacher) or not teacher.is_methodist or material.status != Status.PUBLISHED:
        return False
    return material.created_by_id != teacher.pk and not is_author(teacher, material)


def is_reviewer(teacher: "Person") -> bool:
    """Whether the queue of reviews is this person's page."""
    return may_upload(teacher) and (teacher.is_methodist or bool(teacher.led_community_ids))


def reviewable_by(teacher: Teacher) -> "QuerySet[Material]":
    """What waits for a decision that this teacher may make, oldest first.

    Whoever made the material is no stranger to it, even when a co-author has taken their name off.
    """
    decided = Review.objects.filter(material=OuterRef("pk"), reviewer=teacher, decided_at__gte=OuterRef("submitted_at"))
    written = Authorship.objects.filter(material=OuterRef("pk"), teacher=teacher)
    waiting = Material.objects.visible_to(teacher).filter(~Exists(written), ~Exists(decided), status=Status.REVIEW).exclude(created_by=teacher)
    if not teacher.is_methodist:
        waiting = waiting.filter(library__community_id__in=teacher.led_community_ids)
    return waiting.order_by("submitted_at", "id")
