"""Publishing a need, changing it, withdrawing it; what is over is closed by the nightly job."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.steps import add_need_step, close_need, end_proposals, level_of_sides
from communities.models import Community, Need, School, Teacher
from communities.models.need import NeedAct, NeedState
from foundation import activity

FIELDS = ("direction", "subject", "education_level", "format", "starts_on", "ends_on", "load_limit", "title", "text")


def open_need(owner: School | Community, *, by: Teacher, kind: str, **fields: Any) -> Need:
    """Publish a request or an offer. The same need again is the first one.

    Raises `ValidationError` by field: a closed owner, days that are over or reversed, a twin of the same title in these days.
    """
    _known(fields)
    with transaction.atomic():
        # Two submits of one form come one after the other, so that the second finds the first.
        type(owner)._default_manager.select_for_update().get(pk=owner.pk)
        if owner.closed_on is not None:
            raise ValidationError({"owner": _("It is closed: nothing can be asked or offered for it.")})
        need = Need(**_owner(owner), kind=kind, opened_by=by, **fields)
        _refuse_wrong_days(need, first_day=True)
        twin = _twins(need).first()
        if twin is not None and (twin.starts_on, twin.ends_on, twin.text) == (need.starts_on, need.ends_on, need.text):
            return twin
        _refuse_twin(twin)
        need.save()
        add_need_step(need, NeedAct.OPENED, by=by)
        activity.record("opened-need", by=by, target=need, community=need.community, level=level_of_sides(owner))
    return need


def edit_need(need: Need, *, by: Teacher, **fields: Any) -> Need:
    """Change an open need; its kind and owner stay. Lowering the limit to what is taken meets it.

    Raises `ValidationError` by field, also when it is not open any more.
    """
    _known(fields)
    with transaction.atomic():
        now = Need.objects.select_for_update(of=("self",)).get(pk=need.pk)
        if now.state != NeedState.OPEN:
            raise ValidationError(_("This need is not open any more."), code="not-open")
        first_day = "starts_on" in fields and fields["starts_on"] != now.starts_on
        for name, value in fields.items():
            setattr(now, name, value)
        _refuse_wrong_days(now, first_day=first_day)
        _refuse_twin(_twins(now).first())
        if now.load_limit < max(now.taken, 1):
            raise ValidationError({"load_limit": _("So many partners have agreed already: %(count)s. Expected at least as many.") % {"count": now.taken}})
        now.save(update_fields=[*fields, "folded_name"])
        add_need_step(now, NeedAct.EDITED, by=by)
        if now.taken >= now.load_limit:
            close_need(now, NeedState.MET, NeedAct.MET, by=by)
            end_proposals(now, by=by)
    return now


def withdraw_need(need: Need, *, by: Teacher) -> bool:
    """Take an open need from the list; proposals that wait are broken off, agreed partnerships go on. False when it was over already."""
    with transaction.atomic():
        if not Need.objects.filter(pk=need.pk, state=NeedState.OPEN).update(state=NeedState.WITHDRAWN, closed_on=timezone.localdate()):
            return False
        need.refresh_from_db()
        add_need_step(need, NeedAct.WITHDRAWN, by=by)
        end_proposals(need, by=by)
    return True


def close_overdue_needs(today: datetime.date) -> int:
    """Close what ended before `today` or whose owner has closed; answers how many. Run twice, it closes once."""
    owner_gone = Q(school__closed_on__isnull=False) | Q(community__closed_on__isnull=False)
    closed = 0
    for need in Need.objects.filter(Q(ends_on__lt=today) | owner_gone, state=NeedState.OPEN):
        with transaction.atomic():
            if Need.objects.filter(pk=need.pk, state=NeedState.OPEN).update(state=NeedState.CLOSED, closed_on=today):
                add_need_step(need, NeedAct.CLOSED, by=None)
                end_proposals(need, by=None)
                closed += 1
    return closed


def _known(fields: dict[str, Any]) -> None:
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"not fields of a need: {sorted(unknown)}")


def _owner(owner: School | Community) -> dict[str, models.Model]:
    return {"school" if isinstance(owner, School) else "community": owner}


def _refuse_wrong_days(need: Need, *, first_day: bool) -> None:
    """`first_day`: the day it begins was said just now, so it may not be over."""
    today = timezone.localdate()
    if need.starts_on and need.ends_on and need.ends_on < need.starts_on:
        raise ValidationError({"ends_on": _("The last day comes before the first one.")})
    if need.ends_on and need.ends_on < today:
        raise ValidationError({"ends_on": _("This day is over already: choose today or a later one.")})
    if first_day and need.starts_on and need.starts_on < today:
        raise ValidationError({"starts_on": _("This day is over already: choose today or a later one.")})


def _twins(need: Need) -> models.QuerySet[Need]:
    """Other open needs of the owner that say the same for days that overlap."""
    same = Need.objects.filter(
        school=need.school, community=need.community, kind=need.kind, direction=need.direction, subject=need.subject, title=need.title, state=NeedState.OPEN
    ).exclude(pk=need.pk)
    if need.ends_on:
        same = same.filter(Q(starts_on=None) | Q(starts_on__lte=need.ends_on))
    if need.starts_on:
        same = same.filter(Q(ends_on=None) | Q(ends_on__gte=need.starts_on))
    return same.order_by("pk")


def _refuse_twin(twin: Need | None) -> None:
    if twin is not None:
        raise ValidationError({"title": _("You have published the same for days that overlap with these: change the days, or that one.")})
