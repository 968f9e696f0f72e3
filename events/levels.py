"""At which level of interaction an event takes place."""

from collections.abc import Iterable

from communities.levels import derive_level
from communities.models import School
from events.models import Event
from foundation.activity import InteractionLevel


def event_level(event: Event, schools: Iterable[School | None]) -> InteractionLevel:
    """Said by a person, else derived from the schools of those who took part (municipal and higher levels are always said)."""
    return InteractionLevel(event.level) if event.level else derive_level(schools)
