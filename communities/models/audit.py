"""The audit log: who changed whose rights, imported, exported or erased. Appended to, never edited."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.teacher import Teacher
from foundation.models import Pointer


class AuditEntry(Pointer):
    """One line of the audit log; `details` holds codes and ids, no free personal text."""

    actor = models.ForeignKey(Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    action = models.CharField(max_length=40)
    details = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
