"""An act that an import told of and that no other table describes: what its row of the ledger points at."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Teacher
from foundation.activity import InteractionLevel, Kind

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class ImportedActQuerySet(models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "ImportedActQuerySet":
        """Colleagues see what colleagues did."""
        return self if teacher.is_authenticated and teacher.is_confirmed else self.none()


class ImportedAct(models.Model):
    """The same person, day, verb, community, kind and level is the same act, however often it is imported."""

    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    occurred_on = models.DateField(_("day"))
    verb = models.CharField(max_length=24)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=24, choices=Kind.choices, blank=True)
    level = models.CharField(max_length=16, choices=InteractionLevel.choices, blank=True)

    objects = ImportedActQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported act")
        verbose_name_plural = _("imported acts")
        constraints = [
            models.UniqueConstraint(
                fields=["teacher", "occurred_on", "verb", "community", "kind", "level"], condition=Q(community__isnull=False), name="imported_act_once"
            ),
            models.UniqueConstraint(fields=["teacher", "occurred_on", "verb", "kind", "level"], condition=Q(community=None), name="imported_act_outside_once"),
        ]

    def __str__(self) -> str:
        return f"{self.occurred_on} {self.verb}"

    def get_absolute_url(self) -> str:
        return self.community.get_absolute_url() if self.community else self.teacher.get_absolute_url()
