"""What readers look for: searches that found nothing, searches people keep, calls for what is missing."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Subject, Teacher
from resources.models.reference import Purpose


def feed_token() -> str:
    """An unguessable name of a personal feed (256 bits); a token is no right, rights are asked again at each fetch."""
    return secrets.token_urlsafe(32)


class SearchMiss(models.Model):
    """A search that found nothing, counted by day without the person: demand that nobody meets yet."""

    day = models.DateField(default=timezone.localdate)
    # The folded words of the search; at most 100 characters, no digits-only or e-mail-like words.
    words = models.CharField(max_length=100)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("search without a result")
        verbose_name_plural = _("searches without a result")
        constraints = [models.UniqueConstraint(fields=["day", "words"], name="miss_once_a_day")]

    def __str__(self) -> str:
        return self.words


class Digest(models.TextChoices):
    """How often news of a saved search are mailed."""

    NEVER = "never", _("never")
    DAILY = "daily", _("daily")
    WEEKLY = "weekly", _("weekly")


class SavedSearch(models.Model):
    """A search a teacher keeps: opened again, followed by a feed or a digest."""

    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="saved_searches")
    title = models.CharField(_("title"), max_length=120)
    # The catalogue's parameters as they stand in the address.
    query = models.CharField(max_length=1000)
    digest = models.CharField(_("news by mail"), max_length=8, choices=Digest.choices, default=Digest.NEVER)
    token = models.CharField(max_length=64, unique=True, default=feed_token)
    created_at = models.DateTimeField(default=timezone.now)
    # News up to this moment have been mailed.
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["title", "id"]
        constraints = [models.UniqueConstraint(fields=["teacher", "query"], name="search_saved_once")]

    def __str__(self) -> str:
        return self.title


class MaterialCall(models.Model):
    """A call for materials where the curriculum has a hole, addressed to a community."""

    subject = models.ForeignKey(Subject, verbose_name=_("subject"), on_delete=models.PROTECT, related_name="+")
    grade = models.PositiveSmallIntegerField(_("grade"))
    purpose = models.ForeignKey(Purpose, verbose_name=_("level of difficulty"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    community = models.ForeignKey(Community, verbose_name=_("community"), on_delete=models.CASCADE, related_name="material_calls")
    called_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, related_name="+")
    called_on = models.DateField(default=timezone.localdate)
    # The last day on which an answer helps; then the call is no task any more, but stays on the community's page until it is closed.
    due_on = models.DateField(_("needed by"), null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("call for materials")
        verbose_name_plural = _("calls for materials")
        ordering = ["-called_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "grade", "purpose", "community"], condition=Q(closed_on=None), name="one_open_call"),
        ]

    def __str__(self) -> str:
        return f"{self.subject}, {self.grade}"
