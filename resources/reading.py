"""What a reader of one material gets: the material if they may see it, and its current version."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from communities.models import Teacher
from resources.access import may_see_preparation
from resources.models import Material, MaterialFile, MaterialVersion
from resources.rows import recommended

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def visible_material(teacher: "Teacher | AnonymousUser", pk: int) -> Material:
    """The material with everything its page names, or Http404: the same for a hidden one and for one that never was. Two queries."""
    materials = Material.objects.visible_to(teacher).for_list().select_related("equipment").annotate(is_recommended=recommended())
    return get_object_or_404(materials, pk=pk)


def readable_versions(material: Material, teacher: "Teacher | AnonymousUser") -> list[MaterialVersion]:
    """Versions that this reader of the material may open, newest first: what is in preparation is for its authors and reviewers alone. One query,
    and up to three more only where something is in preparation."""
    every = list(material.versions.order_by("-number"))
    unready = any(version.preparation for version in every)
    if unready and not may_see_preparation(teacher, material):
        return [version for version in every if not version.preparation]
    return every


def readable_files(material: Material, teacher: "Teacher | AnonymousUser") -> QuerySet[MaterialFile]:
    """Files of every version that this reader may open: doors of single files ask here."""
    versions = [version.content_id for version in readable_versions(material, teacher)]
    return MaterialFile.objects.filter(version__in=versions)


def asked_version(versions: list[MaterialVersion], asked: str) -> MaterialVersion | None:
    """The version that `?version=` names, of those the reader may open; the current one for anything else."""
    current = next((version for version in versions if not version.preparation), None)
    return next((version for version in versions if str(version.number) == asked), current)


def files_of(version: MaterialVersion | None) -> QuerySet[MaterialFile]:
    """Files of a version, in their order, without their long texts."""
    files = MaterialFile.objects.filter(version_id=version.content_id) if version else MaterialFile.objects.none()
    return files.defer("text", "signature").order_by("order", "id")
