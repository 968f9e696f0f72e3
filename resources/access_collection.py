"""May they? Pure answers about collections and calls for materials; nothing here writes."""

from typing import TYPE_CHECKING, TypeGuard

from django.db.models import Q, QuerySet

from communities.access_communities import may_edit_community
from communities.models import Community, Subject, Teacher
from communities.models.membership import MemberRole
from resources.models import Collection, MaterialCall

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Person = Teacher | AnonymousUser


def may_collect(teacher: "Person") -> TypeGuard[Teacher]:
    """Every confirmed teacher gathers and follows collections."""
    return teacher.is_authenticated and teacher.is_confirmed


def kept_community_ids(teacher: Teacher) -> list[int]:
    """Communities whose collections this person keeps: those they lead or moderate today."""
    return [community for community, role in teacher.current_memberships.items() if role in (MemberRole.LEADER, MemberRole.MODERATOR)]


def editable_by(teacher: Teacher) -> "QuerySet[Collection]":
    """What this person may put materials into: their own collections and those of the communities they keep."""
    return Collection.objects.visible_to(teacher).filter(Q(owner=teacher, community=None) | Q(community_id__in=kept_community_ids(teacher)))


def may_edit_collection(teacher: "Person", collection: Collection) -> bool:
    """A personal collection: its owner. A community's: its leaders and moderators, methodists where they see it; who left it keeps no hand in it."""
    if not may_collect(teacher):
        return False
    if collection.community_id is None:
        return collection.owner_id == teacher.pk
    return teacher.is_methodist or collection.community_id in kept_community_ids(teacher)


def may_delete_collection(teacher: "Person", collection: Collection) -> bool:
    """Its owner, while they may edit it; a community's also its leaders and methodists."""
    if not may_edit_collection(teacher, collection):
        return False
    return collection.owner_id == teacher.pk or (collection.community is not None and may_edit_community(teacher, collection.community))


def addressable_communities(teacher: "Person", subject: Subject) -> "QuerySet[Community]":
    """Whom this person may call for materials on a subject: methodists all its communities, leaders their own."""
    communities = Community.objects.visible_to(teacher).open_now().filter(subject=subject).order_by("name")
    if not may_collect(teacher):
        return communities.none()
    return communities if teacher.is_methodist else communities.filter(pk__in=teacher.led_community_ids)


def may_close_call(teacher: "Person", call: MaterialCall) -> bool:
    """Who called, the community's leaders, methodists."""
    return may_collect(teacher) and (call.called_by_id == teacher.pk or may_edit_community(teacher, call.community))
