"""The ledger listens: one row per recorded act, in the act's own transaction."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.dispatch import receiver

from foundation.activity import Act, recorded, recorded_many
from metrics.ledger import append_many, ledger_row


@receiver(recorded, dispatch_uid="metrics.ledger")
def write_ledger_row(sender: type[models.Model], *, signal: Any, **act: Any) -> None:
    """Append the act."""
    ledger_row(Act(**act)).save()


@receiver(recorded_many, dispatch_uid="metrics.ledger.many")
def write_ledger_rows(sender: type[Act], *, acts: Sequence[Act], **_: Any) -> None:
    """Append many acts at once."""
    append_many(acts)
