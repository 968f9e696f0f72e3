"""What a reader of one material gets: the material if they may see it, and its current version."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404

from communities.models import Teacher
from resources.access import may_see_preparation
from resources.models import Material, MaterialFile, MaterialPreview, MaterialVersion
from resources.rows import recommended
from resources.versions import all_versions

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


@dataclass(slots=True)
class FilePages:
    """A file of a version with the pictures of its pages."""

    file: MaterialFile
    pages: list[MaterialPreview] = field(default_factory=list)


def visible_material(teacher: "Teacher | AnonymousUser", pk: int) -> Material:
    """The material with everything its page names, or Http404: the same for a hidden one and for one that never was. Two queries."""
    return get_object_or_404(_readable(teacher), pk=pk)


def material_of_page(teacher: "Teacher | AnonymousUser", pk: int) -> Material:
    """The same with its versions and with whether it has variants, for its own page. Three queries."""
    variants = Material.objects.filter(derived_from__material=OuterRef("pk"))
    versions = Prefetch("versions", MaterialVersion.objects.order_by("-number"))
    materials = _readable(teacher).select_related("custody", "best_practice_by", "derived_from").prefetch_related(versions)
    return get_object_or_404(materials.annotate(has_variants=Exists(variants)), pk=pk)


def _readable(teacher: "Teacher | AnonymousUser") -> QuerySet[Material]:
    return Material.objects.visible_to(teacher).for_list().select_related("equipment").annotate(is_recommended=recommended())


def readable_versions(material: Material, teacher: "Teacher | AnonymousUser", *, reviews: bool | None = None) -> list[MaterialVersion]:
    """Versions that this reader of the material may open, newest first: what is in preparation is for its authors and reviewers alone.

    One query unless they were fetched with the material; one more only where a version waits for its review and nobody
    said whether this reader `reviews` it.
    """
    every = all_versions(material)
    if any(version.preparation for version in every) and not may_see_preparation(teacher, material, reviews=reviews):
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


PAGE_FIELDS = ("id", "page", "pages_total", "width", "height", "size")


def files_with_pages(version: MaterialVersion | None) -> list[FilePages]:
    """Files of a version with whether their text can be read and the pictures of their pages, all in order. One query: a row for each picture."""
    pages = {f"page_{name}": F(f"previews__{name}") for name in PAGE_FIELDS}
    found: dict[int, FilePages] = {}
    for row in files_of(version).annotate(is_readable=~Q(text=""), **pages).order_by("order", "id", "previews__page"):
        one = found.setdefault(row.pk, FilePages(row))
        if row.page_id is not None:
            one.pages.append(MaterialPreview(file=row, **{name: getattr(row, f"page_{name}") for name in PAGE_FIELDS}))
    return list(found.values())
