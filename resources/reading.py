"""What a reader of one material gets: the material if they may see it, and its current version."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from communities.models import Teacher
from resources.models import Material, MaterialFile, MaterialVersion
from resources.rows import recommended

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def visible_material(teacher: "Teacher | AnonymousUser", pk: int) -> Material:
    """The material with everything its page names, or Http404: the same for a hidden one and for one that never was. Two queries."""
    materials = Material.objects.visible_to(teacher).for_list().select_related("equipment").annotate(is_recommended=recommended())
    return get_object_or_404(materials, pk=pk)


def current_version(material: Material) -> MaterialVersion | None:
    """The version with the highest number."""
    return material.versions.order_by("-number").first()


def current_files(material: Material) -> QuerySet[MaterialFile]:
    """The files of the current version, in their order; files of older versions are not served any more."""
    return MaterialFile.objects.filter(version__in=material.versions.order_by("-number").values("pk")[:1]).order_by("order", "id")
