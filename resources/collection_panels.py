"""Where collections and calls for materials stand on other nouns' pages: a community's, a teacher's."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from communities.access_communities import may_edit_community
from communities.models import Community, Teacher
from communities.pages import community_panels
from communities.pages_people import teacher_panels
from resources.access import may_upload
from resources.access_collection import kept_community_ids, may_close_call, may_collect
from resources.collections import present_collections
from resources.coverage import upload_url
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
    """What the community is asked for; no names of those who ask. One query."""
    calls = list(MaterialCall.objects.filter(community=community, closed_on=None).select_related("subject", "purpose", "community"))
    if not calls:
        return None
    rows = [(call, upload_url(call.subject, call.grade, call.purpose) if may_upload(reader) else "", may_close_call(reader, call)) for call in calls]
    return {"template": "materials/_calls.html", "context": {"calls": rows, "is_leader": may_edit_community(reader, community)}, "place": "aside"}


def _newest(reader: "Reader") -> Any:
    return Collection.objects.visible_to(reader).select_related("owner", "community").order_by("-changed_at", "-id")


def _panel(rows: list[Any], all_url: str, new_url: str = "") -> dict[str, Any]:
    return {"template": "collections/_panel.html", "context": {"rows": rows, "all_url": all_url, "new_url": new_url}}
