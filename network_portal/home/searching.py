"""The search over everything: what each room offers, in the order of the page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.search import search_communities, search_discussions, search_needs, search_people, search_schools
from events.search import search_best_practice, search_events
from foundation.counting import Found
from resources.facilities import home_of, rows_of
from resources.search import find_materials, search_facilities

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from communities.models import Teacher

    Reader = Teacher | AnonymousUser

ROWS = 5


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one noun; `url` leads to its own list with the same words."""

    code: str
    title: Any
    url: str
    found: Found

    @property
    def rows(self) -> list[Any]:
        return self.found.rows


def find_everywhere(text: str, reader: "Reader") -> dict[str, Group]:
    """Of every noun the best few and their number, by code: a query each (materials three), beside those for the reader's memberships."""
    return {code: _group(code, text, search(text, reader, ROWS)) for code, (_title, _route, search) in GROUPS.items()}


def materials_for(text: str, reader: "Reader") -> Group:
    """The first group alone, for a corrected text."""
    return _group("materials", text, find_materials(text, reader, ROWS))


def _group(code: str, text: str, found: Found) -> Group:
    title, route, _search = GROUPS[code]
    return Group(code, title, f"{reverse(route)}?{urlencode({'q': text})}", found)


def _facilities(text: str, reader: "Reader", limit: int) -> Found:
    found = search_facilities(text, reader, limit)
    return Found(rows_of(found.rows, home_of(reader)), found.total)


GROUPS: dict[str, tuple[Any, str, Callable[[str, Any, int], Found]]] = {
    "materials": (_("Materials"), "material_list", find_materials),
    "discussions": (_("Discussions"), "discussion_search", search_discussions),
    "communities": (_("Communities"), "community_list", search_communities),
    "people": (_("Teachers"), "teacher_list", search_people),
    "schools": (_("Schools"), "school_list", search_schools),
    "events": (_("Events"), "events", search_events),
    "best-practice": (_("Best-practice schools"), "best_practice_list", search_best_practice),
    "needs": (_("Requests and offers"), "need_list", search_needs),
    "facilities": (_("Shared facilities"), "facility_list", _facilities),
}
