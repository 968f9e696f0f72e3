"""Who was at an event: marked by those who run it, by the person on site, or by a table of an online room."""

import datetime
from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from communities.models import Teacher
from events.actions.acts import announce_acts, verbs_of
from events.models import Event, Participation
from events.models.participation import ParticipationRole

# More than any event lasts, and what the column holds.
MOST_MINUTES = 30_000


@transaction.atomic
def mark(
    event: Event, teacher: Teacher, *, by: Teacher | None, role: ParticipationRole | str = ParticipationRole.PARTICIPANT, minutes: int | None = None
) -> Participation:
    """This person was there, in this role; marked twice is once, and a later number of minutes replaces the earlier one."""
    locked = lock_event(event)
    before = verbs_of(locked)
    told = {"school": teacher.school, "marked_at": timezone.now(), "marked_by": by}
    participation, is_new = Participation.objects.get_or_create(event=locked, teacher=teacher, role=role, defaults={**told, "minutes": minutes})
    if not is_new and minutes is not None and participation.minutes != minutes:
        participation.minutes = minutes
        participation.save(update_fields=["minutes"])
    announce_acts(locked, before=before)
    return participation


@transaction.atomic
def unmark(event: Event, teacher: Teacher, *, by: Teacher, role: ParticipationRole | str = ParticipationRole.PARTICIPANT) -> None:
    """This person was not there after all; their act is taken back in the ledger. `by` stands for who may: the view asks `may_run_event`."""
    locked = lock_event(event)
    before = verbs_of(locked)
    Participation.objects.filter(event=locked, teacher=teacher, role=role).delete()
    announce_acts(locked, before=before)


def lock_event(event: Event) -> Event:
    """The event's row, locked: reports and lists of those present come one after the other."""
    return Event.objects.select_for_update(of=("self",)).select_related("community", "school").get(pk=event.pk)


@transaction.atomic
def mark_list(event: Event, present: Collection[Teacher], *, by: Teacher, asked_at: datetime.datetime | None = None) -> None:
    """These and nobody else took part: the whole list at once, with the ledger's corrections. At most seven queries, however many there are.

    Who was marked after `asked_at` (by the code at the door, while the list lay open) was not on the list and stays.
    """
    locked = lock_event(event)
    before = verbs_of(locked)
    standing = dict(Participation.objects.filter(event=locked, role=ParticipationRole.PARTICIPANT).values_list("teacher_id", "pk"))
    wanted = {person.pk: person for person in present}
    gone = Participation.objects.filter(pk__in=[pk for teacher, pk in standing.items() if teacher not in wanted])
    (gone.filter(marked_at__lte=asked_at) if asked_at else gone).delete()
    _add(locked, [person for pk, person in wanted.items() if pk not in standing], {}, by=by)
    announce_acts(locked, before=before)


@transaction.atomic
def mark_table(event: Event, minutes: Mapping[int, int], *, by: Teacher) -> int:
    """teacher → minutes present, as an online room told: added to those marked already, minutes replaced. Gives their number."""
    locked = lock_event(event)
    before = verbs_of(locked)
    people = Teacher.objects.active().select_related("school").in_bulk(list(minutes))
    standing = {row.teacher_id: row for row in Participation.objects.filter(event=locked, role=ParticipationRole.PARTICIPANT, teacher__in=people)}
    for teacher, row in standing.items():
        row.minutes = min(minutes[teacher], MOST_MINUTES)
    Participation.objects.bulk_update(standing.values(), ["minutes"], batch_size=500)
    _add(locked, [person for pk, person in people.items() if pk not in standing], minutes, by=by)
    announce_acts(locked, before=before)
    return len(people)


def _add(event: Event, people: Iterable[Teacher], minutes: Mapping[int, int], *, by: Teacher) -> None:
    told = {"event": event, "marked_by": by}
    rows = [Participation(teacher=person, school=person.school, minutes=_minutes(minutes.get(person.pk)), **told) for person in people]
    Participation.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _minutes(number: int | None) -> int | None:
    return None if number is None else min(number, MOST_MINUTES)
