"""A participant's short answer after an event: once a person, never shown with the name."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from communities.models import Teacher
from events.models import Event, Feedback, Participation
from events.models.event import EventStatus


def may_give_feedback(teacher: Teacher, event: Event) -> bool:
    """Who was there, once it was held. One query."""
    return event.status == EventStatus.HELD and Participation.objects.filter(event=event, teacher=teacher).exists()


@transaction.atomic
def give_feedback(event: Event, *, by: Teacher, useful: int, will_use: bool, words: str = "") -> Feedback:
    """Say how useful it was; said again it replaces what was said."""
    if not may_give_feedback(by, event):
        raise PermissionDenied("only who was there")
    feedback, _new = Feedback.objects.update_or_create(event=event, teacher=by, defaults={"useful": useful, "will_use": will_use, "words": words})
    return feedback
