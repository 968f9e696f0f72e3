"""What waits for a person in the library: returned materials, drafts to send, materials to review."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Teacher
from communities.waiting import Task
from resources.access import reviewable_by
from resources.calls import called_tasks
from resources.models import Booking, Material, MaterialVersion, Suggestion
from resources.models.material import Preparation, Status


def waiting_for(teacher: Teacher) -> list[Task]:
    """Tasks of a confirmed teacher: three queries, two for those who belong to no community, whatever their offices."""
    return [*_own(teacher), *_of_offices(teacher), *called_tasks(teacher)]


def _of_offices(teacher: Teacher) -> list[Task]:
    """Reviews and bookings: three numbers that one query tells, none of them for those without such an office."""
    reviews = reviewable_by(teacher).order_by()
    bookings = Booking.objects.answered_by_office(teacher).waiting()
    counts = (reviews, reviews.filter(review_due_on__lt=timezone.localdate()), bookings)
    numbers = Teacher.objects.filter(pk=teacher.pk).values_list(*(Coalesce(Subquery(_number(query)), 0) for query in counts)).get()
    return [*_reviews(*numbers[:2]), *_bookings(numbers[2])]


def _number(query: QuerySet) -> QuerySet:
    return query.order_by().values(every=Value(1)).annotate(number=Count("pk")).values("number")


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


def _reviews(count: int, overdue: int) -> list[Task]:
    if not count:
        return []
    title = ngettext("%(count)d material waits for a review", "%(count)d materials wait for a review", count) % {"count": count}
    detail = ngettext("%(count)d is late", "%(count)d are late", overdue) % {"count": overdue} if overdue else _("about 15 minutes each")
    return [Task(title, reverse("review_queue"), _("Review"), "check", detail, rank=5 if overdue else 15)]


def _bookings(count: int) -> list[Task]:
    """Requests to use what this person's office lends."""
    if not count:
        return []
    title = ngettext("%(count)d booking waits for your answer", "%(count)d bookings wait for your answer", count) % {"count": count}
    return [Task(title, f"{reverse('booking_list')}?answer=1", _("Answer"), "cal", rank=18)]
