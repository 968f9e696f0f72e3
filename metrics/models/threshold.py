"""Thresholds that administrators have changed: each change makes a new version of the formulas."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Teacher


class ThresholdChange(models.Model):
    """From this moment on the threshold has another value; earlier snapshots keep theirs. The number of changes is part of the formulas' version."""

    name = models.CharField(_("threshold"), max_length=40)
    value = models.FloatField(_("value"))
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("change of a threshold")
        verbose_name_plural = _("changes of thresholds")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"
