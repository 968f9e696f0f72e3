"""Who takes part in which community, in which role, from when to when."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.community import Community
from communities.models.teacher import Teacher


class MemberRole(models.TextChoices):
    LEADER = "leader", _("leader")
    MODERATOR = "moderator", _("moderator")
    MEMBER = "member", _("member")


class MembershipQuerySet(models.QuerySet):
    def current(self) -> "MembershipQuerySet":
        return self.filter(left_on=None)

    def visible_to(self, teacher: Teacher) -> "MembershipQuerySet":
        """Who takes part is known to the network's confirmed teachers, not to visitors; blocked accounts stand in no list."""
        return self.filter(teacher__erased_at=None, teacher__is_active=True) if teacher.is_authenticated and teacher.is_confirmed else self.none()

    def for_list(self) -> "MembershipQuerySet":
        return self.select_related("teacher__school", "teacher__position")


class Membership(models.Model):
    """A membership from–to. Leaving closes the row; coming back opens a new one."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="memberships")
    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="memberships")
    # Today's role; its dated history is `MembershipRole`. Written only by the membership actions.
    role = models.CharField(_("role"), max_length=10, choices=MemberRole.choices, default=MemberRole.MEMBER)
    joined_on = models.DateField(_("joined on"), default=timezone.localdate)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    # Began by the member's own wish? None = unknown (imported).
    self_joined = models.BooleanField(null=True, blank=True)
    # What a leader answers for, in words («reviews», «experiments and devices»).
    duty = models.CharField(_("answers for"), max_length=120, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["joined_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["community", "teacher"], condition=Q(left_on=None), name="member_once_at_a_time"),
            models.UniqueConstraint(fields=["community", "teacher", "joined_on"], name="membership_known_by_joined_on"),
            models.CheckConstraint(condition=Q(left_on=None) | Q(left_on__gte=models.F("joined_on")), name="left_after_joined"),
        ]
        indexes = [models.Index(fields=["teacher", "left_on"], name="memberships_of_teacher")]

    def __str__(self) -> str:
        return f"{self.teacher} — {self.community}"


class MembershipRole(models.Model):
    """A role inside a membership, from–to: who led the community when."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=10, choices=MemberRole.choices)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("role in a community")
        verbose_name_plural = _("roles in communities")
        ordering = ["since", "id"]

    def __str__(self) -> str:
        return f"{self.membership}: {self.role}"


class JoinRequest(models.Model):
    """A wish to join a community that is entered by request; answered by a leader or moderator."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="join_requests")
    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="join_requests")
    message = models.CharField(_("a few words to the leaders"), max_length=500, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    accepted = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ["asked_at"]
        constraints = [models.UniqueConstraint(fields=["community", "teacher"], condition=Q(answered_at=None), name="one_open_join_request")]

    def __str__(self) -> str:
        return f"{self.teacher} → {self.community}"


class Invitation(models.Model):
    """An invitation of a teacher to a community; the invited person accepts or declines."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="invitations")
    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["invited_at"]
        constraints = [models.UniqueConstraint(fields=["community", "teacher"], condition=Q(answered_at=None), name="one_open_invitation")]

    def __str__(self) -> str:
        return f"{self.community} → {self.teacher}"
