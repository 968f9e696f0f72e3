"""Steps that needs and partnerships share: the dated rows, and the moves that the database decides. All inside the caller's transaction."""

from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.notify import notify
from communities.levels import derive_level, level_of_community
from communities.models import Community, Employment, Membership, Need, NeedStep, Partnership, PartnershipStep, School, Teacher
from communities.models.membership import MemberRole
from communities.models.need import NeedAct, NeedState
from communities.models.partnership import LIVE, PartnershipAct, PartnershipState
from foundation.activity import InteractionLevel

CHANGED = "changed"


def add_need_step(need: Need, act: NeedAct, *, by: Teacher | None) -> None:
    """One line of the need's history; nobody stands behind what a job did."""
    NeedStep.objects.create(need=need, act=act, by=by)


def close_need(need: Need, state: NeedState, act: NeedAct, *, by: Teacher | None) -> None:
    """From open to `state`; the caller holds the row."""
    Need.objects.filter(pk=need.pk).update(state=state, closed_on=timezone.localdate())
    need.refresh_from_db()
    add_need_step(need, act, by=by)


def add_step(partnership: Partnership, act: PartnershipAct, *, by: Teacher | None, by_owner: bool | None, reason: str = "") -> None:
    """One line of the partnership's history; both sides are told of it, of a proposal the side that is asked."""
    step = PartnershipStep.objects.create(partnership=partnership, act=act, by=by, by_owner=by_owner, reason=reason)
    owner, counterpart = partnership.need.owner, partnership.counterpart
    sides = [counterpart if by_owner else owner] if act == PartnershipAct.PROPOSED else [owner, counterpart]
    kind = {PartnershipAct.PROPOSED: "proposal", PartnershipAct.REMINDED: "partnership-reminder"}.get(act, "partnership")
    notify(kind, to=speakers_of(*sides), about=partnership, by=by, key=str(step.pk))


def speakers_of(*sides: School | Community) -> models.QuerySet[Teacher]:
    """Coordinators of these schools and leaders of these communities today."""
    coordinators = Employment.objects.current().filter(school__in=[side for side in sides if isinstance(side, School)], is_coordinator=True)
    leaders = Membership.objects.current().filter(community__in=[side for side in sides if isinstance(side, Community)], role=MemberRole.LEADER)
    return Teacher.objects.active().filter(models.Q(pk__in=coordinators.values("teacher_id")) | models.Q(pk__in=leaders.values("teacher_id")))


def decided_meanwhile() -> ValidationError:
    """What somebody reads who came second."""
    return ValidationError(_("This has been decided meanwhile. Please read the page again."), code=CHANGED)


def move(partnership: Partnership, allowed: tuple[PartnershipState, ...], state: PartnershipState, **fields: Any) -> None:
    """From one of `allowed` to `state`. Raises `ValidationError` when somebody was faster."""
    moved = Partnership.objects.filter(pk=partnership.pk, state__in=allowed).update(state=state, since=timezone.now(), reminded_on=None, **fields)
    if not moved:
        raise decided_meanwhile()
    partnership.refresh_from_db(fields=["state", "since", "reminded_on", *fields])


def decline(partnership: Partnership, *, by: Teacher, reason: str) -> None:
    """The other side says no to a proposal."""
    move(partnership, (PartnershipState.PROPOSED,), PartnershipState.DECLINED)
    add_step(partnership, PartnershipAct.DECLINED, by=by, by_owner=not partnership.proposed_by_owner, reason=reason)


def break_off(partnership: Partnership, *, by: Teacher | None, by_owner: bool, reason: str, allowed: tuple[PartnershipState, ...] = LIVE) -> None:
    """A proposal or an agreed partnership ends before its outcome."""
    move(partnership, allowed, PartnershipState.WITHDRAWN)
    add_step(partnership, PartnershipAct.WITHDRAWN, by=by, by_owner=by_owner, reason=reason)


def end_proposals(need: Need, *, by: Teacher | None) -> None:
    """Proposals that wait for an answer end with the need; one that was declined in this moment stays declined."""
    for proposal in Partnership.objects.filter(need=need, state=PartnershipState.PROPOSED).for_list():
        with suppress(ValidationError):
            break_off(proposal, by=by, by_owner=True, reason=_("The need is no longer open."), allowed=(PartnershipState.PROPOSED,))


def level_of_sides(*sides: School | Community) -> InteractionLevel:
    """The widest of the level between the schools and the levels of the communities among the sides."""
    order = list(InteractionLevel)
    levels = [derive_level(side for side in sides if isinstance(side, School))]
    levels += [level_of_community(side) for side in sides if isinstance(side, Community)]
    return max(levels, key=order.index)
