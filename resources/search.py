"""Which materials a catalogue or a search finds, in which order, and how many share what."""

from typing import TYPE_CHECKING

from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When

from communities.models import Teacher
from foundation.text_search import Query, parse_query
from resources.facets import Cell
from resources.filters import NEW, RELEVANT
from resources.models import Material
from resources.models.material import Status

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def shelf(teacher: "Teacher | AnonymousUser") -> QuerySet[Material]:
    """What stands on the shelves for this reader: published, or waiting for review where the reader may see it.

    Drafts, returned and withdrawn materials are found by their authors on their own page, not in a catalogue.
    """
    return Material.objects.visible_to(teacher).filter(status__in=[Status.PUBLISHED, Status.REVIEW])


def matching(materials: QuerySet[Material], query: Query) -> QuerySet[Material]:
    """Those that hold all words of the query in title, annotation, authors or file text; all of them for an empty query."""
    return materials if query.is_empty else materials.filter(search__everything__match=query)


def ordered(materials: QuerySet[Material], order: str, query: Query) -> QuerySet[Material]:
    """Newest, most used, or best match: a hit in the title, then proven use, then date. The id decides ties on both databases."""
    newest = (F("published_on").desc(nulls_last=True), "-id")
    if order == NEW:
        return materials.order_by(*newest)
    if order == RELEVANT and not query.is_empty:
        title_hit = Case(When(search__title__match=query, then=Value(1)), default=Value(0), output_field=IntegerField())
        return materials.annotate(title_hit=title_hit).order_by("-title_hit", "-reuse_count", *newest)
    return materials.order_by("-reuse_count", *newest)


def count_cells(materials: QuerySet[Material]) -> list[Cell]:
    """The cube that all facets are counted from: one query, one row for each combination that occurs."""
    rows = (
        materials.order_by()
        .values_list("subject_id", "type_id", "purpose_id", "education_level_id", "grade_from", "grade_to", "library_id", "licence")
        .annotate(count=Count("pk"))
    )
    return [Cell._make(row) for row in rows]


def search_materials(text: str, teacher: "Teacher | AnonymousUser", limit: int) -> list[Material]:
    """The best `limit` materials for a text, with what `materials/_line.html` shows; an empty text finds nothing."""
    query = parse_query(text)
    if query.is_empty:
        return []
    return list(ordered(matching(shelf(teacher), query), RELEVANT, query).for_list()[:limit])  # type: ignore[attr-defined]
