"""Everything a catalogue page shows, worked out from one selection: rows, facets with counts, chips, a way out of an empty result."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import Teacher
from resources.corrections import correct, shorten
from resources.facets import COUNTED, FACETS, FacetCounts
from resources.filters import RELEVANT, SORTS, Option, Options, Selection, load_communities, load_options, option_label, read_selection
from resources.models import Material
from resources.rows import MaterialRow, present_ids
from resources.search import Answer, answer

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

PAGE_SIZE = 20
# Options of a facet that are seen at once; the others wait behind «more».
SHOWN_OPTIONS = 6
# Of the communities those with the most materials here: a page with hundreds of names helps nobody.
SHOWN_COMMUNITIES = 24
MET_LIBRARIES = 60
FACET_TITLES: dict[str, Promise] = {
    "subject": _("Subject"),
    "grade": _("Grade"),
    "level": _("Level of education"),
    "purpose": _("Level of difficulty"),
    "type": _("Type"),
    "community": _("Community"),
    "licence": _("Licence"),
}
OPEN_FACETS = ("subject", "grade", "purpose", "type")
# These keep the order of their lists; in the others the most frequent value comes first.
ORDERED_FACETS = ("grade", "level", "purpose", "licence")


@dataclass(slots=True)
class FacetOption:
    """`count` is None where it was not counted to the end."""

    code: str
    label: str
    count: int | None
    checked: bool


@dataclass(slots=True)
class Facet:
    """A group of checkboxes: `options` are seen, `more` unfold."""

    name: str
    title: Promise
    is_open: bool
    options: list[FacetOption]
    more: list[FacetOption]


@dataclass(slots=True)
class Chip:
    """A chosen value and the address of the catalogue without it."""

    label: str
    url: str


@dataclass(slots=True)
class WayOut:
    """What to drop when nothing was found, how many materials that returns (COUNTED + 1 stands for more), and where."""

    label: str
    count: int
    url: str


class CountedPaginator(Paginator):
    """A paginator that was told how many there are, instead of asking the database once more."""

    def __init__(self, found: QuerySet[Material] | Answer, total: int) -> None:
        super().__init__(found, PAGE_SIZE)  # type: ignore[arg-type]
        self.total = total

    @cached_property
    def count(self) -> int:  # type: ignore[override]
        return self.total


@dataclass
class Catalogue:
    """The context of `materials/_catalogue.html`. `is_many`: more were found than are counted and paged through.

    `asked` is the reader's text where a corrected one is answered instead; `is_miss` says that the text finds nothing at all.
    """

    selection: Selection
    total: int
    is_many: bool
    page: Page
    rows: list[MaterialRow]
    facets: list[Facet]
    chips: list[Chip]
    sorts: list[tuple[str, Promise, bool]]
    ways_out: list[WayOut] = field(default_factory=list)
    asked: str = ""
    is_miss: bool = False

    @property
    def saved_title(self) -> str:
        """What a search is called when it is kept: its chips, one after the other."""
        return ", ".join(chip.label for chip in self.chips)[:120]

    @property
    def asked_query_string(self) -> str:
        """The address that answers the reader's own text, uncorrected."""
        return f"{replace(self.selection, text=self.asked).query_string}&exact=1"


def build_catalogue(params: QueryDict, shelf: QuerySet[Material], teacher: "Teacher | AnonymousUser", *, leave_out: Collection[str] = ()) -> Catalogue:
    """The catalogue of `shelf`, which is already what `teacher` may see; facets in `leave_out` are neither read nor shown.

    Six queries for any number of materials: lists, counts, communities, rows, authors, and for a search passages of files; above COUNTED
    materials some more for the order and for each chosen facet, and for a text that finds nothing: a near one is answered instead.
    """
    options = {facet: ({} if facet in leave_out else values) for facet, values in load_options(params).items()}
    selection = read_selection(params, options)
    answered = answer(shelf, selection, teacher)
    asked, is_miss = "", False
    if selection.text and not answered.counts.found:
        is_exact = "exact" in params
        near = "" if is_exact else correct(selection.text, shelf, teacher)
        is_miss = not near
        near = near or ("" if is_exact else shorten(selection.text, shelf, teacher))
        if near:
            asked, selection = selection.text, replace(selection, text=near)
            answered = answer(shelf, selection, teacher)
    counts = answered.counts
    if "community" not in leave_out:
        options["community"] |= _communities(counts)
    total = min(counts.total, COUNTED)
    page = CountedPaginator(answered, total).get_page(params.get("page"))
    return Catalogue(
        selection=selection,
        total=total,
        is_many=counts.total > COUNTED,
        page=page,
        rows=present_ids(page.object_list, teacher, selection.query),  # type: ignore[arg-type]
        facets=_facets(options, selection, counts),
        chips=_chips(selection),
        sorts=[(code, title, code == selection.order) for code, title in SORTS.items() if code != RELEVANT or not selection.query.is_empty],
        ways_out=[] if total else _ways_out(selection, counts, shelf),
        asked=asked,
        is_miss=is_miss,
    )


def _communities(counts: FacetCounts) -> dict[str, Option]:
    """Those with the most materials; other libraries are among the counted ones, too."""
    met = [key for key, _number in counts.counts["community"].most_common(MET_LIBRARIES)]
    found = sorted(load_communities(met).values(), key=lambda option: -counts.counts["community"][option.key]) if met else []
    return {option.code: option for option in found[:SHOWN_COMMUNITIES]}


def _facets(options: Options, selection: Selection, counts: FacetCounts) -> list[Facet]:
    facets = []
    for name in FACETS:
        chosen = selection.keys.get(name, frozenset())
        number = counts.counts[name]
        beyond = name in counts.beyond
        values = [
            FacetOption(option.code, capfirst(option.name), None if beyond else number[option.key], option.key in chosen)
            for option in options[name].values()
            # What was not counted to the end may hold any option; of the many communities those that were met are enough.
            if number[option.key] or option.key in chosen or (beyond and name != "community")
        ]
        if name not in ORDERED_FACETS:
            # Stable: equal counts keep the order of the list.
            values.sort(key=lambda value: (not value.checked, -(value.count or 0)))
        if not values:
            continue
        shown = len(values) if name in ORDERED_FACETS or len(values) <= SHOWN_OPTIONS + 1 else max(SHOWN_OPTIONS, len(chosen))
        facets.append(Facet(name, FACET_TITLES[name], name in OPEN_FACETS or bool(chosen), values[:shown], values[shown:]))
    return facets


def _chips(selection: Selection) -> list[Chip]:
    chips = [Chip(gettext("“%(text)s”") % {"text": selection.shown or selection.text}, selection.without("q").query_string)] if selection.text else []
    return chips + [
        Chip(capfirst(option_label(facet, option)), selection.without(facet, option.code).query_string)
        for facet in FACETS
        for option in selection.chosen.get(facet, ())
    ]


def _ways_out(selection: Selection, counts: FacetCounts, shelf: QuerySet[Material]) -> list[WayOut]:
    """The most generous first. Facets cost nothing more; the text costs one query."""
    ways = [
        WayOut(", ".join(option_label(facet, option) for option in selection.chosen[facet]), counts.without[facet], selection.without(facet).query_string)
        for facet in selection.chosen
        if counts.without[facet]
    ]
    ways.sort(key=lambda way: -way.count)
    if selection.text:
        wordless = selection.without("q")
        count = wordless.narrow(shelf)[: COUNTED + 1].count()
        if count:
            ways.append(WayOut(selection.text, count, wordless.query_string))
    return ways
