"""Conflicts of interest of a review: shown, not forbidden; in a small school everybody is a colleague."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Employment, Teacher
from resources.models import Authorship, Material, Review


@dataclass(slots=True)
class Conflict:
    """What reviewer and authors shared on the day of the review."""

    schools: set[str] = field(default_factory=set)
    wrote_together: bool = False

    def __bool__(self) -> bool:
        return bool(self.schools) or self.wrote_together

    @property
    def reasons(self) -> list[str]:
        """In words for people."""
        reasons = []
        if self.schools:
            reasons.append(_("the reviewer and an author work at the same school: %(schools)s") % {"schools": ", ".join(sorted(self.schools))})
        if self.wrote_together:
            reasons.append(_("the reviewer and an author have written a material together"))
        return reasons


def conflict_of(reviewer: Teacher, material: Material) -> Conflict:
    """Today's conflict of somebody who is about to review. Two or three queries."""
    return conflicts_of(material, [Review(pk=0, reviewer=reviewer, decided_at=timezone.now())])[0]


def conflicts_of(material: Material, reviews: Iterable[Review]) -> dict[int | None, Conflict]:
    """Review id → its conflict, as things stood when it was decided.

    Two queries for any number of reviews, one more for authors that were not prefetched; none without a review.
    """
    reviews = list(reviews)
    found = {review.pk: Conflict() for review in reviews}
    if not reviews:
        return found
    authors = {authorship.teacher_id for authorship in material.authorships.all()}
    reviewers = {review.reviewer_id for review in reviews}
    places = list(Employment.objects.filter(teacher__in=authors | reviewers).exclude(confirmed_on=None).select_related("school"))
    # The rows of the joined table are other authorships of the same materials; one's own never matches, since nobody reviews their own.
    together = set(
        Authorship.objects.filter(teacher__in=reviewers, material__authorships__teacher__in=authors - reviewers).values_list("teacher_id", flat=True)
    )
    for review in reviews:
        day = timezone.localdate(review.decided_at)
        then = [place for place in places if place.started_on <= day and (place.ended_on is None or place.ended_on >= day)]
        theirs = {place.school_id for place in then if place.teacher_id in authors - {review.reviewer_id}}
        conflict = found[review.pk]
        conflict.schools = {str(place.school) for place in then if place.teacher_id == review.reviewer_id and place.school_id in theirs}
        conflict.wrote_together = review.reviewer_id in together
    return found
