"""Notifications: one row per fact and person; and what each person wants to be told by mail, and how often."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.community import Community
from communities.models.teacher import Teacher
from foundation.models import Pointer

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Delivery(models.TextChoices):
    """When the letter about a notification goes; in the portal it stands at once, whatever is chosen."""

    NOW = "now", _("at once")
    DAILY = "daily", _("once a day")
    WEEKLY = "weekly", _("once a week")
    NEVER = "never", _("never")


class NotificationQuerySet(models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "NotificationQuerySet":
        """One's own. Whether the target may still be seen is asked of the target (`communities.notices`)."""
        return self.filter(recipient=teacher.pk) if teacher.is_authenticated else self.none()

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)

    def unmailed(self) -> "NotificationQuerySet":
        """What a letter may still tell: neither told before nor read in the portal."""
        return self.filter(mailed_at=None, read_at=None)


class Notification(Pointer):
    """Somebody is told one fact about a target. Title and address are the target's own, asked when it is shown or mailed."""

    recipient = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="notifications")
    # A key of `communities.notice_kinds.KINDS`.
    kind = models.CharField(max_length=24)
    by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    # Names the fact: the same one told twice is one row.
    fact = models.CharField(max_length=120)
    # Facts of one group stand in one line («5 new messages in the topic …»).
    group = models.CharField(max_length=120)
    # Where it leads when not to the target's own page: a path of the portal.
    path = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    # What the person's wishes say of it; kept in step when they change, so that senders need not ask.
    delivery = models.CharField(max_length=8, choices=Delivery.choices)
    # When it went to the mail queue, or was found needless.
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["recipient", "fact"], name="told_once")]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notifications_of_teacher"),
            models.Index(fields=["recipient", "group"], condition=Q(read_at=None), name="unread_notifications"),
            models.Index(fields=["delivery", "created_at"], condition=Q(mailed_at=None, read_at=None), name="unmailed_notifications"),
            models.Index(fields=["fact"], condition=Q(mailed_at=None, delivery="now"), name="letters_of_fact"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id}: {self.fact}"


class NoticeWish(models.Model):
    """What a person chose instead of a kind's usual delivery: for the kind everywhere, or for all news of one community."""

    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="notice_wishes")
    kind = models.CharField(max_length=24, blank=True)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    delivery = models.CharField(max_length=8, choices=Delivery.choices)

    class Meta:
        verbose_name = _("wish for letters")
        verbose_name_plural = _("wishes for letters")
        constraints = [
            models.UniqueConstraint(fields=["teacher", "kind"], condition=Q(community=None), name="one_wish_a_kind"),
            models.UniqueConstraint(fields=["teacher", "community"], condition=Q(kind=""), name="one_wish_a_community"),
            models.CheckConstraint(condition=Q(community=None) ^ Q(kind=""), name="wish_for_kind_or_community"),
        ]

    def __str__(self) -> str:
        return f"{self.teacher_id}: {self.kind or self.community_id} {self.delivery}"
