"""The ledger of acts."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Municipality, School, Teacher
from foundation.activity import InteractionLevel, Kind
from foundation.models import Pointer


class ActivityQuerySet(models.QuerySet):
    def update(self, **fields: object) -> int:
        """The ledger is append-only: a correction is a compensating row."""
        raise ValidationError("the ledger is append-only")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise ValidationError("the ledger is append-only")


class Activity(Pointer):
    """One act, with the actor's first school, its municipality and the level of interaction of that moment."""

    actor = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=24)
    kind = models.CharField(max_length=24, choices=Kind.choices, blank=True)
    level = models.CharField(max_length=16, choices=InteractionLevel.choices)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Day in the network's time zone on which it happened; when the row was written stands beside it.
    occurred_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    # +1, or −1 for a correction; the act exists while the sum over (actor, verb, target, day) is ≥ 1.
    delta = models.SmallIntegerField(default=1)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("ledger of acts")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=models.Q(delta__in=[1, -1]), name="delta_is_one")]
        indexes = [
            models.Index(fields=["community", "occurred_on"], name="ledger_of_community"),
            models.Index(fields=["school", "occurred_on"], name="ledger_of_school"),
            models.Index(fields=["actor", "occurred_on"], name="ledger_of_actor"),
            models.Index(fields=["occurred_on"], name="ledger_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.occurred_on} {self.verb}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Write a new row; an existing one never changes."""
        if not self._state.adding:
            raise ValidationError("the ledger is append-only")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        raise ValidationError("the ledger is append-only")
