"""What waits for a person in the library: returned materials, drafts to send, materials to review."""

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Teacher
from communities.waiting import Task
from resources.access import reviewable_by
from resources.calls import called_tasks
from resources.models import Material, MaterialVersion, Suggestion
from resources.models.material import Preparation, Status


def waiting_for(teacher: Teacher) -> list[Task]:
    """Tasks of a confirmed teacher: three queries, two for those who belong to no community."""
    return [*_own(teacher), *_reviews(teacher), *called_tasks(teacher)]


def _own(teacher: Teacher) -> list[Task]:
    suggested = Exists(Suggestion.objects.filter(review__material=OuterRef("pk"), answered_at=None))
    # A colleague's suggestions may also wait on a published material; while it is in review nothing changes.
    returned = Exists(MaterialVersion.objects.filter(material=OuterRef("pk"), preparation=Preparation.RETURNED))
    own = Material.objects.filter(created_by=teacher).annotate(suggested=suggested, version_returned=returned)
    waiting = Q(status__in=[Status.RETURNED, Status.DRAFT]) | Q(status=Status.PUBLISHED) & (Q(suggested=True) | Q(version_returned=True))
    own = own.filter(waiting).order_by("-changed_at")[:3]
    return [_own_task(material) for material in own]


def _own_task(material: Material) -> Task:
    url = reverse("material_edit", args=[material.pk])
    if material.suggested:  # type: ignore[attr-defined]
        return Task(material.title, f"{url}#suggestions", _("Answer"), "edit", _("a reviewer suggests changes"), rank=25)
    if material.status == Status.RETURNED or material.version_returned:  # type: ignore[attr-defined]
        return Task(material.title, url, _("Revise"), "edit", _("returned with comments"), rank=25)
    return Task(material.title, url, _("Finish"), "edit", _("your draft"), rank=70)


def _reviews(teacher: Teacher) -> list[Task]:
    # Asked of everybody: whether somebody curates a library would cost a query of its own.
    late = Count("pk", filter=Q(review_due_on__lt=timezone.localdate()))
    found = reviewable_by(teacher).order_by().aggregate(count=Count("pk"), late=late)
    count, overdue = found["count"], found["late"]
    if not count:
        return []
    title = ngettext("%(count)d material waits for a review", "%(count)d materials wait for a review", count) % {"count": count}
    detail = ngettext("%(count)d is late", "%(count)d are late", overdue) % {"count": overdue} if overdue else _("about 15 minutes each")
    return [Task(title, reverse("review_queue"), _("Review"), "check", detail, rank=5 if overdue else 15)]
