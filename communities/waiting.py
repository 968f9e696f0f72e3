"""What waits for a person in the people's room, with a verb button each."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities import waiting_exchange
from communities.models import Community, Employment, GoalEndorsement, GoalVersion, Invitation, JoinRequest, Membership, PostReport, Teacher
from communities.waiting_columns import Task, columns_of
from foundation.templatetags.portal import inner

# Invitations and goals of one person that are shown at once.
MAX_INVITATIONS, MAX_GOALS = 5, 3


# Rows of the one query by their kind, each as `COLUMNS` without the kind.
Rows = dict[str, list[tuple[Any, ...]]]


def waiting_for(teacher: Teacher) -> list[Task]:
    """Tasks of a confirmed teacher: one query of all kinds, and those for the person's offices and memberships where nobody has asked yet."""
    return tasks_of(rows_for(teacher))


def rows_for(teacher: Teacher, *, more: Iterable[QuerySet] = ()) -> Rows:
    """What waits in this room and, in the same query, what an upper room asks `more` about (see `waiting_columns`)."""
    kinds = (_confirmations(teacher), _reports(teacher), _requests(teacher), _alone(teacher), _invitations(teacher), _goals(teacher))
    kinds += tuple(waiting_exchange.queries_of(teacher))
    first, *others = [query for query in (*kinds, *more) if query is not None]
    found: Rows = {}
    for kind, *row in sorted(first.union(*others, all=True), key=lambda row: row[5]):
        found.setdefault(kind, []).append(tuple(row))
    return found


def tasks_of(rows: Rows) -> list[Task]:
    """This room's tasks."""
    makers = {
        "confirm": _confirmation_task,
        "reported": _report_task,
        "join": _request_task,
        "alone": _second_leader_task,
        "invited": _invitation_task,
        "goal": _goal_task,
        **waiting_exchange.MAKERS,
    }
    bounds = {"invited": MAX_INVITATIONS, "goal": MAX_GOALS, "proposal": waiting_exchange.MOST, "outcome": waiting_exchange.MOST}
    return [make(*row[:4]) for kind, make in makers.items() for row in rows.get(kind, ())[: bounds.get(kind)]]


def _confirmations(teacher: Teacher) -> QuerySet:
    coordinated = teacher.employments.current().filter(is_coordinator=True).values("school_id")
    waiting = Employment.objects.waiting().filter(school_id__in=coordinated).order_by().values("school__slug", "school__short_name")
    return columns_of(waiting, "confirm", address=F("school__slug"), called=F("school__short_name"), words=Value(""), number=Count("pk"), place=Value(0))


def _requests(teacher: Teacher) -> QuerySet | None:
    led = [community for community, role in teacher.current_memberships.items() if role in ("leader", "moderator")]
    if not led:
        return None
    waiting = JoinRequest.objects.filter(community_id__in=led, answered_at=None).order_by().values("community__slug", "community__name")
    return columns_of(waiting, "join", address=F("community__slug"), called=F("community__name"), words=Value(""), number=Count("pk"), place=Value(0))


def _reports(teacher: Teacher) -> QuerySet | None:
    """Messages that somebody reported in communities this person looks after; not their own messages."""
    led = [community for community, role in teacher.current_memberships.items() if role in ("leader", "moderator")]
    if not led:
        return None
    waiting = PostReport.objects.filter(post__topic__community_id__in=led, decided_at=None).exclude(post__author=teacher).order_by()
    slug, name = "post__topic__community__slug", "post__topic__community__name"
    return columns_of(waiting.values(slug, name), "reported", address=F(slug), called=F(name), words=Value(""), number=Count("pk"), place=Value(0))


def _alone(teacher: Teacher) -> QuerySet | None:
    """Communities that this person leads alone although others take part: the work must not rest on one."""
    if not teacher.led_community_ids:
        return None
    others = Membership.objects.current().filter(community=OuterRef("pk")).exclude(teacher=teacher)
    alone = Community.objects.filter(Exists(others), ~Exists(others.filter(role="leader")), closed_on=None, pk__in=teacher.led_community_ids)
    return columns_of(alone, "alone", address=F("slug"), called=F("name"), words=Value(""), number=F("pk"), place=F("pk"))


def _invitations(teacher: Teacher) -> QuerySet:
    waiting = Invitation.objects.filter(teacher=teacher, answered_at=None)
    return columns_of(waiting, "invited", address=F("community__slug"), called=F("community__name"), words=F("community__goal"), number=F("pk"), place=-F("pk"))


def _goals(teacher: Teacher) -> QuerySet | None:
    if not teacher.current_memberships:
        return None
    newer = GoalVersion.objects.filter(community=OuterRef("community"), since__gte=OuterRef("since"), id__gt=OuterRef("id"))
    endorsed = GoalEndorsement.objects.filter(version=OuterRef("pk"), teacher=teacher)
    waiting = GoalVersion.objects.filter(community_id__in=list(teacher.current_memberships), community__closed_on=None)
    waiting = waiting.filter(~Exists(newer), ~Exists(endorsed))
    return columns_of(waiting, "goal", address=F("community__slug"), called=F("community__name"), words=F("text"), number=F("pk"), place=-F("pk"))


def _confirmation_task(slug: str, name: str, _words: str, count: int) -> Task:
    title = ngettext("%(count)d teacher waits for confirmation", "%(count)d teachers wait for confirmation", count) % {"count": count}
    return Task(title, reverse("school_staff", args=[slug]), _("Confirm"), "user", name, rank=10)


def _report_task(slug: str, name: str, _words: str, count: int) -> Task:
    title = ngettext("%(count)d report about a message", "%(count)d reports about messages", count) % {"count": count}
    return Task(title, reverse("report_list", args=[slug]), _("Decide"), "flag", name, rank=18)


def _request_task(slug: str, name: str, _words: str, count: int) -> Task:
    title = ngettext("%(count)d request to join", "%(count)d requests to join", count) % {"count": count}
    return Task(title, reverse("community_requests", args=[slug]), _("Answer"), "users", name, rank=20)


def _second_leader_task(slug: str, name: str, _words: str, _pk: int) -> Task:
    title = _("Name a second leader of “%(name)s”") % {"name": inner(name)}
    return Task(title, reverse("community_members", args=[slug]), _("Choose"), "users", _("The work does not rest on one person then."), rank=65)


def _invitation_task(slug: str, name: str, goal: str, _pk: int) -> Task:
    title = _("You are invited to the community “%(name)s”") % {"name": inner(name)}
    return Task(title, reverse("community", args=[slug]), _("Decide"), "mail", goal, rank=30)


def _goal_task(slug: str, name: str, goal: str, _pk: int) -> Task:
    title = _("Do you support the goal of the community “%(name)s”?") % {"name": inner(name)}
    return Task(title, reverse("community", args=[slug]), _("Read the goal"), "flag", goal, rank=60)
