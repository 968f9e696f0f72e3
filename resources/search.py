"""Which materials a catalogue or a search finds, in which order, and how many share what."""

from typing import TYPE_CHECKING

from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When

from communities.access import is_confirmed
from communities.models import Teacher
from foundation.text_search import Query, parse_query
from foundation.text_search.stems import plain_characters, stems, words
from resources.facets import COUNTED, FACETS, Cell, FacetCounts, count_facets
from resources.filters import NEW, RELEVANT, Selection
from resources.models import Material
from resources.models.material import Status

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def shelf(teacher: "Teacher | AnonymousUser") -> QuerySet[Material]:
    """What stands on the shelves for this reader: published, or waiting for review where the reader may see it.

    Drafts, returned and withdrawn materials are found by their authors on their own page, not in a catalogue.
    """
    return Material.objects.visible_to(teacher).filter(status__in=[Status.PUBLISHED, Status.REVIEW])


def matching(materials: QuerySet[Material], query: Query, reader: "Teacher | AnonymousUser") -> QuerySet[Material]:
    """Those that hold all words of the query in title, annotation, lists, people or file text; all of them for an empty query.

    Confirmed readers, who see their colleagues' names, also find materials by names and schools that are hidden from visitors.
    """
    if query.is_empty:
        return materials
    return materials.filter(search__everything__match=query.with_guarded() if is_confirmed(reader) else query)


def ordered(materials: QuerySet[Material], order: str, query: Query) -> QuerySet[Material]:
    """Newest, most used, or best match: a hit in the title, then proven use, then date. The id decides ties on both databases."""
    newest = (F("published_on").desc(nulls_last=True), "-id")
    if order == NEW:
        return materials.order_by(*newest)
    if order == RELEVANT and not query.is_empty:
        title_hit = Case(When(search__title__match=query, then=Value(1)), default=Value(0), output_field=IntegerField())
        return materials.annotate(title_hit=title_hit).order_by("-title_hit", "-reuse_count", *newest)
    return materials.order_by("-reuse_count", *newest)


def count_selection(found: QuerySet[Material], selection: Selection) -> FacetCounts:
    """Counts of `found` (what answers the text) under the chosen facets: exact up to COUNTED, bounded above.

    One query as a rule: the cube of a text that finds at most COUNTED materials tells every facet. For more, each count looks at no
    more than COUNTED + 1 materials: one cube of the whole selection, and one without each chosen facet for that facet's own numbers.
    Facets that stand on more than COUNTED materials are in `beyond`: their options are shown without numbers.
    """
    counts = count_facets(count_cells(found), selection.keys)
    if counts.found <= COUNTED:
        return counts
    counts = count_facets(count_cells(selection.narrow(found)), {})
    counts.found = COUNTED + 1
    if counts.total > COUNTED:
        counts.beyond.update(FACETS)
    for facet in selection.keys:
        without = count_facets(count_cells(selection.without(facet).narrow(found)), {})
        counts.counts[facet] = without.counts[facet]
        counts.without[facet] = without.total
        if without.total > COUNTED:
            counts.beyond.add(facet)
        else:
            counts.beyond.discard(facet)
    return counts


def count_cells(materials: QuerySet[Material]) -> list[Cell]:
    """The cube that facets are counted from: one query, one row for each combination that occurs, among at most COUNTED + 1 materials."""
    rows = (
        Material.objects.filter(pk__in=materials.order_by().values("pk")[: COUNTED + 1])
        .order_by()
        .values_list("subject_id", "type_id", "purpose_id", "education_level_id", "grade_from", "grade_to", "library_id", "licence")
        .annotate(count=Count("pk"))
    )
    return [Cell._make(row) for row in rows]


def search_materials(text: str, teacher: "Teacher | AnonymousUser", limit: int) -> list[Material]:
    """The best `limit` materials for a text, with what `materials/_line.html` shows; an empty text finds nothing."""
    query = parse_query(text)
    if query.is_empty:
        return []
    return list(ordered(matching(shelf(teacher), query, teacher), RELEVANT, query).for_list()[:limit])  # type: ignore[attr-defined]


def complete_materials(text: str, teacher: "Teacher | AnonymousUser", limit: int) -> tuple[list[str], list[Material]]:
    """Topics and materials whose words go on from a search that is still being typed, the most used first. One query."""
    query = parse_query(text, prefix_last=True)
    if query.is_empty:
        return [], []
    # The title's index holds the topic, too.
    best = shelf(teacher).filter(search__title__match=query).order_by("-reuse_count", "-id").only("title", "slug", "topic")[: 4 * limit]
    topics, titles = [], []
    for material in best:
        in_topic = _holds(material.topic, query)
        if in_topic:
            topics.append(material.topic)
        if not in_topic or _holds(material.title, query):
            titles.append(material)
    return list(dict.fromkeys(topics)), titles[:limit]


def _holds(text: str, query: Query) -> bool:
    """Whether a short text holds every stem of the query, the last one perhaps as a beginning."""
    known = set(stems(text))
    *whole, last = query.phrases
    begun = bool(query.prefix) and any(word.startswith(query.prefix) for word in map(plain_characters, words(text)))
    return all(known.issuperset(phrase) for phrase in whole) and (begun or known.issuperset(last))
