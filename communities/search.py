"""What this room offers to the search over everything."""

from typing import TYPE_CHECKING

from communities.access import is_confirmed
from communities.discussions import search_posts
from communities.models import Post
from foundation.text_search import parse_query

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from communities.models import Teacher


def search_discussions(text: str, reader: "Teacher | AnonymousUser", limit: int) -> list[Post]:
    """The newest messages with these words that the reader may see; nothing for visitors, at no cost."""
    query = parse_query(text)
    return list(search_posts(query, reader)[:limit]) if is_confirmed(reader) and not query.is_empty else []
