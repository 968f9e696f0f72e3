"""Proofs of use: «used at a lesson» and downloads."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import School, Teacher
from resources.models.material import Material, MaterialVersion


class Reuse(models.Model):
    """A teacher used a material at a lesson: the strongest sign that it is worth something. One a person, material and day."""

    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="reuses")
    version = models.ForeignKey(MaterialVersion, on_delete=models.PROTECT, related_name="reuses")
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="reuses")
    # The school of that moment.
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    used_on = models.DateField(_("used on"), default=timezone.localdate)
    group = models.CharField(_("class"), max_length=20, blank=True)
    note = models.TextField(_("how it went, what you changed"), max_length=2000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("use at a lesson")
        verbose_name_plural = _("uses at lessons")
        ordering = ["-used_on", "-id"]
        constraints = [models.UniqueConstraint(fields=["material", "teacher", "used_on"], name="reused_once_a_day")]

    def __str__(self) -> str:
        return f"{self.teacher}: {self.material}"


class Download(models.Model):
    """A teacher took a material's files; counted once a person and day."""

    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="downloads")
    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="downloads")
    day = models.DateField(default=timezone.localdate)

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        constraints = [models.UniqueConstraint(fields=["material", "teacher", "day"], name="downloaded_once_a_day")]

    def __str__(self) -> str:
        return f"{self.teacher}: {self.material}"
