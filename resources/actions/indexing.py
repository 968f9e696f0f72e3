"""The search document of a material, written in the transaction that changes the material."""

from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.db.models import F, Prefetch, Q, Value
from django.db.models.functions import Concat

from communities.models import School, Teacher
from foundation.text_search import index_text
from foundation.text_search.document import FILLER, MARK
from foundation.text_search.stems import stems
from foundation.text_search.word_families import GRADE
from resources.facets import CELL_FIELDS, marks_of
from resources.models import Authorship, Material, MaterialFile, MaterialSearch

BATCH = 100


def index_material(material: Material) -> None:
    """Write the material's search document anew, inside the caller's transaction."""
    documents = _documents([material.pk])
    MaterialSearch.objects.bulk_create(documents, update_conflicts=True, unique_fields=["material"], update_fields=["title", "everything"])


def index_materials_of(teacher: Teacher) -> None:
    """After a change of the name, or of the wish to show it."""
    index_materials(Authorship.objects.filter(teacher=teacher).values_list("material_id", flat=True))


def index_materials_at(school: School) -> None:
    """After a change of a school's name: its teachers' materials and those of its own library."""
    written = Authorship.objects.filter(teacher__school=school).values("material_id")
    index_materials(Material.objects.filter(Q(pk__in=written) | Q(library__school=school)).values_list("pk", flat=True))


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


def mark_documents() -> int:
    """Put the marks in front of documents written before there were any; answers how many. Of a marked library nothing is read but titles."""
    old = MaterialSearch.objects.exclude(title__startswith=MARK).values_list("pk", *(f"material__{field}" for field in CELL_FIELDS))
    unmarked = list(old)
    with transaction.atomic():
        for pk, *card in unmarked:
            marks = " ".join([*(MARK + mark for mark in marks_of(card)), FILLER, ""])
            MaterialSearch.objects.filter(pk=pk).update(title=Concat(Value(marks), F("title")), everything=Concat(Value(marks), F("everything")))
    return len(unmarked)


def _documents(ids: list[int]) -> list[MaterialSearch]:
    files: dict[int, list[MaterialFile]] = {}
    current = MaterialFile.objects.filter(version__material__in=ids).current()  # type: ignore[attr-defined]
    for file in current.select_related("version").only("text", "original_name", "version__material_id").order_by("order", "id"):
        files.setdefault(file.version.material_id, []).append(file)
    materials = Material.objects.filter(pk__in=ids).select_related("subject", "type", "purpose", "equipment", "library__school")
    materials = materials.prefetch_related(Prefetch("authorships", Authorship.objects.select_related("teacher__school")))
    return [search_document(material, [authorship.teacher for authorship in material.authorships.all()], files.get(material.pk, [])) for material in materials]


def search_document(
    material: Material, authors: Sequence[Teacher], files: Iterable[MaterialFile], *, stemmed: Callable[[str], Sequence[str]] = stems
) -> MaterialSearch:
    """The unsaved search document: the title and the topic rank; everything is found; marks narrow both.

    No query when authors' and libraries' schools are loaded.

    Authors' names and schools are open only when every author publishes the name: the index answers visitors, too, and a hidden author
    must not be found by trying names. Otherwise they are guarded words, which confirmed colleagues alone find.
    """
    people = _people(authors)
    is_open = all(author.publishes_name and author.erased_at is None for author in authors)
    marks = marks_of([getattr(material, field) for field in CELL_FIELDS])
    everything = index_text(*_parts(material, people if is_open else [], files), guarded=[] if is_open else people, marks=marks, stemmed=stemmed)
    title = index_text(material.title, material.topic, marks=marks, stemmed=stemmed)
    return MaterialSearch(material=material, title=title, everything=everything)


def _people(authors: Iterable[Teacher]) -> list[str]:
    """Names and schools of those who were not erased."""
    parts = [part for author in authors if author.erased_at is None for part in (str(author), str(author.school or ""))]
    return [part for part in dict.fromkeys(parts) if part]


def _parts(material: Material, people: Iterable[str], files: Iterable[MaterialFile]) -> list[str]:
    """Title first, files last: of very long texts only the beginning keeps its phrases. Files are those of the current version."""
    parts = [material.title, material.annotation, material.topic, _grade_words(material)]
    parts += [f"{entry.name_ru} {entry.name_en}" for entry in (material.subject, material.type, material.purpose, material.equipment) if entry]
    parts += [str(material.library.school or ""), *people]
    for file in files:
        parts += [file.original_name, file.text]
    return [part for part in parts if part]


def _grade_words(material: Material) -> str:
    """«8 класс 9 класс»: how teachers ask for grades."""
    if not material.grade_from or not material.grade_to:
        return ""
    return " ".join(f"{grade} {GRADE}" for grade in range(material.grade_from, material.grade_to + 1))
