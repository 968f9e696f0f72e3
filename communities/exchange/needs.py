"""Requests and offers of schools as a table; what communities ask and offer is not in the format."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.exchange.lists import ReferenceCell
from communities.levels import derive_level
from communities.models import EducationLevel, Employment, Need, NeedStep, Subject, Teacher
from communities.models.need import NeedAct, NeedKind, NeedState
from communities.models.school import Direction
from foundation.activity import Act, record_many
from foundation.exchange import cells
from foundation.exchange.models import Entry, ModelImport, in_order, remember_ids
from foundation.exchange.tables import Column, Row, Table, TableExport

subject, education_level = ReferenceCell(Subject), ReferenceCell(EducationLevel)
NEEDS = Table(
    "needs",
    "Запросы и предложения",
    (
        Column("id", "Код", cells.parse_id, required=True),
        Column("kind", "Вид", cells.choices(NeedKind), required=True),
        Column("school", "Школа", cells.parse_id, required=True, refers="schools"),
        Column("direction", "Направление", cells.choices(Direction), required=True),
        Column("subject", "Предмет", subject),
        Column("education_level", "Уровень общего образования", education_level),
        Column("title", "Название", cells.text_of(Need, "title")),
        Column("opened_on", "Дата публикации", cells.parse_date),
        Column("closed_on", "Дата закрытия", cells.parse_date),
    ),
)


def _noon(day: datetime.date) -> datetime.datetime:
    """A moment of that day in the network's time zone."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


class NeedImport(ModelImport):
    """A closing day closes what is open; what was met or withdrawn here keeps its state."""

    table = NEEDS
    model = Need
    computed = ("folded_name",)

    def existing(self) -> dict[str, int]:
        for parser in (subject, education_level):
            parser.forget()
        self.closed: list[Need] = []
        self.days = dict(Need.objects.exclude(external_id=None).values_list("external_id", "opened_on"))
        return dict(super().existing())

    def check(self, row: Row) -> None:
        opened = row["opened_on"] or self.days.get(row["id"]) or timezone.localdate()
        if row["opened_on"] and row["opened_on"] > timezone.localdate():
            self.error(row, "opened_on", _("this day is still to come; expected today or an earlier one"))
        if row["closed_on"] and row["closed_on"] < opened:
            self.error(row, "closed_on", _("this day is before the opening; expected %(day)s or later") % {"day": opened.isoformat()})
        if row["closed_on"] and row["closed_on"] > timezone.localdate():
            self.error(row, "closed_on", _("this day is still to come; expected today or an earlier one"))

    def values(self, row: Row) -> dict[str, Any]:
        said: dict[str, Any] = {"kind": row["kind"], "school_id": self.run.pk("schools", row["school"]), "direction": row["direction"]}
        said |= {f"{name}_id": row[name] for name in ("subject", "education_level") if row.has(name)}
        if row["title"]:
            said["title"] = row["title"]
        if row["opened_on"]:
            said["opened_on"] = row["opened_on"]
        # An empty cell says nothing: what was answered or withdrawn in the portal is not opened again by an older table.
        if row["closed_on"]:
            said["closed_on"] = row["closed_on"]
        return said

    def make(self, row: Row, values: dict[str, Any]) -> Need:
        values.setdefault("title", str(Direction(values["direction"]).label))
        state = NeedState.CLOSED if values.get("closed_on") else NeedState.OPEN
        return Need(state=state, **{"opened_on": timezone.localdate(), **values})

    def update(self, entry: Entry, values: dict[str, Any]) -> list[str]:
        changed = super().update(entry, values)
        if "closed_on" in changed and entry.object.state == NeedState.OPEN:
            entry.object.state = NeedState.CLOSED
            changed.append("state")
            self.closed.append(entry.object)
        return changed

    def relate(self, entries: Sequence[Entry]) -> None:
        """The history of what is new or was closed by the table; new needs go into the ledger at their day.

        The actor is the school's coordinator of today. Without one nobody opened it, and the ledger, which tells of people, holds nothing.
        """
        new = [entry.object for entry in entries if entry.is_new]
        speakers = self._speakers({need.school_id for need in new})
        for need in new:
            need.opened_by = speakers.get(need.school_id)
        Need.objects.bulk_update([need for need in new if need.opened_by], ["opened_by"])
        closed, self.closed = [*self.closed, *(need for need in new if need.closed_on)], []
        steps = [NeedStep(need=need, act=NeedAct.OPENED, at=_noon(need.opened_on), by=need.opened_by) for need in new]
        NeedStep.objects.bulk_create(steps + [NeedStep(need=need, act=NeedAct.CLOSED, at=_noon(need.closed_on)) for need in closed])
        record_many(
            [
                Act("opened-need", by=need.opened_by, target=need, level=derive_level([need.opened_by.school]), on=need.opened_on)
                for need in sorted(new, key=lambda need: need.opened_on)
                if need.opened_by
            ]
        )

    @staticmethod
    def _speakers(schools: set[int]) -> dict[int, Teacher]:
        places = Employment.objects.current().filter(school__in=schools, is_coordinator=True).select_related("teacher__school").order_by("-pk")
        return {place.school_id: place.teacher for place in places}


class NeedExport(TableExport):
    """Needs of schools; whether one was met, withdrawn or closed is one closing day in the format."""

    table = NEEDS

    def rows(self) -> Iterator[dict[str, Any]]:
        remember_ids(Need, lambda need: f"need-{need.pk}")
        needs = Need.objects.exclude(school=None).annotate(school_key=F("school__external_id")).select_related("subject", "education_level")
        for need in in_order(needs):
            yield {
                "id": need.external_id,
                "kind": need.kind,
                "school": need.school_key,
                "direction": need.direction,
                "subject": need.subject.code if need.subject else None,
                "education_level": need.education_level.code if need.education_level else None,
                "title": need.title,
                "opened_on": need.opened_on,
                "closed_on": need.closed_on,
            }
