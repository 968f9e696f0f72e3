"""Reports about messages: a reader says why, a moderator decides, both sides are told."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.discussion import Post
from communities.models.teacher import Teacher


class ReportReason(models.TextChoices):
    RUDE = "rude", _("rude or insulting")
    PERSONAL = "personal", _("personal data of pupils or colleagues")
    SPAM = "spam", _("advertising or spam")
    RIGHTS = "rights", _("somebody else's work without permission")
    OFF_TOPIC = "off-topic", _("has nothing to do with the topic")
    OTHER = "other", _("something else")


class Decision(models.TextChoices):
    HIDE = "hide", _("hide the message")
    KEEP = "keep", _("leave the message")


class PostReport(models.Model):
    """Open until a moderator decides; one decision answers all open reports about a message."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(_("reason"), max_length=12, choices=ReportReason.choices)
    words = models.CharField(_("in your own words"), max_length=500, blank=True)
    reported_at = models.DateTimeField(default=timezone.now)
    decision = models.CharField(_("decision"), max_length=8, choices=Decision.choices, blank=True)
    # What the moderator says to both sides.
    answer = models.CharField(_("why"), max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("report about a message")
        verbose_name_plural = _("reports about messages")
        ordering = ["reported_at", "id"]
        constraints = [models.UniqueConstraint(fields=["post", "reporter"], condition=Q(decided_at=None), name="one_open_report")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.reason}"
