"""Consents: documents of their own with exact texts, given and withdrawn by acts of their own."""

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communities.models.teacher import Teacher


class Purpose(models.TextChoices):
    """What a consent allows."""

    PROCESSING = "processing", _("processing of personal data")
    PUBLICATION = "publication", _("publication of my name with my materials")


class ConsentText(models.Model):
    """One version of a consent's exact text. Never edited: a change is a new version."""

    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    version = models.PositiveSmallIntegerField()
    text_ru = models.TextField()
    text_en = models.TextField()
    # SHA-256 (hex) of the UTF-8 Russian text, the legally binding one.
    sha256 = models.CharField(max_length=64)
    published_on = models.DateField(default=timezone.localdate)

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        ordering = ["purpose", "-version"]
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="consent_text_version_once")]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.version}"

    @property
    def text(self) -> str:
        return self.text_en if get_language() == "en" else self.text_ru


class Consent(models.Model):
    """A consent that a person gave to one exact text; withdrawing it fills `withdrawn_at`."""

    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="consents")
    # In what capacity: "self" here; a pupil's parent on paper comes with the events.
    capacity = models.CharField(max_length=20, default="self")
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = [F("given_at").desc()]
        constraints = [models.UniqueConstraint(fields=["teacher", "text"], condition=models.Q(withdrawn_at=None), name="consent_live_once")]

    def __str__(self) -> str:
        return f"{self.teacher}: {self.text}"
