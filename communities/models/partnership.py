"""A need answered: from the proposal to the outcome, each step with its day and person."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.community import Community
from communities.models.need import Need, owned_by
from communities.models.school import School
from communities.models.teacher import Teacher

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class PartnershipState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    AGREED = "agreed", _("agreed")
    RUNNING = "running", _("running")
    FINISHED = "finished", _("finished")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("broken off")


LIVE = (PartnershipState.PROPOSED, PartnershipState.AGREED, PartnershipState.RUNNING)
AT_WORK = (PartnershipState.AGREED, PartnershipState.RUNNING)


class Outcome(models.TextChoices):
    REACHED = "reached", _("what was agreed is reached")
    PARTLY = "partly", _("reached in part")
    NOT_REACHED = "not-reached", _("not reached")


class PartnershipQuerySet(models.QuerySet):
    def of_sides(self, teacher: Teacher) -> "PartnershipQuerySet":
        """Those for whose sides this person speaks."""
        schools, communities = teacher.coordinated_school_ids, teacher.led_community_ids
        return self.filter(owned_by(schools, communities) | owned_by(schools, communities, school="need__school", community="need__community"))

    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "PartnershipQuerySet":
        """The two sides and methodists; what partners write to each other is nobody else's."""
        if not teacher.is_authenticated or not teacher.is_confirmed:
            return self.none()
        return self if teacher.is_methodist else self.of_sides(teacher)

    def for_list(self) -> "PartnershipQuerySet":
        return self.select_related("need__school", "need__community", "need__subject", "need__education_level", "school", "community")


class Partnership(models.Model):
    """A need and the school or community that answers it (or is asked to)."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="partnerships")
    # The counterpart of the need's owner.
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="partnerships")
    community = models.ForeignKey(Community, on_delete=models.PROTECT, null=True, blank=True, related_name="partnerships")
    # Who proposed: the need's owner, or the counterpart; the other side confirms.
    proposed_by_owner = models.BooleanField(default=False)
    message = models.TextField(_("message"), max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=PartnershipState.choices, default=PartnershipState.PROPOSED)
    # Since when it is in this state; who brought it there stands in `PartnershipStep`.
    since = models.DateTimeField(default=timezone.now)
    reminded_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    report = models.TextField(_("what came of it"), max_length=2000, blank=True)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(school__isnull=False, community=None) | Q(school=None, community__isnull=False), name="partnership_has_one_counterpart"
            ),
            models.UniqueConstraint(
                fields=["need", "school"], condition=Q(state__in=["proposed", "agreed", "running"], school__isnull=False), name="one_live_answer_of_a_school"
            ),
            models.UniqueConstraint(
                fields=["need", "community"],
                condition=Q(state__in=["proposed", "agreed", "running"], community__isnull=False),
                name="one_live_answer_of_a_community",
            ),
            models.CheckConstraint(condition=Q(state="finished") | Q(outcome=""), name="outcome_of_finished_alone"),
        ]
        indexes = [models.Index(fields=["state", "since"], name="partnerships_by_state")]

    def __str__(self) -> str:
        return f"{self.need} — {self.counterpart}"

    def get_absolute_url(self) -> str:
        return reverse("partnership", args=[self.pk])

    @property
    def counterpart(self) -> School | Community:
        """The other side than the need's owner."""
        return self.school or self.community  # type: ignore[return-value]


class PartnershipAct(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    AGREED = "agreed", _("agreed to")
    STARTED = "running", _("begun")
    FINISHED = "finished", _("finished")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("broken off")
    REMINDED = "reminded", _("reminded of")


class PartnershipStep(models.Model):
    """One step: what, when, by whom, and the reason or the words that went with it."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="steps")
    act = models.CharField(max_length=10, choices=PartnershipAct.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    by_owner = models.BooleanField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("step of a partnership")
        verbose_name_plural = _("steps of partnerships")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.partnership}: {self.act}"
