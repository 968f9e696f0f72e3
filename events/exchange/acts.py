"""The ledger of imported events: what changed about who took part, once all tables are written."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from communities.models import Teacher
from events.levels import event_level
from events.models import Event, Participation
from events.models.event import EventStatus
from events.models.participation import ParticipationRole
from foundation.activity import Act, record_many

# The note of a run under which its `Touched` stands.
TOUCHED = "touched events"
CHUNK = 500


@dataclass
class Touched:
    """Events of the run, with the acts that the ledger held of them before."""

    before: dict[int, dict[int, str]] = field(default_factory=dict)
    events: set[int] = field(default_factory=set)

    def before_changes(self, events: Iterable[Event]) -> None:
        """Remember what stands in the ledger of these events; call it before their people change. One query for those not known yet."""
        new = [event.pk for event in events if event.pk not in self.before]
        held = set(Event.objects.filter(pk__in=new, status=EventStatus.HELD).values_list("pk", flat=True))
        verbs = verbs_of(held)
        for pk in new:
            self.before[pk] = verbs.get(pk, {})

    def add(self, events: Iterable[Event]) -> None:
        """These are touched by the run."""
        self.events |= {event.pk for event in events}

    def announce(self) -> None:
        """Write the acts that are new and take back those that are no more, in the order of days."""
        order = sorted(self.events)
        for start in range(0, len(order), CHUNK):
            announce_events(order[start : start + CHUNK], self.before)


def verbs_of(events: Iterable[int]) -> dict[int, dict[int, str]]:
    """event → teacher → the verb of their one act."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for event, teacher, role in Participation.objects.filter(event__in=list(events)).values_list("event_id", "teacher_id", "role"):
        if role == ParticipationRole.ORGANISER:
            found[event][teacher] = "organised"
        else:
            found[event].setdefault(teacher, "attended")
    return found


def announce_events(pks: list[int], before: dict[int, dict[int, str]]) -> None:
    """The acts of held events beyond those `before`, for some hundreds of events at once: four queries and the ledger's own."""
    events = {event.pk: event for event in Event.objects.filter(pk__in=pks, status=EventStatus.HELD).select_related("community")}
    verbs = verbs_of(events)
    schools: dict[int, list] = defaultdict(list)
    for part in Participation.objects.filter(event__in=list(events)).select_related("school"):
        schools[part.event_id].append(part.school)
    changes = []
    for pk in events:
        was, now = before.get(pk, {}), verbs.get(pk, {})
        changes += [(pk, teacher, was.get(teacher), now.get(teacher)) for teacher in {**was, **now} if was.get(teacher) != now.get(teacher)]
    people = Teacher.objects.select_related("school").in_bulk({teacher for _event, teacher, _was, _now in changes})
    acts = []
    for pk, teacher, was, now in sorted(changes, key=lambda change: (events[change[0]].held_on, change[0], change[1])):
        event = events[pk]
        told = {"by": people[teacher], "target": event, "on": event.held_on, "community": event.community, "kind": event.kind}
        told["level"] = event_level(event, schools[pk])
        acts += [Act(verb, delta=delta, **told) for verb, delta in ((was, -1), (now, 1)) if verb]
    record_many(acts)
