"""Who looks after which shelf: pure answers, nothing here writes."""

from typing import TYPE_CHECKING, TypeGuard

from django.db.models import Q, QuerySet

from communities.models import Employment, Teacher
from resources.models import Library, Material

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Person = Teacher | AnonymousUser


def offices_of(teacher: Teacher) -> "QuerySet[Library]":
    """Libraries of the communities this person leads, of the schools they coordinate, and those they curate.

    A curator's office ends with the membership or the workplace: what is public on the shelf stays visible to them, not theirs to care for.
    """
    curated = Library.curators.through.objects.filter(teacher=teacher).values("library_id")
    places = Employment.objects.current().filter(teacher=teacher)
    belongs = Q(community=None, school=None) | Q(community_id__in=list(teacher.current_memberships)) | Q(school_id__in=places.values("school_id"))
    coordinated = Q(school_id__in=places.filter(is_coordinator=True).values("school_id"))
    return Library.objects.filter(Q(community_id__in=teacher.led_community_ids) | coordinated | Q(belongs, pk__in=curated))


def cared_libraries(teacher: Teacher) -> "QuerySet[Library]":
    """Methodists care for every library; leaders, coordinators and curators for theirs."""
    return Library.objects.all() if teacher.is_methodist else offices_of(teacher)


def is_carer(teacher: "Person") -> TypeGuard[Teacher]:
    """Whether the queue of care is this person's page."""
    return teacher.is_authenticated and teacher.is_confirmed and (teacher.is_methodist or cared_libraries(teacher).exists())


def has_custody(teacher: Teacher, material: Material) -> bool:
    """Whether the material's library has taken it over and this person looks after that library. No query where the custody came with the material."""
    return hasattr(material, "custody") and cared_libraries(teacher).filter(pk=material.library_id).exists()
