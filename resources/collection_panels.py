"""Where collections and calls for materials stand on other nouns' pages: a community's, a teacher's."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from communities.models import Community, Teacher
from communities.pages import community_panels
from communities.pages_people import teacher_panels
from resources.access_collection import kept_community_ids, may_collect
from resources.calls import calls_of
from resources.collections import present_collections
from resources.models import Collection, MaterialCall

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = Teacher | AnonymousUser

ROWS = 5


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if teacher_collections not in teacher_panels:
        community_panels.extend([community_collections, community_calls])
        teacher_panels.append(teacher_collections)


def community_collections(community: Community, reader: "Reader") -> dict[str, Any] | None:
    """The newest collections of a community that the reader may open; nothing without any, except for those who make them. Two queries."""
    rows = present_collections(list(_newest(reader).filter(community=community)[:ROWS]), reader)
    keeps = may_collect(reader) and community.pk in kept_community_ids(reader)
    if not rows and not keeps:
        return None
    new_url = f"{reverse('collection_new')}?community={community.slug}" if keeps else ""
    return _panel(rows, f"{reverse('collection_list')}?community={community.slug}", new_url=new_url)


def teacher_collections(teacher: Teacher, reader: "Reader") -> dict[str, Any] | None:
    """The newest personal collections of a person that the reader may open. Two queries."""
    rows = present_collections(list(_newest(reader).filter(owner=teacher, community=None)[:ROWS]), reader)
    return _panel(rows, f"{reverse('collection_list')}?mine=1" if reader.is_authenticated and reader.pk == teacher.pk else "") if rows else None


def community_calls(community: Community, reader: "Reader") -> dict[str, Any] | None:
    """What the community is asked for and what has answered; no names of those who ask. Two queries."""
    calls = calls_of(MaterialCall.objects.filter(community=community), reader)
    return {"template": "materials/_calls.html", "context": {"calls": calls}, "place": "aside"} if calls else None


def _newest(reader: "Reader") -> Any:
    return Collection.objects.visible_to(reader).select_related("owner", "community").order_by("-changed_at", "-id")


def _panel(rows: list[Any], all_url: str, new_url: str = "") -> dict[str, Any]:
    return {"template": "collections/_panel.html", "context": {"rows": rows, "all_url": all_url, "new_url": new_url}}
