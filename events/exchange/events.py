"""Events as a table: days without hours, so that an event of the table lasts from ten to six."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.slugs import latin_slug
from events.exchange.acts import TOUCHED, Touched
from events.exchange.plan_items import ORGANISERS
from events.models import Event, EventStep, Participation
from events.models.event import EVENT_KINDS, EventAct, EventAudience, EventFormat, EventStatus
from events.models.participation import ParticipationRole
from foundation.activity import InteractionLevel, Kind
from foundation.exchange import cells
from foundation.exchange.importing import BATCH
from foundation.exchange.models import Entry, ModelImport, in_order, remember_ids, sync_links
from foundation.exchange.tables import Column, Row, Table, TableExport

STATUSES = cells.one_of(
    lambda: {word: word for word in ("planned", "held", "cancelled")} | {"запланировано": "planned", "проведено": "held", "отменено": "cancelled"},
    lambda: {"planned": _("planned"), "held": _("held"), "cancelled": _("cancelled")},
)
EVENTS = Table(
    "events",
    "Мероприятия",
    (
        Column("id", "Код", cells.parse_id, required=True),
        Column("title", "Название", cells.text_of(Event, "title"), required=True),
        Column("kind", "Вид деятельности", cells.choices(Kind)),
        Column("level", "Уровень взаимодействия", cells.choices(InteractionLevel)),
        Column("audience", "Для кого", cells.choices(EventAudience)),
        Column("community", "Сообщество", cells.parse_id, refers="communities"),
        Column("plan_item", "Пункт плана", cells.parse_id, refers="plan_items"),
        Column("starts_on", "Дата начала", cells.parse_date, required=True),
        Column("ends_on", "Дата окончания", cells.parse_date),
        Column("format", "Формат", cells.choices(EventFormat)),
        Column("place", "Место", cells.text_of(Event, "place")),
        Column("capacity", "Мест", cells.text(12)),
        Column("organisers", "Организаторы", cells.each(cells.parse_id), refers="teachers"),
        Column("host_schools", "Школы-площадки", cells.each(cells.parse_id), refers="schools"),
        Column("status", "Состояние", STATUSES),
    ),
)
HELD_KINDS = {code for code, _label in EVENT_KINDS}
# Events of the run's participation table, by their ids.
ATTENDED = "events with participation"


def moment(day: datetime.date, hour: int) -> datetime.datetime:
    """An hour of that day in the network's time zone."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))


class EventImport(ModelImport):
    """Without a state an event of the past counts as held when somebody took part in it."""

    table = EVENTS
    model = Event
    computed = ("folded_name", "slug", "changed_at")

    def existing(self) -> dict[str, int]:
        self.run.notes[TOUCHED] = Touched()
        self.attended = set(Participation.objects.exclude(event__external_id=None).values_list("event__external_id", flat=True).distinct())
        self.run.notes[ATTENDED] = set()
        return dict(super().existing())

    def check(self, row: Row) -> None:
        if row["ends_on"] and row["ends_on"] < row["starts_on"]:
            self.error(row, "ends_on", _("this day is before the beginning; expected %(day)s or later") % {"day": row["starts_on"].isoformat()})
        if row["kind"] is not None and row["kind"] not in HELD_KINDS:
            self.error(row, "kind", _("this is no event; expected another kind"))
        if row["capacity"] is not None and not (row["capacity"].isascii() and row["capacity"].isdigit() and 0 < int(row["capacity"]) < 10**6):
            self.error(row, "capacity", _("“%(value)s” is no number of places; expected a whole number from 1") % {"value": row["capacity"]})
        if row["status"] == "held" and row["starts_on"] > timezone.localdate():
            self.warn(row, "status", _("held on a day to come: the event counts as held only from then on"))
        if row["plan_item"]:
            self.run.notes[ORGANISERS].setdefault(row["plan_item"], set()).update(row["organisers"] or ())
        for teacher in row["organisers"] or ():
            self.run.note_day("teachers", teacher, row["starts_on"])
        self.run.note_day("communities", row["community"], row["starts_on"])

    def values(self, row: Row) -> dict[str, Any]:
        said: dict[str, Any] = {"title": row["title"]}
        said |= {name: row[name] or "" for name in ("level", "place") if row.has(name)}
        said |= {name: row[name] for name in ("kind", "audience", "format") if row[name]}
        if row.has("capacity"):
            said["capacity"] = int(row["capacity"]) if row["capacity"] else None
        for name, table in (("community", "communities"), ("plan_item", "plan_items")):
            if row.has(name):
                said[f"{name}_id"] = self.run.pk(table, row[name]) if row[name] else None
        return said

    def _status(self, row: Row) -> str:
        if row["status"]:
            return str(row["status"])
        attended = row["id"] in self.run.notes[ATTENDED] or row["id"] in self.attended
        return "held" if attended and row["starts_on"] <= timezone.localdate() else "planned"

    def make(self, row: Row, values: dict[str, Any]) -> Event:
        status = self._status(row)
        first, last = row["starts_on"], row["ends_on"] or row["starts_on"]
        values.setdefault("kind", Kind.MEETING.value)
        days = {"starts_at": moment(first, 10), "ends_at": moment(last, 18), "created_at": moment(first, 9), "changed_at": moment(first, 9)}
        held_on = first if status == EventStatus.HELD else None
        slug = latin_slug(row["title"]) or "event"
        return Event(slug=slug, status=status, held_on=held_on, has_registration=status == EventStatus.PLANNED, **days, **values)

    def update(self, entry: Entry, values: dict[str, Any]) -> list[str]:
        """Days and state move only where the table says other ones; the hours that the portal knows stay."""
        event, row = entry.object, entry.row
        changed = super().update(entry, values)
        first, last = row["starts_on"], row["ends_on"] or row["starts_on"]
        if (event.held_on or timezone.localdate(event.starts_at)) != first or (row.has("ends_on") and _last_day(event) != last):
            event.starts_at, event.ends_at = moment(first, 10), moment(last, 18)
            changed += ["starts_at", "ends_at"]
        status = self._status(row)
        if row["status"] and status != event.status and not (status == "planned" and event.status != "cancelled"):
            event.status = status
            changed.append("status")
        if (event.status == EventStatus.HELD and event.held_on != first) or (event.status != EventStatus.HELD and event.held_on):
            event.held_on = first if event.status == EventStatus.HELD else None
            changed.append("held_on")
        if "title" in changed:
            event.slug = latin_slug(event.title) or "event"
        return changed

    def relate(self, entries: Sequence[Entry]) -> None:
        """Organisers and host schools; who organised a held event also took part in it."""
        touched: Touched = self.run.notes[TOUCHED]
        touched.before_changes([entry.object for entry in entries if not entry.is_new])
        for name, table in (("organisers", "teachers"), ("host_schools", "schools")):
            told = [entry for entry in entries if entry.row.has(name)]
            wanted = {entry.object.pk: [self.run.pk(table, key) for key in entry.row[name] or ()] for entry in told}
            changed = sync_links(getattr(Event, name), wanted)
            for entry in told:
                entry.changed = entry.changed or entry.object.pk in changed
        new = [entry.object for entry in entries if entry.is_new]
        EventStep.objects.bulk_create(EventStep(event=event, act=EventAct.CREATED, at=event.created_at) for event in new)
        held = [entry.object for entry in entries if entry.object.status == EventStatus.HELD]
        touched.add(held)
        people = Event.organisers.through.objects.filter(event__in=[event.pk for event in held]).values_list("event_id", "teacher_id", "teacher__school_id")
        rows = [
            Participation(event_id=event, teacher_id=teacher, school_id=school, role=ParticipationRole.ORGANISER, marked_at=timezone.now())
            for event, teacher, school in people
        ]
        Participation.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _last_day(event: Event) -> datetime.date:
    """The last day as the table says it; a held event counts from the day on which it was held."""
    first, last = timezone.localdate(event.starts_at), timezone.localdate(event.ends_at)
    return max(last, event.held_on) if event.held_on and last != first else event.held_on or last


class EventExport(TableExport):
    """Announced events of the network and of communities; drafts are nobody's business, and of a school's events the school is not in the format."""

    table = EVENTS

    def rows(self) -> Iterator[dict[str, Any]]:
        announced = Event.objects.filter(status__in=["planned", "held", "cancelled"])
        remember_ids(Event, lambda event: f"event-{event.pk}")
        events = announced.annotate(community_key=F("community__external_id"), item_key=F("plan_item__external_id"), item_baseline=F("plan_item__baseline_on"))
        organisers, hosts = _links(Event.organisers, "teacher"), _links(Event.host_schools, "school")
        for event in in_order(events):
            first, last = event.held_on or timezone.localdate(event.starts_at), _last_day(event)
            yield {
                "id": event.external_id,
                "title": event.title,
                "kind": event.kind,
                "level": event.level or None,
                "audience": event.audience,
                "community": event.community_key,
                # Items that the table of items does not hold are not referred to.
                "plan_item": event.item_key if event.item_baseline else None,
                "starts_on": first,
                "ends_on": last if last != first else None,
                "format": event.format,
                "place": event.place or None,
                "capacity": event.capacity,
                "organisers": organisers.get(event.pk, []),
                "host_schools": hosts.get(event.pk, []),
                "status": event.status,
            }


def _links(relation: Any, other: str) -> dict[int, list[str]]:
    """Event → sender's ids of the other side, sorted."""
    found: dict[int, list[str]] = {}
    for event, key in relation.through.objects.values_list("event_id", f"{other}__external_id").iterator():
        found.setdefault(event, []).append(key)
    return {event: sorted(keys) for event, keys in found.items()}
