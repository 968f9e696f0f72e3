"""Conflicts of interest of a review: shown, not forbidden; in a small school everybody is a colleague."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Employment, Teacher
from resources.models import Authorship, Material, Review


@dataclass(frozen=True, slots=True)
class Conflict:
    """What reviewer and authors shared on the day of the review: a school (one name is enough), or a material of both."""

    school: str = ""
    wrote_together: bool = False

    def __bool__(self) -> bool:
        return bool(self.school) or self.wrote_together

    @property
    def reasons(self) -> list[str]:
        """In words for people."""
        reasons = []
        if self.school:
            reasons.append(_("the reviewer and an author work at the same school: %(schools)s") % {"schools": self.school})
        if self.wrote_together:
            reasons.append(_("the reviewer and an author have written a material together"))
        return reasons


def conflict_of(reviewer: Teacher, material: Material) -> Conflict:
    """Today's conflict of somebody who is about to review. One query."""
    person = Teacher.objects.filter(pk=reviewer.pk).alias(read=Value(material.pk), day=Value(timezone.localdate()))
    school, wrote_together = person.annotate(**_shared("pk", "read", "day")).values_list("shared_school", "wrote_together")[0]
    return Conflict(school or "", wrote_together)


def with_conflicts(reviews: "QuerySet[Review]") -> "QuerySet[Review]":
    """The reviews with what `conflict_in` reads, as things stood on the day of each. No further query."""
    return reviews.alias(day=TruncDate("decided_at")).annotate(**_shared("reviewer_id", "material_id", "day"))


def conflict_in(review: Review) -> Conflict:
    """The conflict of a review that came through `with_conflicts`."""
    return Conflict(review.shared_school or "", review.wrote_together)  # type: ignore[attr-defined]


def _shared(reviewer: str, material: str, day: str) -> dict[str, Any]:
    """The school where the reviewer and an author worked on that day, and whether they have written a material together; by names of the outer query."""
    others = Authorship.objects.filter(material=OuterRef(OuterRef(material))).exclude(teacher=OuterRef(OuterRef(reviewer)))
    colleagues = Employment.objects.filter(_on(OuterRef(OuterRef(day))), teacher__authorships__material=OuterRef(OuterRef(material)))
    colleagues = colleagues.exclude(teacher=OuterRef(OuterRef(reviewer)))
    own = Employment.objects.filter(_on(OuterRef(day)), teacher=OuterRef(reviewer), school__in=colleagues.values("school_id"))
    both = Authorship.objects.filter(teacher=OuterRef(reviewer), material__authorships__teacher__in=others.values("teacher_id"))
    return {"shared_school": Subquery(own.order_by("started_on", "id").values("school__short_name")[:1]), "wrote_together": Exists(both)}


def _on(day: OuterRef) -> Q:
    return Q(confirmed_on__isnull=False, started_on__lte=day) & (Q(ended_on=None) | Q(ended_on__gte=day))
