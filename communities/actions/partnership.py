"""From the proposal to the outcome. Conditional updates decide races; the need is always taken first, so that locks come in one order."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.steps import add_need_step, add_step, break_off, close_need, decided_meanwhile, decline, end_proposals, level_of_sides, move
from communities.models import Community, Need, Partnership, School, Teacher
from communities.models.need import NeedAct, NeedState, key_of
from communities.models.partnership import LIVE, Outcome, PartnershipAct, PartnershipQuerySet, PartnershipState
from foundation import activity

NOT_OPEN, TOO_OFTEN = "not-open", "too-often"
# Each proposal and each change of mind is told to the other side: so many times in a day one may think better of it.
TAKEN_BACK_A_DAY = 3


def propose_partnership(need: Need, side: School | Community, *, by: Teacher, by_owner: bool = False, message: str = "") -> Partnership:
    """`side` answers the need, or (`by_owner`) the need's owner asks it to. A second proposal to the same side is the first one.

    Raises `ValidationError`: by field for the own need or a closed side; for a need that is no longer open, and for what was taken back too often today.
    """
    if key_of(side) == key_of(need.owner):
        raise ValidationError({"side": _("This is your own need: it is answered by others.")}, code="own")
    if side.closed_on is not None:
        raise ValidationError({"side": _("It is closed: it cannot become a partner.")}, code="closed")
    counterpart = {"school" if isinstance(side, School) else "community": side}
    try:
        with transaction.atomic():
            now = Need.objects.select_for_update(of=("self",)).select_related("school", "community").get(pk=need.pk)
            if not now.is_open:
                raise ValidationError(_("This need is no longer open: it was met, withdrawn or its days are over."), code=NOT_OPEN)
            _refuse_to_and_fro(Partnership.objects.filter(need=now, **counterpart), by_owner=by_owner)
            proposal = Partnership.objects.create(need=now, proposed_by_owner=by_owner, message=message, **counterpart)
            add_step(proposal, PartnershipAct.PROPOSED, by=by, by_owner=by_owner)
            if not by_owner:
                _record("answered-need", proposal, by=by)
    except IntegrityError:
        standing = Partnership.objects.for_list().filter(need=need, state__in=LIVE, **counterpart).first()
        if standing is None:
            # It was declined in this very moment.
            raise decided_meanwhile() from None
        return standing
    return proposal


def _refuse_to_and_fro(between: PartnershipQuerySet, *, by_owner: bool) -> None:
    """Of what stood between two sides on a need, what this side took back. The need is locked: two at once are counted one after the other."""
    taken_back = {"steps__act": PartnershipAct.WITHDRAWN, "steps__by_owner": by_owner, "steps__at__gt": timezone.now() - datetime.timedelta(days=1)}
    if between.filter(proposed_by_owner=by_owner, **taken_back).count() >= TAKEN_BACK_A_DAY:
        text = _("You have proposed this and taken it back several times today. Please propose it again tomorrow, when you are sure.")
        raise ValidationError(text, code=TOO_OFTEN)


def agree_partnership(partnership: Partnership, *, by: Teacher) -> Partnership:
    """The other side says yes: the need has one place less, and leaves the list with its last one.

    Raises `ValidationError` when the need was withdrawn, its places are taken, or the proposal was answered already.
    """
    with transaction.atomic():
        need = partnership.need
        if School.objects.filter(pk__in=[need.school_id, partnership.school_id]).exclude(closed_on=None).exists():
            raise ValidationError(_("One of the two schools is closed: nothing can be agreed with it any more."), code=NOT_OPEN)
        # Columns of the row alone: after waiting for another transaction PostgreSQL asks them again.
        in_time = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())
        open_needs = Need.objects.filter(in_time, pk=need.pk, state=NeedState.OPEN, taken__lt=F("load_limit"))
        if not open_needs.update(taken=F("taken") + 1):
            raise ValidationError(_("This need is no longer open: it was met, withdrawn or its days are over."), code=NOT_OPEN)
        move(partnership, (PartnershipState.PROPOSED,), PartnershipState.AGREED)
        need.refresh_from_db()
        add_step(partnership, PartnershipAct.AGREED, by=by, by_owner=not partnership.proposed_by_owner)
        if partnership.proposed_by_owner:
            _record("answered-need", partnership, by=by)
        _record("agreed-partnership", partnership, by=by)
        if need.taken >= need.load_limit:
            close_need(need, NeedState.MET, NeedAct.MET, by=by)
            end_proposals(need, by=by)
    return partnership


def decline_partnership(partnership: Partnership, *, by: Teacher, reason: str) -> Partnership:
    """The other side says no, and why. Raises `ValidationError` when it was answered already."""
    with transaction.atomic():
        decline(partnership, by=by, reason=reason)
    return partnership


def start_partnership(partnership: Partnership, *, by: Teacher, by_owner: bool) -> Partnership:
    """The work has begun. Raises `ValidationError` unless it was agreed."""
    with transaction.atomic():
        move(partnership, (PartnershipState.AGREED,), PartnershipState.RUNNING)
        add_step(partnership, PartnershipAct.STARTED, by=by, by_owner=by_owner)
    return partnership


def finish_partnership(partnership: Partnership, *, by: Teacher, by_owner: bool, outcome: Outcome | str, report: str) -> Partnership:
    """Either side reports the outcome. Raises `ValidationError` when it is not agreed or over already."""
    with transaction.atomic():
        move(partnership, (PartnershipState.AGREED, PartnershipState.RUNNING), PartnershipState.FINISHED, outcome=outcome, report=report)
        add_step(partnership, PartnershipAct.FINISHED, by=by, by_owner=by_owner)
        _record("finished-partnership", partnership, by=by)
    return partnership


def break_off_partnership(partnership: Partnership, *, by: Teacher, by_owner: bool, reason: str) -> Partnership:
    """Take a proposal back, or break off what was agreed: the place is free again, and the need returns to the list if it was met.

    Raises `ValidationError` when it is over already.
    """
    with transaction.atomic():
        # The need first, as in `agree_partnership`.
        need = Need.objects.select_for_update(of=("self",)).get(pk=partnership.need_id)
        partnership.refresh_from_db(fields=["state"])
        before = partnership.state
        break_off(partnership, by=by, by_owner=by_owner, reason=reason)
        if before == PartnershipState.PROPOSED:
            _take_back_answer(partnership)
            return partnership
        need.taken -= 1
        need.save(update_fields=["taken"])
        if need.state == NeedState.MET:
            need.state, need.closed_on = NeedState.OPEN, None
            need.save(update_fields=["state", "closed_on"])
            add_need_step(need, NeedAct.REOPENED, by=by)
    return partnership


def remind_of_partnership(partnership: Partnership, *, seen: datetime.date | None, on: datetime.date) -> bool:
    """Note that the sides were reminded; False when another run of the job did it since `seen` (its last reminder), or it is over."""
    with transaction.atomic():
        if not Partnership.objects.filter(pk=partnership.pk, state=partnership.state, reminded_on=seen).update(reminded_on=on):
            return False
        add_step(partnership, PartnershipAct.REMINDED, by=None, by_owner=None)
    return True


def _record(verb: str, partnership: Partnership, *, by: Teacher, **fields: Any) -> None:
    need = partnership.need
    target = need if verb == "answered-need" else partnership
    community = need.community or partnership.community
    activity.record(verb, by=by, target=target, community=community, level=level_of_sides(need.owner, partnership.counterpart), **fields)


def _take_back_answer(partnership: Partnership) -> None:
    """A proposal that its own side takes back was no answer: a compensating row for whoever had proposed."""
    proposed = partnership.steps.select_related("by").filter(act=PartnershipAct.PROPOSED).first()
    if not partnership.proposed_by_owner and proposed is not None and proposed.by is not None:
        _record("answered-need", partnership, by=proposed.by, on=timezone.localdate(proposed.at), delta=-1)
