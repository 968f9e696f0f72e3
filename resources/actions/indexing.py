"""The search document of a material, written in the transaction that changes the material."""

from collections.abc import Iterable

from django.db.models import Prefetch

from communities.models import Teacher
from foundation.text_search import index_text
from resources.models import Authorship, Material, MaterialFile, MaterialSearch

BATCH = 100


def index_material(material: Material) -> None:
    """Write the material's search document anew, inside the caller's transaction."""
    documents = _documents([material.pk])
    MaterialSearch.objects.bulk_create(documents, update_conflicts=True, unique_fields=["material"], update_fields=["title", "everything"])


def index_materials_of(teacher: Teacher) -> None:
    """After a change of the name, or of the wish to show it."""
    index_materials(Authorship.objects.filter(teacher=teacher).values_list("material_id", flat=True))


def rebuild_search(*, batch: int = BATCH) -> int:
    """Write every material's search document anew; answers how many. Memory holds one batch of texts at a time."""
    return index_materials(Material.objects.order_by("pk").values_list("pk", flat=True), batch)


def index_materials(ids: Iterable[int], batch: int = BATCH) -> int:
    """Write the search documents of these materials anew, inside the caller's transaction; answers how many."""
    every = list(ids)
    for start in range(0, len(every), batch):
        documents = _documents(every[start : start + batch])
        MaterialSearch.objects.bulk_create(documents, update_conflicts=True, unique_fields=["material"], update_fields=["title", "everything"])
    return len(every)


def _documents(ids: list[int]) -> list[MaterialSearch]:
    files = MaterialFile.objects.order_by("version__number", "order", "id").select_related("version").only("text", "original_name", "version")
    materials = Material.objects.filter(pk__in=ids).select_related("subject", "type", "purpose")
    materials = materials.prefetch_related(
        Prefetch("authorships", Authorship.objects.select_related("teacher")),
        Prefetch("versions__files", files),
    )
    return [MaterialSearch(material=material, title=index_text(material.title), everything=index_text(*_parts(material))) for material in materials]


def _parts(material: Material) -> list[str]:
    """Title first, files last: of very long texts only the beginning keeps its phrases.

    Authors' names go in only when every author publishes the name: the index answers visitors, too, and a hidden author must not
    be found by trying names. Texts are those of the current version, which stands first.
    """
    parts = [material.title, material.annotation, material.topic]
    parts += [f"{entry.name_ru} {entry.name_en}" for entry in (material.subject, material.type, material.purpose) if entry]
    authors = [authorship.teacher for authorship in material.authorships.all()]
    if all(author.publishes_name and author.erased_at is None for author in authors):
        parts += [str(author) for author in authors]
    current = next(iter(material.versions.all()), None)
    for file in current.files.all() if current else ():
        parts += [file.original_name, file.text]
    return [part for part in parts if part]
