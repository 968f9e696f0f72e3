"""Materials and events that prove items and stages: named for those who may see them, and for nobody else."""

from collections.abc import Iterable
from typing import Any

from events.models import Event
from resources.models import Material


def seen_materials(reader: Any, ids: Iterable[int | None]) -> set[int]:
    """Of these materials those that the reader sees. One query, none without any."""
    wanted = {pk for pk in ids if pk}
    return set(Material.objects.visible_to(reader).filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()


def seen_events(reader: Any, ids: Iterable[int | None]) -> set[int]:
    """Of these events those that the reader sees. One query, none without any."""
    wanted = {pk for pk in ids if pk}
    return set(Event.objects.visible_to(reader).filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
