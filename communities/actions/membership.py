"""Joining, leaving, inviting, roles. Constraints decide races; a repeated act is the first one."""

import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.actions.audit import write_audit
from communities.actions.notify import forget_community, notify, retract
from communities.levels import level_of_community
from communities.models import Community, Invitation, JoinRequest, Membership, MembershipRole, Teacher
from communities.models.membership import MemberRole
from foundation import activity


class ExclusionReason(models.TextChoices):
    """Why a leader ends a membership: a closed list, since the audit log keeps no free text about people."""

    INACTIVE = "inactive", gettext_lazy("does not take part any more")
    MOVED = "moved", gettext_lazy("left the school or the network")
    ASKED = "asked", gettext_lazy("asked for it")
    MISTAKE = "mistake", gettext_lazy("was added by mistake")
    RULES = "rules", gettext_lazy("broke the community's rules")


# --- coming in ------------------------------------------------------------------------------------------------------


def join_community(community: Community, *, by: Teacher, on: datetime.date | None = None) -> Membership:
    """Join an open community at once; with an open invitation this accepts it. A member stays the member they are.

    Raises `ValidationError` when the community is closed or entered by request (see `ask_to_join`).
    """
    with transaction.atomic():
        _refuse_closed(community)
        invited = _open_invitations(community, by).exists()
        if not community.is_open and not invited and not _current(community, by).exists():
            raise ValidationError(_("This community is joined by request: its leaders answer it."), code="by-request")
        membership, opened = open_membership(community, by, self_joined=not invited, on=on)
        if opened:
            _record("joined", community, by=by, on=on)
    return membership


def ask_to_join(community: Community, *, by: Teacher, message: str = "") -> JoinRequest:
    """Ask the leaders of a community that is joined by request. A second request is the first one.

    Raises `ValidationError` for a member and for a closed community.
    """
    _refuse_closed(community)
    if _current(community, by).exists():
        raise ValidationError(_("You take part in this community already."), code="member")
    try:
        with transaction.atomic():
            asked = JoinRequest.objects.create(community=community, teacher=by, message=message)
            lead = community.memberships.current().filter(role__in=[MemberRole.LEADER, MemberRole.MODERATOR]).values("teacher")
            path = reverse("community_requests", args=[community.slug])
            notify("join-request", to=Teacher.objects.filter(pk__in=lead), about=community, by=by, community=community, key=str(asked.pk), path=path)
            return asked
    except IntegrityError:
        return JoinRequest.objects.get(community=community, teacher=by, answered_at=None)


def take_back_request(request: JoinRequest, *, by: Teacher) -> None:
    """The asking teacher thinks better of it; an answered request stays as it was answered."""
    with transaction.atomic():
        JoinRequest.objects.filter(pk=request.pk, answered_at=None).update(answered_at=timezone.now(), answered_by=by, accepted=False)
        retract(request.community, kind="join-request", by=request.teacher)


def answer_request(request: JoinRequest, *, by: Teacher, accept: bool) -> Membership | None:
    """Let the asking teacher in, or decline. The first answer holds: a second one raises `ValidationError`."""
    with transaction.atomic():
        answered = JoinRequest.objects.filter(pk=request.pk, answered_at=None)
        if not answered.update(answered_at=timezone.now(), answered_by=by, accepted=accept):
            raise ValidationError(_("This request has been answered already."), code="answered")
        write_audit("accept-join-request" if accept else "decline-join-request", by=by, target=request.community, teacher=request.teacher_id)
        retract(request.community, kind="join-request", by=request.teacher)
        notify("join-answer", to=[request.teacher_id], about=request.community, by=by, community=request.community, key=str(request.pk))
        if not accept:
            return None
        _refuse_closed(request.community)
        membership, opened = open_membership(request.community, request.teacher, self_joined=True, given_by=by)
        if opened:
            _record("joined", request.community, by=request.teacher)
    return membership


def invite_teacher(community: Community, teacher: Teacher, *, by: Teacher, on: datetime.date | None = None) -> Invitation:
    """Invite a colleague. A second invitation is the first one. Raises `ValidationError` for members, askers and closed communities."""
    _refuse_closed(community)
    if _current(community, teacher).exists():
        raise ValidationError(_("This teacher takes part already."), code="member")
    if JoinRequest.objects.filter(community=community, teacher=teacher, answered_at=None).exists():
        raise ValidationError(_("This teacher has asked to join: answer the request."), code="asked")
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(community=community, teacher=teacher, invited_by=by)
            path = reverse("community_invitation", args=[community.slug])
            notify("invitation", to=[teacher], about=community, by=by, community=community, key=str(invitation.pk), path=path)
            _record("invited", community, by=by, on=on)
    except IntegrityError:
        return Invitation.objects.get(community=community, teacher=teacher, answered_at=None)
    return invitation


def answer_invitation(invitation: Invitation, *, by: Teacher, accept: bool) -> Membership | None:
    """The invited teacher accepts or declines. Raises `ValidationError` when it was answered or withdrawn."""
    with transaction.atomic():
        answered = Invitation.objects.filter(pk=invitation.pk, answered_at=None)
        if not answered.update(answered_at=timezone.now(), accepted=accept):
            raise ValidationError(_("This invitation has been answered or withdrawn."), code="answered")
        retract(invitation.community, kind="invitation", recipient=by)
        if not accept:
            return None
        _refuse_closed(invitation.community)
        membership, opened = open_membership(invitation.community, by, self_joined=False, given_by=invitation.invited_by)
        if opened:
            _record("joined", invitation.community, by=by)
    return membership


def withdraw_invitation(invitation: Invitation, *, by: Teacher) -> None:
    """A leader takes an unanswered invitation back; an answered one stays."""
    with transaction.atomic():
        if Invitation.objects.filter(pk=invitation.pk, answered_at=None).update(answered_at=timezone.now(), accepted=False):
            write_audit("withdraw-invitation", by=by, target=invitation.community, teacher=invitation.teacher_id)
            retract(invitation.community, kind="invitation", recipient=invitation.teacher)


def open_membership(
    community: Community,
    teacher: Teacher,
    *,
    self_joined: bool | None,
    role: str = MemberRole.MEMBER,
    on: datetime.date | None = None,
    given_by: Teacher | None = None,
) -> tuple[Membership, bool]:
    """The membership of `teacher` from `on`, and whether it is new; open requests and invitations are thereby answered.

    `self_joined` is None when nobody knows who began it. Coming back on the day of leaving continues that day's membership,
    since a membership is known by (community, teacher, joined_on). The caller records the act. Runs inside the caller's transaction.
    """
    day = on or timezone.localdate()
    now = timezone.now()
    for waiting in (_open_invitations(community, teacher), JoinRequest.objects.filter(community=community, teacher=teacher, answered_at=None)):
        waiting.update(answered_at=now, accepted=True)
    try:
        with transaction.atomic():
            values = {"self_joined": self_joined, "role": role}
            ended_today = Membership.objects.filter(community=community, teacher=teacher, joined_on=day).exclude(left_on=None)
            if ended_today.update(left_on=None, duty="", **values):
                membership = _current(community, teacher).get()
            else:
                membership = Membership.objects.create(community=community, teacher=teacher, joined_on=day, **values)
            MembershipRole.objects.create(membership=membership, role=role, since=day, given_by=given_by)
    except IntegrityError:
        return _current(community, teacher).get(), False
    return membership, True


# --- going ----------------------------------------------------------------------------------------------------------


def is_last_leader(membership: Membership) -> bool:
    """Whether nobody else leads the community: then this member neither leaves nor gives the role up."""
    others = Membership.objects.current().filter(community=membership.community_id, role=MemberRole.LEADER).exclude(pk=membership.pk)
    return membership.role == MemberRole.LEADER and not others.exists()


def leave_community(community: Community, *, by: Teacher, on: datetime.date | None = None) -> None:
    """End one's own membership. Who is no member has left already. Raises `ValidationError` for the last leader."""
    with transaction.atomic():
        membership = _locked(community, by)
        if membership is None:
            return
        _refuse_last_leader(membership, _("You are the only leader. Name another leader first, then you can leave."))
        _close(membership, on)


def exclude_member(membership: Membership, *, by: Teacher, reason: ExclusionReason | str, on: datetime.date | None = None) -> None:
    """A leader or methodist ends a membership for a reason that the audit log keeps. Raises `ValidationError` for the last leader."""
    with transaction.atomic():
        current = _locked(membership.community, membership.teacher)
        if current is None:
            return
        _refuse_last_leader(current, _("This is the only leader. Name another leader first."))
        _close(current, on)
        notify("membership", to=[membership.teacher_id], about=membership.community, by=by, key=f"ended:{membership.pk}")
        write_audit("exclude-member", by=by, target=membership.community, teacher=membership.teacher_id, reason=ExclusionReason(reason).value)


# --- roles ----------------------------------------------------------------------------------------------------------


def set_role(membership: Membership, role: MemberRole | str, *, by: Teacher, duty: str | None = None, on: datetime.date | None = None) -> Membership:
    """Give a role (and, when `duty` is not None, what the person answers for); the old role gets its last day.

    A role given twice on one day leaves one line. Raises `ValidationError` when the last leader would go, or the member has gone.
    """
    day = on or timezone.localdate()
    with transaction.atomic():
        current = _locked(membership.community, membership.teacher)
        if current is None or current.pk != membership.pk:
            raise ValidationError(_("This membership has ended."), code="ended")
        if duty is not None and duty != current.duty:
            current.duty = duty
            current.save(update_fields=["duty"])
        if role != current.role:
            old = MemberRole(current.role).value
            if role != MemberRole.LEADER:
                _refuse_last_leader(current, _("This is the only leader. Name another leader first."))
            _end_role(current, day)
            given = MembershipRole.objects.create(membership=current, role=role, since=day, given_by=by)
            notify("membership", to=[current.teacher_id], about=current.community, by=by, community=current.community, key=str(given.pk))
            current.role = MemberRole(role)
            current.save(update_fields=["role"])
            write_audit("set-role", by=by, target=current.community, teacher=current.teacher_id, old=old, new=MemberRole(role).value)
    return current


# --- shared ---------------------------------------------------------------------------------------------------------


def _current(community: Community, teacher: Teacher) -> models.QuerySet[Membership]:
    return Membership.objects.current().filter(community=community, teacher=teacher)


def _open_invitations(community: Community, teacher: Teacher) -> models.QuerySet[Invitation]:
    return Invitation.objects.filter(community=community, teacher=teacher, answered_at=None)


def _locked(community: Community, teacher: Teacher) -> Membership | None:
    """Today's membership, with the community locked: two leaders who leave at once are asked one after the other."""
    Community.objects.select_for_update().get(pk=community.pk)
    return _current(community, teacher).select_related("community", "teacher").first()


def _refuse_closed(community: Community) -> None:
    if community.closed_on is not None:
        raise ValidationError(_("This community is closed."), code="closed")


def _refuse_last_leader(membership: Membership, message: str) -> None:
    if is_last_leader(membership):
        raise ValidationError(message, code="last-leader")


def _close(membership: Membership, on: datetime.date | None) -> None:
    """The last day of a membership and of its role; whoever ended it, it is the member who has left."""
    day = on or timezone.localdate()
    _record("left", membership.community, by=membership.teacher, on=on)
    membership.left_on = day
    membership.save(update_fields=["left_on"])
    membership.roles.filter(until=None).update(until=day)
    forget_community(membership.community, membership.teacher)


def _end_role(membership: Membership, day: datetime.date) -> None:
    """A role that began on the same day was never held: its line goes."""
    membership.roles.filter(until=None, since=day).delete()
    membership.roles.filter(until=None).update(until=day)


def _record(verb: str, community: Community, *, by: Teacher, on: datetime.date | None = None) -> None:
    activity.record(verb, by=by, target=community, community=community, level=level_of_community(community), on=on)
