"""What a held event means for the ledger: one act a person, whatever their roles, and corrections when the list of those present changes."""

from collections.abc import Mapping

from communities.models import Teacher
from events.levels import event_level
from events.models import Event, Participation
from events.models.event import EventStatus
from events.models.participation import ParticipationRole
from foundation.activity import Act, record_many


def verbs_of(event: Event) -> dict[int, str]:
    """teacher → the verb of their one act: who organised and also took part has organised. One query."""
    roles = Participation.objects.filter(event=event).values_list("teacher_id", "role")
    organisers = {teacher for teacher, role in roles if role == ParticipationRole.ORGANISER}
    return {teacher: "organised" if teacher in organisers else "attended" for teacher, _role in roles}


def announce_acts(event: Event, *, before: Mapping[int, str]) -> None:
    """Write what changed since `before` (`verbs_of` then): +1 for a new act, −1 for one that is no more. Nothing for an event that was not held."""
    if event.status != EventStatus.HELD:
        return
    after = verbs_of(event)
    changed = [teacher for teacher in {**before, **after} if before.get(teacher) != after.get(teacher)]
    if not changed:
        return
    people = Teacher.objects.select_related("school").in_bulk(changed)
    level = event_level(event, [part.school for part in Participation.objects.filter(event=event).select_related("school")])
    acts = []
    for teacher in sorted(changed):
        told = {"by": people[teacher], "target": event, "on": event.held_on, "community": event.community, "level": level, "kind": event.kind}
        if teacher in before:
            acts.append(Act(before[teacher], delta=-1, **told))
        if teacher in after:
            acts.append(Act(after[teacher], **told))
    record_many(acts)
