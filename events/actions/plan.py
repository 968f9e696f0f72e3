"""Plans of work: written, approved (which freezes the baseline), kept during the year, carried out by evidence, reported and signed."""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.notify import notify
from communities.models import Community, Employment, Membership, School, Teacher
from events.access import may_approve_plan, may_write_plan
from events.models import Event, Plan, PlanItem
from events.models.plan import ItemStatus
from foundation import school_years
from foundation.activity import InteractionLevel, record
from resources.models import Material
from resources.models.material import Status

ITEM_FIELDS = ("title", "kind", "level", "direction", "planned_on", "responsible", "responsible_words")


@transaction.atomic
def begin_plan(owner: Community | School, *, by: Teacher, school_year: int, goal: str = "", like: Plan | None = None) -> Plan:
    """The draft of a year's plan, one a year and owner; `like` copies the items of an earlier plan, each to the same weekday of this year."""
    if not may_write_plan(by, owner):
        raise PermissionDenied("may not write this plan")
    side = {"school" if isinstance(owner, School) else "community": owner}
    plan, is_new = Plan.objects.get_or_create(school_year=school_year, **side, defaults={"goal": goal, "created_by": by})
    if is_new and like is not None:
        _copy_items(like, plan)
    return plan


def _copy_items(like: Plan, plan: Plan) -> None:
    """Whole weeks later, so that a Tuesday stays a Tuesday; what was cancelled is left out."""
    weeks = 52 * (plan.school_year - like.school_year)
    first, last = school_years.first_day(plan.school_year), school_years.last_day(plan.school_year)
    items = like.items.exclude(status=ItemStatus.CANCELLED).select_related("responsible")
    PlanItem.objects.bulk_create(
        PlanItem(
            plan=plan,
            title=item.title,
            kind=item.kind,
            level=item.level,
            direction=item.direction,
            planned_on=min(max((item.baseline_on or item.planned_on) + datetime.timedelta(weeks=weeks), first), last),
            responsible=item.responsible if item.responsible and item.responsible.is_confirmed else None,
            responsible_words=item.responsible_words,
        )
        for item in items
    )


@transaction.atomic
def edit_plan(plan: Plan, *, by: Teacher, goal: str) -> None:
    """Change what the year is for."""
    _writable(plan, by)
    Plan.objects.filter(pk=plan.pk).update(goal=goal)


@transaction.atomic
def submit_plan(plan: Plan, *, by: Teacher) -> None:
    """A school's draft waits for its head. ValidationError for an empty one and for one without a head."""
    fresh = _writable(plan, by)
    if fresh.is_approved:
        raise ValidationError(_("The plan is approved already."), code="approved")
    if not fresh.items.exists():
        raise ValidationError(_("There is nothing in the plan yet."), code="empty")
    heads = Employment.objects.current().filter(school=fresh.school, is_head=True).values_list("teacher_id", flat=True) if fresh.school else []
    if fresh.school and not heads:
        raise ValidationError(_("The school has no head on the portal: only the head approves its plan."), code="headless")
    Plan.objects.filter(pk=fresh.pk).update(submitted_at=timezone.now())
    notify("plan-submitted", to=list(heads), about=fresh, by=by)


@transaction.atomic
def approve_plan(plan: Plan, *, by: Teacher) -> Plan:
    """Freeze the baseline: the date of each item as it stands now. Approved twice it is approved once. ValidationError for an empty plan."""
    fresh = Plan.objects.select_for_update(of=("self",)).select_related("community", "school").get(pk=plan.pk)
    if not may_approve_plan(by, fresh):
        raise PermissionDenied("may not approve this plan")
    if fresh.is_approved:
        return fresh
    if not fresh.items.exists():
        raise ValidationError(_("There is nothing in the plan yet."), code="empty")
    fresh.approved_at, fresh.approved_by = timezone.now(), by
    fresh.save(update_fields=["approved_at", "approved_by"])
    fresh.items.update(baseline_on=F("planned_on"), approved_on=timezone.localdate())
    if fresh.community:
        members = Membership.objects.current().filter(community=fresh.community).values_list("teacher_id", flat=True)
        notify("plan-approved", to=list(members), about=fresh, by=by, community=fresh.community)
    elif fresh.created_by_id:
        notify("plan-approved", to=[fresh.created_by_id], about=fresh, by=by)
    return fresh


@transaction.atomic
def return_plan(plan: Plan, *, by: Teacher) -> None:
    """The head sends a submitted draft back to be revised."""
    fresh = Plan.objects.select_for_update(of=("self",)).select_related("community", "school").get(pk=plan.pk)
    if not may_approve_plan(by, fresh):
        raise PermissionDenied("may not decide on this plan")
    if fresh.is_approved or fresh.submitted_at is None:
        raise ValidationError(_("The plan does not wait for approval."), code="state")
    Plan.objects.filter(pk=fresh.pk).update(submitted_at=None)
    if fresh.created_by_id:
        notify("plan-returned", to=[fresh.created_by_id], about=fresh, by=by, key=str(timezone.now().timestamp()))


@transaction.atomic
def add_item(plan: Plan, *, by: Teacher, **fields: Any) -> PlanItem:
    """One more item; added after the approval it is off-plan and has no baseline."""
    fresh = _writable(plan, by)
    _check(fresh, fields)
    return PlanItem.objects.create(plan=fresh, **fields)


@transaction.atomic
def edit_item(item: PlanItem, *, by: Teacher, reason: str = "", **fields: Any) -> PlanItem:
    """Change an open item. Another date in an approved plan is a move: the baseline stays, and a reason is asked for."""
    fresh = _open_item(item, by)
    _check(fresh.plan, fields)
    moves = fields["planned_on"] != fresh.planned_on and fresh.plan.is_approved
    if moves and not reason:
        raise ValidationError({"reason": _("Say why it is moved: the plan is approved.")}, code="reason")
    for name, value in fields.items():
        setattr(fresh, name, value)
    if moves:
        fresh.status = ItemStatus.POSTPONED if fresh.was_moved else ItemStatus.PLANNED
        fresh.reason = reason
    fresh.save()
    return fresh


@transaction.atomic
def cancel_item(item: PlanItem, *, by: Teacher, reason: str) -> None:
    """It will not take place; it stays in the approved plan with its reason. An item of a draft is taken out instead."""
    fresh = _open_item(item, by)
    if not fresh.plan.is_approved:
        fresh.delete()
        return
    if not reason:
        raise ValidationError({"reason": _("Say why it is cancelled.")}, code="reason")
    fresh.status, fresh.cancelled_on, fresh.reason, fresh.closed_at, fresh.closed_by = ItemStatus.CANCELLED, timezone.localdate(), reason, timezone.now(), by
    fresh.save()


@transaction.atomic
def close_item(
    item: PlanItem, *, by: Teacher, held_on: datetime.date, event: Event | None = None, material: Material | None = None, minutes: str = ""
) -> PlanItem:
    """Carried out, by evidence: a held event, a published material, or minutes. Closed twice it is closed once, with one act of the responsible.

    An item that an event closed counts once for each person: who organised the event has their act of it already. ValidationError by field
    without evidence, for a day to come, and for a plan that is not approved.
    """
    fresh = PlanItem.objects.select_for_update(of=("self",)).select_related("plan__community", "plan__school").get(pk=item.pk)
    if fresh.status == ItemStatus.HELD:
        return fresh
    if not fresh.is_open:
        raise ValidationError(_("The item is cancelled."), code="cancelled")
    if not fresh.plan.is_approved:
        raise ValidationError(_("The plan is not approved yet: nothing of it can be carried out."), code="draft")
    if held_on > timezone.localdate():
        raise ValidationError({"held_on": _("This day is still to come.")}, code="future")
    if event is None and material is None and not minutes:
        raise ValidationError(_("Say what proves it: an event, a published material, or minutes."), code="evidence")
    if material is not None and material.status != Status.PUBLISHED:
        raise ValidationError({"material": _("The material is not published yet.")}, code="material")
    fresh.status, fresh.held_on, fresh.material, fresh.minutes = ItemStatus.HELD, held_on, material, minutes
    fresh.closed_at, fresh.closed_by = timezone.now(), by
    fresh.save()
    _record_item(fresh, by=by, event=event)
    return fresh


def _record_item(item: PlanItem, *, by: Teacher, event: Event | None) -> None:
    person = item.responsible or by
    if event is not None and event.organisers.filter(pk=person.pk).exists():
        return
    level = item.level or InteractionLevel.SCHOOL
    record("carried-out-item", by=person, target=item, community=item.plan.community, level=level, kind=item.kind, on=item.held_on)


@transaction.atomic
def sign_report(plan: Plan, *, by: Teacher, report: str) -> Plan:
    """The year's analysis, signed by who approves the plan; signed once, it stays. ValidationError for a draft and without words."""
    fresh = Plan.objects.select_for_update(of=("self",)).select_related("community", "school").get(pk=plan.pk)
    if not may_approve_plan(by, fresh):
        raise PermissionDenied("may not sign this report")
    if not fresh.is_approved:
        raise ValidationError(_("The plan is not approved yet."), code="draft")
    if fresh.signed_at is not None:
        return fresh
    if not report.strip():
        raise ValidationError({"report": _("The analysis is empty.")}, code="empty")
    fresh.report, fresh.signed_at, fresh.signed_by = report, timezone.now(), by
    fresh.save(update_fields=["report", "signed_at", "signed_by"])
    return fresh


@transaction.atomic
def write_report(plan: Plan, *, by: Teacher, report: str) -> None:
    """The draft of the year's analysis. ValidationError once it is signed."""
    fresh = _writable(plan, by)
    if fresh.signed_at is not None:
        raise ValidationError(_("The report is signed: it does not change any more."), code="signed")
    Plan.objects.filter(pk=fresh.pk).update(report=report)


def _writable(plan: Plan, by: Teacher) -> Plan:
    fresh = Plan.objects.select_for_update(of=("self",)).select_related("community", "school").get(pk=plan.pk)
    if not may_write_plan(by, fresh.owner):
        raise PermissionDenied("may not write this plan")
    return fresh


def _open_item(item: PlanItem, by: Teacher) -> PlanItem:
    _writable(item.plan, by)
    fresh = PlanItem.objects.select_for_update(of=("self",)).select_related("plan__community", "plan__school").get(pk=item.pk)
    if not fresh.is_open:
        raise ValidationError(_("The item is carried out or cancelled already."), code="closed")
    return fresh


def _check(plan: Plan, fields: dict[str, Any]) -> None:
    unknown = set(fields) - set(ITEM_FIELDS)
    if unknown:
        raise TypeError(f"not fields of a plan item: {sorted(unknown)}")
    day = fields["planned_on"]
    if not school_years.first_day(plan.school_year) <= day <= school_years.last_day(plan.school_year):
        year = school_years.year_words(plan.school_year)
        raise ValidationError({"planned_on": _("The plan is for the school year %(year)s.") % {"year": year}}, code="year")


@transaction.atomic
def close_by_event(item: PlanItem, event: Event, *, by: Teacher) -> PlanItem:
    """An event that was held without being linked proves the item: it is linked now, and the day is the event's."""
    if event.held_on is None:
        raise ValidationError({"event": _("The event was not held yet.")}, code="event")
    if not Event.objects.filter(pk=event.pk, plan_item=None, status="held").update(plan_item=item):
        raise ValidationError({"event": _("This event proves another item already.")}, code="event")
    return close_item(item, by=by, held_on=event.held_on, event=event)
