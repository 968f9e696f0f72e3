"""What waits for a person in the people's room, with a verb button each."""

from dataclasses import dataclass

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Community, Employment, GoalEndorsement, GoalVersion, Invitation, JoinRequest, Membership, Teacher
from foundation.templatetags.portal import inner


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits: what, where to do it, the verb on the button; a smaller rank stands higher."""

    title: str
    url: str
    verb: str
    icon: str
    detail: str = ""
    rank: int = 50


def waiting_for(teacher: Teacher) -> list[Task]:
    """Tasks of a confirmed teacher: at most four queries, two for those without an office."""
    return [*_teachers_to_confirm(teacher), *_communities_in_care(teacher), *_invitations(teacher), *_goals_to_endorse(teacher)]


def _teachers_to_confirm(teacher: Teacher) -> list[Task]:
    if not teacher.coordinated_school_ids:
        return []
    waiting = Employment.objects.waiting().filter(school_id__in=teacher.coordinated_school_ids)
    return [
        Task(
            ngettext("%(count)d teacher waits for confirmation", "%(count)d teachers wait for confirmation", count) % {"count": count},
            reverse("school_staff", args=[slug]),
            _("Confirm"),
            "user",
            name,
            rank=10,
        )
        for slug, name, count in waiting.values_list("school__slug", "school__short_name").annotate(count=Count("id")).order_by("school__slug")
    ]


def _communities_in_care(teacher: Teacher) -> list[Task]:
    """Requests to join, and a second leader where this person leads alone: the work must not rest on one. One query."""
    cared = [community for community, role in teacher.current_memberships.items() if role in ("leader", "moderator")]
    if not cared:
        return []
    asked = JoinRequest.objects.filter(community=OuterRef("pk"), answered_at=None).order_by().values("community").annotate(count=Count("pk")).values("count")
    others = Membership.objects.current().filter(community=OuterRef("pk")).exclude(teacher=teacher)
    alone = Q(Exists(others)) & ~Q(Exists(others.filter(role="leader"))) & Q(closed_on=None, pk__in=teacher.led_community_ids)
    found = Community.objects.filter(pk__in=cared).annotate(asked=Subquery(asked), alone=Case(When(alone, then=True), default=False)).order_by("slug")
    communities = list(found.only("slug", "name"))
    requests = [_requests_of(community) for community in communities if community.asked]  # type: ignore[attr-defined]
    return requests + [_second_leader_of(community) for community in communities if community.alone]  # type: ignore[attr-defined]


def _requests_of(community: Community) -> Task:
    count = community.asked  # type: ignore[attr-defined]
    title = ngettext("%(count)d request to join", "%(count)d requests to join", count) % {"count": count}
    return Task(title, reverse("community_requests", args=[community.slug]), _("Answer"), "users", community.name, rank=20)


def _second_leader_of(community: Community) -> Task:
    title = _("Name a second leader of “%(name)s”") % {"name": inner(community.name)}
    detail = _("The work does not rest on one person then.")
    return Task(title, reverse("community_members", args=[community.slug]), _("Choose"), "users", detail, rank=65)


def _invitations(teacher: Teacher) -> list[Task]:
    return [
        Task(
            _("You are invited to the community “%(name)s”") % {"name": inner(invitation.community.name)},
            invitation.community.get_absolute_url(),
            _("Decide"),
            "mail",
            invitation.community.goal,
            rank=30,
        )
        for invitation in Invitation.objects.filter(teacher=teacher, answered_at=None).select_related("community")[:5]
    ]


def _goals_to_endorse(teacher: Teacher) -> list[Task]:
    if not teacher.current_memberships:
        return []
    newer = GoalVersion.objects.filter(community=OuterRef("community"), since__gte=OuterRef("since"), id__gt=OuterRef("id"))
    endorsed = GoalEndorsement.objects.filter(version=OuterRef("pk"), teacher=teacher)
    waiting = (
        GoalVersion.objects.filter(community_id__in=list(teacher.current_memberships), community__closed_on=None)
        .filter(~Exists(newer), ~Exists(endorsed))
        .annotate(name=F("community__name"), slug=F("community__slug"))
        .order_by("-since")[:3]
    )
    return [
        Task(
            _("Do you support the goal of the community “%(name)s”?") % {"name": inner(version.name)},
            reverse("community", args=[version.slug]),
            _("Read the goal"),
            "flag",
            version.text,
            rank=60,
        )
        for version in waiting
    ]
