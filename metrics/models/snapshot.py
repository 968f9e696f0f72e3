"""What the indicators said on a day: kept for trends, for the table of communities, and frozen at the end of a school year."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SnapshotQuerySet(models.QuerySet):
    def of(self, scope_type: str, scope_id: int, window: str) -> "SnapshotQuerySet":
        """Of one scope and window, the newest first."""
        return self.filter(scope_type=scope_type, scope_id=scope_id, window=window).order_by("-as_of")


class Snapshot(models.Model):
    """All results of one scope, window and day, with the version of the formulas that made them."""

    scope_type = models.CharField(max_length=12)
    # The community's, school's or municipality's number; 0 for the network.
    scope_id = models.PositiveBigIntegerField(default=0)
    window = models.CharField(max_length=12)
    as_of = models.DateField()
    formula_version = models.CharField(max_length=16)
    # Indicator → the fields of `Result`, as the command line prints them, with the reason's code and parameters.
    results = models.JSONField()
    # The sixteen figures of the profile, by name.
    profile = models.JSONField(default=dict)
    # The last collective day of a community that has fallen silent.
    dormant_since = models.DateField(null=True)
    # Kept for ever: the end of a school year, and the last of a community that fell silent.
    is_frozen = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ["-as_of", "id"]
        constraints = [
            models.UniqueConstraint(fields=["scope_type", "scope_id", "window", "as_of"], name="snapshot_once"),
        ]
        indexes = [
            models.Index(fields=["scope_type", "window", "as_of"], name="snapshots_by_day"),
            models.Index(fields=["scope_type", "scope_id"], condition=Q(is_frozen=True), name="frozen_snapshots"),
        ]

    def __str__(self) -> str:
        return f"{self.scope_type} {self.scope_id or ''} {self.as_of}"
