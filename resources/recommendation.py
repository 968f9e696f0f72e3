"""On a published material's page: who recommended it and by which sheet, who called it a best practice and why."""

from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.utils import timezone

from communities.access import is_confirmed
from communities.models import AuditEntry, Teacher
from resources.forms.review import CRITERIA
from resources.material_panels import PANELS
from resources.models import Material, Review
from resources.models.material import Status
from resources.models.review import Criterion, Decision, Mark

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = Teacher | AnonymousUser


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if recommendation_panel not in PANELS:
        PANELS.extend([best_practice_panel, recommendation_panel])


def recommendation_panel(material: Material, reader: "Reader", request: HttpRequest) -> dict[str, Any] | None:
    """Accepting reviews with their sheets; visitors read what was judged, not who judged. Two queries."""
    if material.status != Status.PUBLISHED:
        return None
    reviews = list(material.reviews.filter(decision=Decision.ACCEPTED).select_related("reviewer").prefetch_related("marks").order_by("decided_at", "id"))
    if not reviews:
        return None
    named = is_confirmed(reader)
    rows = [{"reviewer": review.reviewer if named else None, "on": timezone.localdate(review.decided_at), **sheet_of(review)} for review in reviews]
    return {"template": "materials/_recommended.html", "context": {"reviews": rows}, "place": "main"}


def best_practice_panel(material: Material, reader: "Reader", request: HttpRequest) -> dict[str, Any] | None:
    """The reason, and for colleagues who gave the mark and when, from the audit log. One query."""
    if material.status != Status.PUBLISHED or not material.best_practice_reason:
        return None
    given = None
    if is_confirmed(reader):
        about = {"content_type": ContentType.objects.get_for_model(Material), "object_id": material.pk, "action": "award-best-practice"}
        given = AuditEntry.objects.filter(**about).select_related("actor").order_by("-at", "-id").first()
    context = {"reason": material.best_practice_reason, "by": given.actor if given else None, "on": timezone.localdate(given.at) if given else None}
    return {"template": "materials/_best_practice.html", "context": context, "place": "main"}


def sheet_of(review: Review) -> dict[str, Any]:
    """A review's sheet in words: what is met (in number), what partly, what not; marks are prefetched."""
    marks = {mark.criterion: mark.mark for mark in review.marks.all()}
    labels = {mark: [str(CRITERIA[criterion][0]) for criterion in Criterion if marks.get(criterion) == mark] for mark in Mark}
    return {"marked": len(marks), "met": len(labels[Mark.YES]), "partly": labels[Mark.PARTLY], "unmet": labels[Mark.NO]}
