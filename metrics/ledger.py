"""How an act becomes a row of the ledger: one way for a single act and for thousands."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType

from communities.models import Teacher
from foundation.activity import Act, InteractionLevel
from metrics.models import Activity
from metrics.verbs import VERBS

BATCH = 2000


def ledger_row(act: Act) -> Activity:
    """The unsaved row, freezing the actor's first school and its municipality. An unknown verb is a programming error (KeyError).

    Costs a query when the actor's school is not loaded: bulk writers load it first.
    """
    known = VERBS[act.verb]
    actor: Teacher = act.by  # type: ignore[assignment]
    school = actor.school
    return Activity(
        actor=actor,
        verb=act.verb,
        kind=act.kind or known.kind or "",
        level=act.level or InteractionLevel.SCHOOL,
        community=act.community,  # type: ignore[misc] # foundation knows no community; the callers do
        school=school,
        municipality_id=school.municipality_id if school else None,
        content_type=ContentType.objects.get_for_model(act.target),
        object_id=act.target.pk,
        occurred_on=act.on,
        delta=act.delta,
    )


def append_many(acts: Iterable[Act]) -> None:
    """Append these acts in their order, inside the caller's transaction."""
    Activity.objects.bulk_create([ledger_row(act) for act in acts], batch_size=BATCH)
