"""Who may do what in a community: pure answers, at most one query per person and request."""

from django.contrib.auth.models import AnonymousUser

from communities.models import Community, Teacher
from communities.models.membership import MemberRole

Person = Teacher | AnonymousUser


def role_in(teacher: Person, community: Community) -> str | None:
    """Today's role of `teacher` in `community`; None for outsiders, visitors and people who are not confirmed."""
    if not teacher.is_authenticated or not teacher.is_confirmed:
        return None
    return teacher.current_memberships.get(community.pk)


def is_methodist(teacher: Person) -> bool:
    """Methodist or administrator of the network."""
    return teacher.is_authenticated and teacher.is_methodist


def may_found_community(teacher: Person) -> bool:
    """Any confirmed teacher founds an informal community."""
    return teacher.is_authenticated and teacher.is_confirmed


def may_make_formal(teacher: Person) -> bool:
    return is_methodist(teacher)


def may_edit_community(teacher: Person, community: Community) -> bool:
    """Passport, goal and members are the leaders' and the methodists'."""
    return role_in(teacher, community) == MemberRole.LEADER or is_methodist(teacher)


def may_set_goal(teacher: Person, community: Community) -> bool:
    return may_edit_community(teacher, community)


def may_manage_members(teacher: Person, community: Community) -> bool:
    """Invite, give roles and duties, exclude, see the history of memberships."""
    return may_edit_community(teacher, community)


def may_answer_requests(teacher: Person, community: Community) -> bool:
    """Moderators let people in, too."""
    return role_in(teacher, community) in (MemberRole.LEADER, MemberRole.MODERATOR) or is_methodist(teacher)


def may_see_members(teacher: Person, community: Community) -> bool:
    """Names belong to the network, not to visitors."""
    return teacher.is_authenticated and teacher.is_confirmed


def may_join(teacher: Person, community: Community) -> bool:
    """At once or by request; a closed community takes nobody in."""
    return may_see_members(teacher, community) and community.closed_on is None and role_in(teacher, community) is None


def may_endorse_goal(teacher: Person, community: Community) -> bool:
    return role_in(teacher, community) is not None
