"""Who took part in events, as a table."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from communities.models import Teacher
from events.exchange.acts import TOUCHED, Touched
from events.exchange.events import ATTENDED, moment
from events.models import Event, Participation
from events.models.participation import ParticipationRole
from foundation.exchange import cells
from foundation.exchange.importing import BATCH
from foundation.exchange.tables import Column, Row, Table, TableExport, TableImport

PARTICIPATION = Table(
    "participation",
    "Участие",
    (
        Column("event", "Мероприятие", cells.parse_id, required=True, refers="events"),
        Column("teacher", "Педагог", cells.parse_id, required=True, refers="teachers"),
        Column("role", "Роль", cells.choices(ParticipationRole)),
    ),
)
Key = tuple[int, int, str]


class ParticipationImport(TableImport):
    """One a person, event and role; without a role somebody was a participant."""

    table = PARTICIPATION

    def existing(self) -> dict[str, int]:
        self.keys: dict[tuple[str, str, str], int] = {}
        return {}

    def check(self, row: Row) -> None:
        key = (row["event"], row["teacher"], row["role"] or ParticipationRole.PARTICIPANT.value)
        if key in self.keys:
            message = _("row %(row)s says the same event, person and role already; expected one row for them")
            self.error(row, "teacher", message % {"row": self.keys[key]})
        self.keys.setdefault(key, row.number)
        self.run.notes[ATTENDED].add(row["event"])

    def write(self, rows: list[Row]) -> None:
        events = Event.objects.in_bulk({self.run.pk("events", row["event"]) for row in rows})
        touched: Touched = self.run.notes[TOUCHED]
        touched.before_changes([event for pk, event in events.items() if pk not in touched.events])
        touched.add(events.values())
        schools = dict(Teacher.objects.filter(pk__in={self.run.pk("teachers", row["teacher"]) for row in rows}).values_list("pk", "school_id"))
        known = set(Participation.objects.filter(event__in=events).values_list("event_id", "teacher_id", "role"))
        new: list[Participation] = []
        for row in rows:
            event, teacher = self.run.pk("events", row["event"]), self.run.pk("teachers", row["teacher"])
            key: Key = (event, teacher, row["role"] or ParticipationRole.PARTICIPANT.value)
            if key in known:
                self.counts.unchanged += 1
                continue
            known.add(key)
            day = events[event].held_on or events[event].starts_at.date()
            new.append(Participation(event_id=event, teacher_id=teacher, role=key[2], school_id=schools[teacher], marked_at=moment(day, 18)))
        Participation.objects.bulk_create(new, batch_size=BATCH)
        self.counts.created += len(new)

    def written(self) -> None:
        """All tables of events are written: the ledger is told."""
        self.run.notes[TOUCHED].announce()


class ParticipationExport(TableExport):
    table = PARTICIPATION

    def rows(self) -> Iterator[dict[str, Any]]:
        columns = ("event__external_id", "teacher__external_id", "role")
        found = Participation.objects.filter(event__status__in=["planned", "held", "cancelled"]).order_by().values_list(*columns)
        for event, teacher, role in sorted(found):
            yield {"event": event, "teacher": teacher, "role": role}
