"""What a reader asks the catalogue for: its parameters, read so that nothing in an address can break the page.

Unknown values are ignored, over-long text is cut: a link from an old letter still opens. The reference lists come with one
query and name the facets, the chips and the rows.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, F, Q, QuerySet, Value
from django.http import QueryDict
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from communities.models import EducationLevel, Subject
from foundation.templatetags.portal import grades
from foundation.text_search import Query, parse_query
from foundation.text_search.query import MAX_LENGTH
from resources.facets import FACETS, Key, mark
from resources.models import Library, MaterialType, Purpose
from resources.models.material import Licence

# The most values of one parameter that are read.
MAX_VALUES = 40
SLUG = re.compile("[-a-zA-Z0-9_]+")
# A phrase in anybody's quotation marks, as `parse_query` reads it.
QUOTED = re.compile('"([^"]*)"|«([^»]*)»|„([^“]*)“|“([^”]*)”')
RELEVANT, NEW, USED = "relevant", "new", "used"
SORTS = {RELEVANT: _("best match"), NEW: _("newest"), USED: _("used most at lessons")}


def _inner_quotation(phrase: re.Match[str]) -> str:
    return pgettext("quotation inside a quotation", "‘%(text)s’") % {"text": phrase[phrase.lastindex or 0]}


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a facet: `key` is what the cube holds, `code` what stands in the address."""

    key: Key
    code: str
    name: str


Options = dict[str, dict[str, Option]]


def load_options(params: QueryDict | None = None) -> Options:
    """All values of all facets, by code, in the order of their lists; of the hundreds of communities those that `params` choose. One query."""
    name = "name_en" if get_language() == "en" else "name_ru"
    lists: list[QuerySet[Any]] = [
        model.objects.order_by().annotate(facet=Value(facet, CharField()), text=F(name)).values_list("facet", "order", "id", "code", "text")
        for facet, model in (("subject", Subject), ("level", EducationLevel), ("purpose", Purpose), ("type", MaterialType))
    ]
    slugs = [slug for slug in params.getlist("community")[:MAX_VALUES] if SLUG.fullmatch(slug)] if params else []
    if slugs:
        communities = Library.objects.filter(community__slug__in=slugs).annotate(facet=Value("community", CharField()), order=Value(0))
        lists.append(communities.values_list("facet", "order", "id", "community__slug", "community__name"))
    options: Options = {facet: {} for facet in FACETS}
    for facet, _order, key, code, text in sorted(lists[0].union(*lists[1:], all=True), key=lambda row: (row[1], row[4])):
        options[facet][code] = Option(key, code, text)
    options["grade"] = {str(grade): Option(grade, str(grade), str(grade)) for grade in range(1, 12)}
    options["licence"] = {str(code): Option(str(code), str(code), str(label)) for code, label in Licence.choices}
    return options


def load_communities(keys: Iterable[Key]) -> dict[str, Option]:
    """Of these libraries those of communities, by slug, in the order of their names. One query, none for no keys."""
    communities = Library.objects.filter(pk__in=list(keys)).exclude(community=None).values_list("pk", "community__slug", "community__name")
    return {slug: Option(key, slug, name) for key, slug, name in sorted(communities, key=lambda row: row[2])}


@dataclass(frozen=True)
class Selection:
    """A reader's search text, chosen values of facets and order."""

    text: str = ""
    chosen: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    # As asked for; `order` says what applies.
    sort: str = ""

    @cached_property
    def query(self) -> Query:
        return parse_query(self.text)

    @property
    def shown(self) -> str:
        """The text as it stands inside quotation marks: a phrase in it has the inner marks, a text that is one phrase none; empty without any word."""
        if self.query.is_empty:
            return ""
        alone = QUOTED.fullmatch(self.text.strip())
        return alone[alone.lastindex or 0] if alone else QUOTED.sub(_inner_quotation, self.text)

    @property
    def order(self) -> str:
        """Best match needs words to match; without any the newest come first."""
        usual = NEW if self.query.is_empty else RELEVANT
        return self.sort if self.sort in SORTS and not (self.sort == RELEVANT and self.query.is_empty) else usual

    @cached_property
    def keys(self) -> dict[str, frozenset[Key]]:
        """The chosen values as the cube knows them."""
        return {facet: frozenset(option.key for option in options) for facet, options in self.chosen.items()}

    def narrow(self, materials: QuerySet) -> QuerySet:
        """The materials that answer all chosen facets; the text is `search.matching`'s."""
        fields = {
            "subject": "subject_id",
            "level": "education_level_id",
            "purpose": "purpose_id",
            "type": "type_id",
            "community": "library_id",
            "licence": "licence",
        }
        for facet, keys in self.keys.items():
            if facet == "grade":
                wanted = Q()
                for grade in sorted(keys):  # type: ignore[type-var]
                    wanted |= Q(grade_from__lte=grade, grade_to__gte=grade)
                materials = materials.filter(wanted)
            else:
                materials = materials.filter(**{f"{fields[facet]}__in": keys})
        return materials

    @property
    def marks(self) -> list[list[str]]:
        """The chosen values as the search documents hold them; `narrow` stays beside them and has the last word."""
        return [sorted(mark(facet, key) for key in keys) for facet, keys in self.keys.items()]

    def without(self, facet: str, code: str | None = None) -> "Selection":
        """This selection without one value of a facet, or without the whole facet; facet "q" is the text."""
        if facet == "q":
            return replace(self, text="")
        left = tuple(option for option in self.chosen.get(facet, ()) if code is not None and option.code != code)
        return replace(self, chosen={name: options for name, options in {**self.chosen, facet: left}.items() if options})

    @property
    def query_string(self) -> str:
        """The canonical address of this selection: «?q=…&subject=…», or «?» without anything chosen."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(facet, option.code) for facet in FACETS for option in self.chosen.get(facet, ())]
        pairs += [("sort", self.sort)] if self.sort in SORTS else []
        return "?" + urlencode(pairs)


def read_selection(params: QueryDict, options: Options) -> Selection:
    """Read the catalogue's parameters; never fails, whatever they hold."""
    text = " ".join(params.get("q", "")[:MAX_LENGTH].replace("\x00", " ").encode("utf-8", "replace").decode().split())
    chosen = {}
    for facet in FACETS:
        codes = dict.fromkeys(params.getlist(facet)[:MAX_VALUES])
        known = tuple(options[facet][code] for code in codes if code in options[facet])
        if known:
            chosen[facet] = known
    return Selection(text=text, chosen=chosen, sort=params.get("sort", ""))


def option_label(facet: str, option: Option) -> str:
    """The option on a chip: a grade says that it is one."""
    return grades(option.key) if facet == "grade" else option.name
