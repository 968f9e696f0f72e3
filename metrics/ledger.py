"""How an act becomes a row of the ledger: one way for a single act and for thousands."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from communities.models import Teacher
from foundation.activity import Act, InteractionLevel
from foundation.bulk import insert_rows
from metrics.models import Activity
from metrics.verbs import VERBS

COLUMNS = ("actor_id", "verb", "kind", "level", "community_id", "school_id", "municipality_id", "content_type_id", "object_id", "occurred_on", "delta")


def ledger_row(act: Act) -> Activity:
    """The unsaved row of one act. An unknown verb is a programming error (KeyError)."""
    return Activity(**dict(zip(COLUMNS, _values(act), strict=True)))


def append_many(acts: Iterable[Act]) -> None:
    """Append these acts in their order, inside the caller's transaction; at some 10 µs an act, since a region's load brings a million."""
    now = timezone.now()
    insert_rows(Activity, [*COLUMNS, "recorded_at"], ((*_values(act), now) for act in acts))


def _values(act: Act) -> tuple[Any, ...]:
    """What stands in COLUMNS, freezing the actor's first school and its municipality.

    Costs a query when the actor's school is not loaded: bulk writers load it first.
    """
    known = VERBS[act.verb]
    actor: Teacher = act.by  # type: ignore[assignment]
    school = actor.school
    return (
        actor.pk,
        act.verb,
        act.kind or known.kind or "",
        act.level or InteractionLevel.SCHOOL,
        act.community.pk if act.community else None,
        school.pk if school else None,
        school.municipality_id if school else None,
        ContentType.objects.get_for_model(act.target).pk,
        act.target.pk,
        act.on,
        act.delta,
    )
