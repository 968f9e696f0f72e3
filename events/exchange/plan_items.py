"""Items of the plans of communities as a table.

What was added to an approved plan later has no baseline, which the format cannot say: such items stay in the portal and are not given out.
"""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Community, Teacher
from communities.models.school import Direction
from events.models import Plan, PlanItem
from events.models.plan import PLANNED_KINDS, ItemStatus
from foundation.activity import Act, InteractionLevel, Kind, record_many
from foundation.exchange import cells
from foundation.exchange.models import Entry, ModelImport, in_order, remember_ids
from foundation.exchange.tables import Column, Row, Table, TableExport
from foundation.school_years import first_day, school_year

PLAN_ITEMS = Table(
    "plan_items",
    "Пункты плана",
    (
        Column("id", "Код", cells.parse_id, required=True),
        Column("community", "Сообщество", cells.parse_id, required=True, refers="communities"),
        Column("title", "Название", cells.text_of(PlanItem, "title"), required=True),
        Column("kind", "Вид деятельности", cells.choices(Kind)),
        Column("level", "Уровень взаимодействия", cells.choices(InteractionLevel)),
        Column("direction", "Направление", cells.choices(Direction)),
        Column("planned_on", "Дата по плану", cells.parse_date, required=True),
        Column("moved_to", "Перенесено на", cells.parse_date),
        Column("status", "Состояние", cells.choices(ItemStatus)),
        Column("held_on", "Дата проведения", cells.parse_date),
        Column("approved_on", "Дата утверждения", cells.parse_date),
        Column("cancelled_on", "Дата отмены", cells.parse_date),
        Column("reason", "Причина", cells.text_of(PlanItem, "reason")),
        Column("responsible", "Ответственный", cells.parse_id, refers="teachers"),
    ),
)
# What events leave to items before anything is written: item id → ids of the teachers who organise its events.
ORGANISERS = "organisers of items' events"
PLANNED = {code for code, _label in PLANNED_KINDS}


class PlanItemImport(ModelImport):
    """An item brings its plan along: the community's of that school year, approved on the first day that its items say."""

    table = PLAN_ITEMS
    model = PlanItem

    def existing(self) -> dict[str, int]:
        self.run.notes[ORGANISERS] = {}
        self.plans = {(plan.community_id, plan.school_year): plan for plan in Plan.objects.exclude(community=None)}
        self.approved: dict[tuple[str, int], datetime.date] = {}
        self.closed: list[PlanItem] = []
        return dict(super().existing())

    def check(self, row: Row) -> None:
        status = status_of(row)
        if row["kind"] is not None and row["kind"] not in PLANNED:
            self.error(row, "kind", _("reviews and discussions are not planned; expected another kind"))
        if row["held_on"] and row["held_on"] > timezone.localdate():
            self.warn(row, "held_on", _("this day is still to come: the item counts as held only from then on"))
        if status == ItemStatus.HELD and not row["held_on"]:
            self.warn(row, "held_on", _("held, but no day is given: the planned day was taken"))
        if row["held_on"] and status != ItemStatus.HELD:
            self.error(row, "held_on", _("a day is given, but the state is another; expected the state “held”, or no day"))
        if row["cancelled_on"] and status != ItemStatus.CANCELLED:
            self.error(row, "cancelled_on", _("a day is given, but the state is another; expected the state “cancelled”, or no day"))
        key = (row["community"], school_year(row["planned_on"]))
        if row["approved_on"]:
            self.approved[key] = min(row["approved_on"], self.approved.get(key, row["approved_on"]))
        self.run.note_day("communities", row["community"], row["approved_on"])

    def values(self, row: Row) -> dict[str, Any]:
        status = status_of(row)
        said: dict[str, Any] = {"plan": self._plan(row), "title": row["title"], "baseline_on": row["planned_on"]}
        said |= {name: row[name] or "" for name in ("kind", "level", "direction", "reason") if row.has(name)}
        if row.has("responsible"):
            said["responsible_id"] = self.run.pk("teachers", row["responsible"]) if row["responsible"] else None
        if row.has("approved_on"):
            said["approved_on"] = row["approved_on"]
        stands = row["moved_to"] or row["planned_on"]
        return said | {
            "planned_on": stands,
            "status": status,
            "held_on": (row["held_on"] or stands) if status == ItemStatus.HELD else None,
            "cancelled_on": (row["cancelled_on"] or min(row["planned_on"], timezone.localdate())) if status == ItemStatus.CANCELLED else None,
        }

    def _plan(self, row: Row) -> Plan:
        key = (self.run.pk("communities", row["community"]), school_year(row["planned_on"]))
        plan = self.plans.get(key)
        if plan is None:
            day = self.approved.get((row["community"], key[1]), first_day(key[1]))
            approved = timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
            plan = self.plans[key] = Plan.objects.create(community_id=key[0], school_year=key[1], approved_at=approved, created_at=approved)
        return plan

    def make(self, row: Row, values: dict[str, Any]) -> PlanItem:
        return PlanItem(**values)

    def update(self, entry: Entry, values: dict[str, Any]) -> list[str]:
        was_held = entry.object.status == ItemStatus.HELD
        changed = super().update(entry, values)
        if "status" in changed and not was_held and entry.object.status == ItemStatus.HELD:
            self.closed.append(entry.object)
        return changed

    def relate(self, entries: Sequence[Entry]) -> None:
        """Items that are carried out by now go into the ledger at their day, for the responsible who did not organise the event that proves it."""
        held = [*self.closed, *(entry.object for entry in entries if entry.is_new and entry.object.status == ItemStatus.HELD)]
        self.closed = []
        organisers = self.run.notes[ORGANISERS]
        people = Teacher.objects.select_related("school").in_bulk({item.responsible_id for item in held if item.responsible_id})
        communities = Community.objects.in_bulk({item.plan.community_id for item in held})
        acts = []
        for item in sorted(held, key=lambda item: item.held_on):
            person = people.get(item.responsible_id)
            if person is not None and person.external_id not in organisers.get(item.external_id, ()):
                told = {"community": communities[item.plan.community_id], "kind": item.kind or None, "level": item.level or InteractionLevel.SCHOOL}
                acts.append(Act("carried-out-item", by=person, target=item, on=item.held_on, **told))
        record_many(acts)


def status_of(row: Row) -> ItemStatus:
    """Said, or what the days say."""
    if row["status"]:
        return ItemStatus(row["status"])
    if row["held_on"]:
        return ItemStatus.HELD
    if row["cancelled_on"]:
        return ItemStatus.CANCELLED
    return ItemStatus.POSTPONED if row["moved_to"] else ItemStatus.PLANNED


class PlanItemExport(TableExport):
    """Items with a baseline of the approved plans of communities."""

    table = PLAN_ITEMS

    def rows(self) -> Iterator[dict[str, Any]]:
        remember_ids(PlanItem, lambda item: f"item-{item.pk}")
        keys = {"community_key": F("plan__community__external_id"), "responsible_key": F("responsible__external_id")}
        items = PlanItem.objects.exclude(plan__community=None).exclude(baseline_on=None).annotate(**keys)
        for item in in_order(items):
            yield {
                "id": item.external_id,
                "community": item.community_key,
                "title": item.title,
                "kind": item.kind or None,
                "level": item.level or None,
                "direction": item.direction or None,
                "planned_on": item.baseline_on,
                "moved_to": item.planned_on if item.planned_on != item.baseline_on else None,
                "status": item.status,
                "held_on": item.held_on,
                "approved_on": item.approved_on,
                "cancelled_on": item.cancelled_on,
                "reason": item.reason or None,
                "responsible": item.responsible_key,
            }
