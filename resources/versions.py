"""Which version is which: what readers get, what its authors work on, and the numbers that follow from the files."""

from django.db.models import Max

from resources.models import Material, MaterialFile, MaterialVersion
from resources.models.material import Preparation

IN_PREPARATION = (Preparation.DRAFT, Preparation.REVIEW, Preparation.RETURNED)


def all_versions(material: Material) -> list[MaterialVersion]:
    """Every version, newest first. One query, none where they were fetched with the material."""
    return sorted(material.versions.all(), key=lambda version: -version.number)


def _came_along(material: Material) -> bool:
    return "versions" in getattr(material, "_prefetched_objects_cache", {})


def current_version(material: Material) -> MaterialVersion | None:
    """The version that readers get: of the ready ones that with the highest number. One query."""
    return material.versions.ready().order_by("-number").first()


def prepared_version(material: Material) -> MaterialVersion | None:
    """The new version of a published material that readers do not get yet. One query, none where they were fetched with the material."""
    if _came_along(material):
        return next((version for version in material.versions.all() if version.preparation in IN_PREPARATION), None)
    return material.versions.in_preparation().first()


def working_version(material: Material) -> MaterialVersion:
    """The version in preparation if there is one, else the current one: what writing pages and reviewers look at.

    One query, none where the versions were fetched with the material.

    Raises MaterialVersion.DoesNotExist for a material without any version, which no action makes.
    """
    # READY is the empty string, so that whatever is in preparation stands first.
    if _came_along(material):
        open_ones = [version for version in material.versions.all() if version.preparation != Preparation.CLOSED]
        version = max(open_ones, key=lambda one: (one.preparation, one.number), default=None)
    else:
        version = material.versions.exclude(preparation=Preparation.CLOSED).order_by("-preparation", "-number").first()
    if version is None:
        raise MaterialVersion.DoesNotExist
    return version


def next_number(material: Material) -> int:
    """The number of a version to come; under the material's lock."""
    return (material.versions.aggregate(last=Max("number"))["last"] or 0) + 1


def recount_files(material: Material, version: MaterialVersion) -> None:
    """Write what lists show of the files of `version`, the current one; inside the transaction that made it so."""
    files = list(MaterialFile.objects.filter(version_id=version.content_id).order_by("order", "id").values_list("kind", "size"))
    material.file_count = len(files)
    material.size = sum(size for _kind, size in files)
    material.main_kind = files[0][0] if files else ""
    material.save(update_fields=["file_count", "size", "main_kind"])
