"""Results of pupils as a table: codes, never names."""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from events.exchange.acts import TOUCHED, Touched
from events.exchange.events import ATTENDED, moment
from events.models import Contest, Event, Participation, Result
from events.models.contest import Award
from foundation.exchange import cells
from foundation.exchange.importing import BATCH
from foundation.exchange.tables import Column, Row, Table, TableExport, TableImport

PUPIL_RESULTS = Table(
    "pupil_results",
    "Результаты учеников",
    (
        Column("event", "Мероприятие", cells.parse_id, required=True, refers="events"),
        Column("school", "Школа", cells.parse_id, refers="schools"),
        Column("coach", "Педагог", cells.parse_id, refers="teachers"),
        Column("pupil_code", "Шифр ученика", cells.text(64)),
        Column("grade", "Класс", cells.text(2)),
        Column("score", "Балл", cells.decimal(0, 99999, 1)),
        Column("award", "Награда", cells.choices(Award)),
    ),
)


class PupilResultImport(TableImport):
    """One a code and event; a row without a code is known by its number. The coach took part in the event that was held."""

    table = PUPIL_RESULTS

    def existing(self) -> dict[str, int]:
        self.keys: dict[tuple[str, str], int] = {}
        return {}

    def check(self, row: Row) -> None:
        key = (row["event"], code_of(row))
        if key in self.keys:
            self.error(row, "pupil_code", _("row %(row)s has this code already; expected a code of its own") % {"row": self.keys[key]})
        self.keys.setdefault(key, row.number)
        if row["grade"] is not None and not (row["grade"].isascii() and row["grade"].isdigit() and 1 <= int(row["grade"]) <= 11):
            self.error(row, "grade", _("“%(value)s” is no grade; expected a number from 1 to 11") % {"value": row["grade"]})
        self.run.notes[ATTENDED].add(row["event"])

    def write(self, rows: list[Row]) -> None:
        events = Event.objects.in_bulk({self.run.pk("events", row["event"]) for row in rows})
        known = {(result.event_id, result.code): result for result in Result.objects.filter(event__in=events)}
        new, changed = [], []
        for row in rows:
            key = (self.run.pk("events", row["event"]), code_of(row))
            told = self._told(row)
            found = known.get(key)
            if found is None:
                new.append(Result(event_id=key[0], code=key[1], **told))
            elif any(getattr(found, name) != value for name, value in told.items()):
                for name, value in told.items():
                    setattr(found, name, value)
                changed.append(found)
            else:
                self.counts.unchanged += 1
        Result.objects.bulk_create(new, batch_size=BATCH)
        Result.objects.bulk_update(changed, ["school", "teacher", "grade", "score", "award"], batch_size=BATCH)
        self.counts.created += len(new)
        self.counts.updated += len(changed)
        self._credit_coaches(events, [*new, *changed])
        self._publish(events)

    def _told(self, row: Row) -> dict[str, Any]:
        return {
            "school_id": self.run.pk("schools", row["school"]) if row["school"] else None,
            "teacher_id": self.run.pk("teachers", row["coach"]) if row["coach"] else None,
            "grade": int(row["grade"]) if row["grade"] else None,
            "score": row["score"],
            "award": row["award"] or Award.PARTICIPANT.value,
        }

    def _credit_coaches(self, events: dict[int, Event], results: list[Result]) -> None:
        held = {pk: event for pk, event in events.items() if event.held_on}
        touched: Touched = self.run.notes[TOUCHED]
        touched.before_changes([event for pk, event in held.items() if pk not in touched.events])
        touched.add(held.values())
        pairs = {(result.event_id, result.teacher_id): result.school_id for result in results if result.teacher_id and result.event_id in held}
        rows = [
            Participation(event_id=event, teacher_id=coach, school_id=school, marked_at=moment(held[event].held_on or timezone.localdate(), 18))
            for (event, coach), school in pairs.items()
        ]
        Participation.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)

    def _publish(self, events: dict[int, Event]) -> None:
        """What a table tells under codes is public already."""
        done = set(Contest.objects.filter(event__in=events).values_list("event_id", flat=True))
        days: dict[int, datetime.datetime] = {pk: moment(event.held_on or timezone.localdate(event.starts_at), 18) for pk, event in events.items()}
        Contest.objects.bulk_create(Contest(event_id=pk, closed_at=days[pk], published_at=days[pk]) for pk in events if pk not in done)


def code_of(row: Row) -> str:
    """The pupil's code; the row's number where there is none."""
    return row["pupil_code"] or f"№{row.number}"


class PupilResultExport(TableExport):
    table = PUPIL_RESULTS

    def rows(self) -> Iterator[dict[str, Any]]:
        columns = ("event__external_id", "code", "school__external_id", "teacher__external_id", "grade", "score", "award")
        found = Result.objects.filter(event__status__in=["planned", "held", "cancelled"]).order_by().values_list(*columns)
        for event, code, school, coach, grade, score, award in sorted(found, key=lambda row: row[:2]):
            told = {"event": event, "school": school, "coach": coach, "pupil_code": code, "grade": grade, "award": award or None}
            yield {**told, "score": Decimal(score) if score is not None else None}
