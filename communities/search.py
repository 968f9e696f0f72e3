"""What this room offers to the search over everything: discussions, communities, people, schools, needs; one query each."""

from typing import TYPE_CHECKING

from communities.access import is_confirmed
from communities.discussions import search_topics
from communities.models import Community, Need, School, Teacher
from foundation.counting import Found, first_of
from foundation.text_search import parse_query

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = Teacher | AnonymousUser


def search_discussions(text: str, reader: "Reader", limit: int) -> Found:
    """Topics with a message that holds these words, as posts: the newest such message of each. Nothing for visitors, at no cost."""
    query = parse_query(text)
    return first_of(search_topics(query, reader), limit) if is_confirmed(reader) and not query.is_empty else Found()  # type: ignore[arg-type]


def search_communities(text: str, reader: "Reader", limit: int) -> Found:
    """By name."""
    return first_of(Community.objects.visible_to(reader).open_now().named(text).for_list().order_by("name", "pk"), limit)


def search_people(text: str, reader: "Reader", limit: int) -> Found:
    """By name; for colleagues alone."""
    found = Teacher.objects.colleagues_of(reader).named(text).select_related("school", "position")
    return first_of(found.order_by("last_name", "first_name", "pk"), limit)


def search_schools(text: str, reader: "Reader", limit: int) -> Found:
    """By name or locality."""
    return first_of(School.objects.visible_to(reader).named(text).select_related("municipality").order_by("short_name", "pk"), limit)


def search_needs(text: str, reader: "Reader", limit: int) -> Found:
    """Open requests and offers by their titles, for confirmed teachers."""
    return first_of(Need.objects.open_to(reader).titled(text).for_list().order_by("-opened_on", "-pk"), limit)
