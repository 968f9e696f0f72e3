"""Which materials a catalogue or a search finds, in which order, and how many share what."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Case, F, IntegerField, QuerySet, Value, When

from communities.access import is_confirmed
from communities.models import Teacher
from foundation.counting import Found, first_of
from foundation.text_search import Query, parse_query
from foundation.text_search.lookups import KeyMatch, Leads
from foundation.text_search.stems import plain_characters, stems, words
from resources.facets import CELL_FIELDS, COLUMNS, COUNTED, FACETS, Cell, FacetCounts, Key, answers, count_facets
from resources.facilities import home_of, nearest_first
from resources.filters import NEW, RELEVANT, Selection
from resources.models import Facility, Material, MaterialSearch

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = Teacher | AnonymousUser

# From this place of a list on, sorting SORTED materials costs less than stepping over what does not answer.
DEEP, SORTED = 60, 10_000


def shelf(teacher: "Reader") -> QuerySet[Material]:
    """What stands on the shelves for this reader: published, or waiting for review where the reader may see it.

    Drafts, returned and withdrawn materials are found by their authors on their own page, not in a catalogue.
    """
    return Material.objects.visible_to(teacher).standing()


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a search, as this reader may ask them of a place of the search document ("title" or "everything").

    Confirmed readers, who see their colleagues' names, also find materials by names and schools that are hidden from visitors.
    """

    query: Query
    place: str = "everything"
    # Of the facets that the materials are narrowed by beside the words.
    marks: Sequence[Sequence[str]] = ()

    @classmethod
    def by(cls, query: Query, reader: "Reader") -> "Asked":
        return cls(query.with_guarded() if is_confirmed(reader) else query)

    def match(self, leads: Leads) -> KeyMatch:
        return KeyMatch(MaterialSearch, self.place, self.query.marked(self.marks) if leads == Leads.WORDS else self.query, leads=leads)

    def of(self, materials: QuerySet[Material], leads: Leads = Leads.WORDS) -> QuerySet[Material]:
        """Those that hold all words of the query; all of them for an empty one.

        Where the index leads it is asked for words and marks at once; what it says of the facets is checked at the narrowed materials.
        """
        match = self.match(leads)
        return materials if match.query.is_empty else materials.filter(match)

    @property
    def in_title(self) -> "Asked":
        """Titles hold no guarded words."""
        return replace(self, query=replace(self.query, guarded=False), place="title")


def matching(materials: QuerySet[Material], query: Query, reader: "Reader") -> QuerySet[Material]:
    """Those that hold all words of the query in title, annotation, lists, people or file text; all of them for an empty query."""
    return Asked.by(query, reader).of(materials)


# --- order --------------------------------------------------------------------------------------------------------------


def ordered(materials: QuerySet[Material], order: str) -> QuerySet[Material]:
    """Newest, or most used. The id decides ties on both databases."""
    newest = (F("published_on").desc(nulls_last=True), "-id")
    return materials.order_by(*newest) if order == NEW else materials.order_by("-reuse_count", *newest)


def _sorted_ids(cards: Iterable[tuple], order: str) -> list[int]:
    """The same orders and the best match – a hit in the title, then proven use, then date – for what was read already."""

    def place(card: tuple) -> tuple[int, ...]:
        hit, used, day, pk = card[-4:]
        day = day.toordinal() if day else 0
        return (-day, -pk) if order == NEW else (-hit if order == RELEVANT else 0, -used, -day, -pk)

    return [card[-1] for card in sorted(cards, key=place)]


def _cards(materials: QuerySet[Material], asked: Asked, order: str, *fields: str) -> list[tuple[Any, ...]]:
    """Of at most COUNTED + 1 materials: these fields, and what decides their place. One query."""
    hit: Any = Value(0, IntegerField())
    if order == RELEVANT and asked.place == "everything":
        hit = Case(When(asked.in_title.match(Leads.ORDER), then=Value(1)), default=hit)
    return list(materials.values_list(*fields, hit, "reuse_count", "published_on", "pk")[: COUNTED + 1])


def first_ids(materials: QuerySet[Material], asked: Asked, order: str, start: int, stop: int) -> list[int]:
    """Places `start` to `stop` of the materials that answer. Two queries, some more where many answer."""
    return _first_counted(materials, asked, order, start, stop)[0]


def _first_counted(materials: QuerySet[Material], asked: Asked, order: str, start: int, stop: int) -> tuple[list[int], int]:
    """The same, and how many answer: COUNTED + 1 for more."""
    cards = _cards(asked.of(materials).order_by(), asked, order)
    ids = _sorted_ids(cards, order)[start:stop] if len(cards) <= COUNTED else _ids_of_many(materials, asked, order, start, stop)
    return ids, len(cards)


def _ids_of_many(materials: QuerySet[Material], asked: Asked, order: str, start: int, stop: int) -> list[int]:
    """Of more than COUNTED. What stands in the title also stands in the whole document, so that titles are asked alone."""
    if order != RELEVANT or asked.place == "title":
        return _read_along(materials, asked, order, start, stop)
    titled = _cards(asked.in_title.of(materials).order_by(), asked.in_title, order)
    if len(titled) > COUNTED:
        return _read_along(materials, asked.in_title, order, start, stop)
    best = _sorted_ids(titled, order)
    if stop <= len(best):
        return best[start:stop]
    others = materials.exclude(asked.in_title.match(Leads.ORDER)) if best else materials
    return best[start:] + _read_along(others, asked, order, max(0, start - len(best)), stop - len(best))


def _read_along(materials: QuerySet[Material], asked: Asked, order: str, start: int, stop: int) -> list[int]:
    """A page near the beginning is read along the index of the order; a deep one of not too many is sorted."""
    few = start >= DEEP and not asked.query.is_empty and asked.of(materials).order_by()[: SORTED + 1].count() <= SORTED
    found = asked.of(materials, Leads.WORDS if few else Leads.ORDER)
    return list(ordered(found, order).values_list("pk", flat=True)[start:stop])


# --- numbers ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Answer:
    """What a selection finds on a shelf: its numbers, and any stretch of its materials in order."""

    counts: FacetCounts
    shelf: QuerySet[Material]
    asked: Asked
    selection: Selection
    # In order; None where there are too many.
    ids: list[int] | None = None

    def __getitem__(self, places: slice) -> list[int]:
        """The keys of these places. No query for at most COUNTED materials, few for more."""
        if self.ids is not None:
            return self.ids[places]
        return _ids_of_many(self.selection.narrow(self.shelf), self.asked, self.selection.order, places.start, places.stop)


def answer(shelf: QuerySet[Material], selection: Selection, reader: "Reader") -> Answer:
    """What of `shelf` answers the text, counted under the chosen facets: exact up to COUNTED, bounded above.

    One or two queries as a rule: what a text finds, at most COUNTED materials, tells every facet and the order. For more, each count looks at
    no more than COUNTED + 1 materials: one query for the whole selection, and one without each chosen facet for that facet's own numbers.
    Facets that stand on more than COUNTED materials are in `beyond`: their options are shown without numbers.
    """
    asked, order = Asked.by(selection.query, reader), selection.order
    if selection.query.is_empty and not selection.keys and (everything := _everything(shelf, asked, selection)):
        return everything
    found = _many(shelf, asked) if selection.keys else None
    if found is None:
        cards = _cards(asked.of(shelf).order_by(), asked, order, *CELL_FIELDS)
        if len(cards) <= COUNTED:
            chosen = (card for card in cards if answers(card, selection.keys))
            return Answer(_counted(cards, selection.keys), shelf, asked, selection, _sorted_ids(chosen, order))
        found = _counted(cards, {})
        found.beyond.update(FACETS)
    if not selection.keys:
        return Answer(found, shelf, asked, selection)
    asked = replace(asked, marks=selection.marks)
    narrowed = _cards(asked.of(selection.narrow(shelf)).order_by(), asked, order, *CELL_FIELDS)
    counts = _counted(narrowed, {})
    counts.found = found.found
    if counts.total > COUNTED:
        counts.beyond.update(FACETS)
    for facet in selection.keys:
        _count_without(facet, shelf, asked, selection, counts, found)
    return Answer(counts, shelf, asked, selection, _sorted_ids(narrowed, order) if counts.total <= COUNTED else None)


def _everything(shelf: QuerySet[Material], asked: Asked, selection: Selection) -> Answer | None:
    """The first COUNTED of a whole shelf, in order: no reader turns more pages. None for a shelf of fewer. One query."""
    first = list(ordered(shelf, selection.order).values_list("library_id", "pk")[: COUNTED + 1])
    if len(first) <= COUNTED:
        return None
    counts = FacetCounts(found=len(first), total=len(first), beyond=set(FACETS))
    counts.counts["community"].update(library for library, _pk in first)
    return Answer(counts, shelf, asked, selection, [pk for _library, pk in first])


def _many(shelf: QuerySet[Material], asked: Asked) -> FacetCounts | None:
    """Where more than COUNTED materials answer: the libraries of some; None where fewer do. One query."""
    libraries = list(asked.of(shelf).order_by().values_list("library_id", flat=True)[: COUNTED + 1])
    if len(libraries) <= COUNTED:
        return None
    counts = FacetCounts(found=COUNTED + 1, total=COUNTED + 1, beyond=set(FACETS))
    counts.counts["community"].update(libraries)
    return counts


def _count_without(facet: str, shelf: QuerySet[Material], asked: Asked, selection: Selection, counts: FacetCounts, found: FacetCounts) -> None:
    """The facet's own numbers: of what the selection finds without it. One query, none where that is all that was `found`."""
    others = selection.without(facet)
    if others.keys:
        fields = ("grade_from", "grade_to") if facet == "grade" else (CELL_FIELDS[COLUMNS[facet]],)
        left = replace(asked, marks=others.marks).of(others.narrow(shelf))
        cards = list(left.order_by().values_list(*fields)[: COUNTED + 1])
        spans = (range(first, last + 1) for first, last in cards if first and last) if facet == "grade" else cards
        counts.counts[facet] = Counter(key for keys in spans for key in keys)
        counts.without[facet] = len(cards)
    else:
        counts.counts[facet] = found.counts[facet]
        counts.without[facet] = found.total
    (counts.beyond.add if counts.without[facet] > COUNTED else counts.beyond.discard)(facet)


def _counted(cards: Iterable[tuple[Any, ...]], chosen: Mapping[str, Collection[Key]]) -> FacetCounts:
    cube = Counter(card[: len(CELL_FIELDS)] for card in cards)
    return count_facets([Cell._make((*cell, materials)) for cell, materials in cube.items()], chosen)


# --- pages of several nouns ---------------------------------------------------------------------------------------------


def search_materials(text: str, teacher: "Reader", limit: int) -> list[Material]:
    """The best `limit` materials for a text, with what `materials/_line.html` shows; an empty text finds nothing."""
    return find_materials(text, teacher, limit).rows


def find_materials(text: str, teacher: "Reader", limit: int) -> Found:
    """The same with their number: what tells the order tells it, too, so that it costs no query of its own."""
    query = parse_query(text)
    if query.is_empty:
        return Found()
    best, total = _first_counted(shelf(teacher), Asked.by(query, teacher), RELEVANT, 0, limit)
    found = Material.objects.filter(pk__in=best).for_list()  # type: ignore[attr-defined]
    return Found(sorted(found, key=lambda material: best.index(material.pk)), total)


def search_facilities(text: str, reader: "Reader", limit: int) -> Found:
    """Facilities that can be booked, by title or place, for confirmed teachers, the nearest to the reader's school first. One query."""
    found = Facility.objects.visible_to(reader).open().titled(text).for_list()
    return first_of(nearest_first(found, home_of(reader)), limit)


def complete_materials(text: str, teacher: "Reader", limit: int) -> tuple[list[str], list[Material]]:
    """Topics and materials whose words go on from a search that is still being typed, the most used first. Two queries as a rule."""
    query = parse_query(text, prefix_last=True)
    if query.is_empty:
        return [], []
    # The title's index holds the topic, too.
    best = first_ids(shelf(teacher), Asked(query, "title"), RELEVANT, 0, 4 * limit)
    found = Material.objects.filter(pk__in=best).only("title", "slug", "topic")
    topics, titles = [], []
    for material in sorted(found, key=lambda material: best.index(material.pk)):
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
