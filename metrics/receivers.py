"""The ledger listens: one row per recorded act, in the act's own transaction."""

import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.dispatch import receiver

from communities.models import Community, Teacher
from foundation.activity import InteractionLevel, recorded
from metrics.models import Activity
from metrics.verbs import VERBS


@receiver(recorded, dispatch_uid="metrics.ledger")
def write_ledger_row(
    sender: type[models.Model],
    *,
    verb: str,
    by: Teacher,
    target: models.Model,
    on: datetime.date,
    delta: int,
    community: Community | None,
    level: str | None,
    kind: str | None,
    **_: Any,
) -> None:
    """Append the act, freezing the actor's first school and its municipality. An unknown verb is a programming error."""
    known = VERBS[verb]
    school = by.school
    Activity.objects.create(
        actor=by,
        verb=verb,
        kind=kind or known.kind or "",
        level=level or InteractionLevel.SCHOOL,
        community=community,
        school=school,
        municipality_id=school.municipality_id if school else None,
        content_type=ContentType.objects.get_for_model(target),
        object_id=target.pk,
        occurred_on=on,
        delta=delta,
    )
