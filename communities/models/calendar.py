"""The address of a person's calendar feed."""

import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.teacher import Teacher


def calendar_token() -> str:
    """An unguessable name (256 bits); it says whose calendar is meant, rights are asked again at each fetch."""
    return secrets.token_urlsafe(32)


class CalendarToken(models.Model):
    """A person's own calendar address; revoked by deleting it, changed by making a new one."""

    teacher = models.OneToOneField(Teacher, on_delete=models.CASCADE, related_name="calendar_token")
    token = models.CharField(max_length=64, unique=True, default=calendar_token)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return str(self.teacher)
