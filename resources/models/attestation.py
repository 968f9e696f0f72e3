"""Confirmations of a teacher's work for attestation, with a code that anybody may check."""

import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Teacher


def attestation_code() -> str:
    """160 random bits, letters and digits that are not mistaken for one another, in groups of four."""
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    signs = "".join(secrets.choice(alphabet) for _ in range(32))
    return "-".join(signs[start : start + 4] for start in range(0, 32, 4))


class Revocation(models.TextChoices):
    """Why a paper is not valid any more; a closed list, since everybody who checks the paper reads it."""

    REPLACED = "replaced", _("a newer paper was issued instead")
    MISTAKE = "mistake", _("the paper holds a mistake")
    NEEDLESS = "needless", _("the teacher needs the paper no more")


class Attestation(models.Model):
    """What the portal confirmed of a teacher on a day: the facts are frozen, the paper may be revoked."""

    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="attestations")
    code = models.CharField(max_length=40, unique=True, default=attestation_code)
    # The chosen facts as they stood on that day, ready to print: no pupil's name, no contact.
    facts = models.JSONField()
    issued_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_for = models.CharField(max_length=8, choices=Revocation.choices, blank=True)

    class Meta:
        verbose_name = _("confirmation for attestation")
        verbose_name_plural = _("confirmations for attestation")
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return self.code
