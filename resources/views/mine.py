"""An author's own materials: drafts and returned ones first, since they wait for their author."""

from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from communities.models import Teacher
from foundation.policy import policy
from resources.batch_pages import unfinished_batches
from resources.models import Material
from resources.models.material import Status

PAGE_SIZE = 20
# What asks for the author's hand stands first.
ORDER = [Status.RETURNED, Status.DRAFT, Status.REVIEW, Status.PUBLISHED, Status.WITHDRAWN]


def own_materials(teacher: Teacher) -> QuerySet[Material]:
    """Everything this person wrote, in every state."""
    rank = Case(*[When(status=status, then=Value(place)) for place, status in enumerate(ORDER)], output_field=IntegerField())
    return Material.objects.visible_to(teacher).written_by(teacher).for_list().annotate(rank=rank).order_by("rank", "-changed_at", "-id")


@policy("teacher")
def my_materials(request: HttpRequest) -> HttpResponse:
    page = Paginator(own_materials(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "materials/mine.html", {"page": page, "today": timezone.localdate(), "batches": unfinished_batches(request.user)})
