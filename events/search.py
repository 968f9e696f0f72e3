"""What this room offers to the search over everything; one query each."""

from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone

from events.models import BestPracticeSchool, Event
from foundation.counting import Found, first_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from communities.models import Teacher

    Reader = Teacher | AnonymousUser


def search_events(text: str, reader: "Reader", limit: int) -> Found:
    """Announced events by title or place: those to come first, then the newest."""
    over = Case(When(ends_at__gte=timezone.now(), then=Value(0)), default=Value(1), output_field=IntegerField())
    found = Event.objects.visible_to(reader).announced().titled(text).for_list()
    return first_of(found.order_by(over, "-starts_at", "-pk"), limit)


def search_best_practice(text: str, reader: "Reader", limit: int) -> Found:
    """Best-practice schools by title or theme."""
    return first_of(BestPracticeSchool.objects.visible_to(reader).open().titled(text).for_list().order_by("title", "pk"), limit)
