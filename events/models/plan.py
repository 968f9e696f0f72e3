"""The plan of work of a community or school for a school year, and its items."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.models import Community, School, Teacher
from communities.models.school import Direction
from foundation.activity import InteractionLevel, Kind
from foundation.models import Imported
from foundation.school_years import year_words
from resources.models import Material

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# Kinds that a plan or a calendar may hold: what people do together. The other kinds are acts that the portal itself sees.
PLANNED_KINDS = [choice for choice in Kind.choices if choice[0] not in {Kind.REVIEW, Kind.DISCUSSION}]


class PlanQuerySet(models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "PlanQuerySet":
        """Approved plans of communities are public like their passports, those of schools the network's; drafts are for those who write or approve them."""
        public = Q(approved_at__isnull=False, community__isnull=False)
        if not teacher.is_authenticated or not teacher.is_confirmed:
            return self.filter(public)
        if teacher.is_methodist:
            return self
        own = Q(community_id__in=list(teacher.current_memberships)) | Q(school_id__in=[place.school_id for place in teacher.current_employments])
        return self.filter(Q(approved_at__isnull=False) | own)

    def for_list(self) -> "PlanQuerySet":
        """What a row shows, without further queries."""
        return self.select_related("community", "school__municipality", "approved_by", "signed_by")

    def for_notice(self) -> "PlanQuerySet":
        """What the name and the address need."""
        return self.select_related("community", "school")


class Plan(models.Model):
    """The plan of work of one community or school for one school year. Approving it freezes the baseline of its items."""

    community = models.ForeignKey(Community, verbose_name=_("community"), on_delete=models.PROTECT, null=True, blank=True, related_name="plans")
    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, null=True, blank=True, related_name="plans")
    # The calendar year in which the school year began: 2026 is 2026/27.
    school_year = models.PositiveSmallIntegerField(_("school year"))
    goal = models.TextField(_("what the year is for"), max_length=2000, blank=True)
    created_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    # Of a draft that waits for the head of the school or the leaders of the community.
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    # Empty for a plan that came with an import.
    approved_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The report of the year («Анализ работы»): its words, and who signed it.
    report = models.TextField(_("analysis of the year's work"), max_length=10000, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan of work")
        verbose_name_plural = _("plans of work")
        ordering = ["-school_year", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(school__isnull=False, community=None) | Q(school=None, community__isnull=False), name="plan_has_one_owner"),
            models.UniqueConstraint(fields=["community", "school_year"], condition=Q(community__isnull=False), name="one_plan_a_year_of_community"),
            models.UniqueConstraint(fields=["school", "school_year"], condition=Q(school__isnull=False), name="one_plan_a_year_of_school"),
            models.CheckConstraint(condition=Q(signed_at=None) | Q(approved_at__isnull=False), name="signed_after_approval"),
        ]

    def __str__(self) -> str:
        return f"{self.owner}, {year_words(self.school_year)}"

    def get_absolute_url(self) -> str:
        return reverse("plan", args=[self.pk])

    @property
    def owner(self) -> Community | School:
        """The community or school whose plan it is."""
        return self.community or self.school  # type: ignore[return-value]

    @property
    def year_words(self) -> str:
        """«2026/27»."""
        return year_words(self.school_year)

    @property
    def is_approved(self) -> bool:
        """Its baseline is frozen."""
        return self.approved_at is not None


class ItemStatus(models.TextChoices):
    """Where an item stands today; the words of `exchange-format.md`."""

    PLANNED = "planned", pgettext_lazy("plan item", "planned")
    POSTPONED = "postponed", pgettext_lazy("plan item", "postponed")
    HELD = "held", pgettext_lazy("plan item", "carried out")
    CANCELLED = "cancelled", pgettext_lazy("plan item", "cancelled")


class PlanItemQuerySet(models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "PlanItemQuerySet":
        """An item is seen with its plan."""
        return self.filter(plan__in=Plan.objects.visible_to(teacher))

    def open(self) -> "PlanItemQuerySet":
        """Still to be carried out."""
        return self.filter(status__in=[ItemStatus.PLANNED, ItemStatus.POSTPONED])

    def late(self) -> "PlanItemQuerySet":
        """Open after the day it was last planned for."""
        return self.open().filter(planned_on__lt=timezone.localdate())

    def for_list(self) -> "PlanItemQuerySet":
        """What a row shows, without further queries."""
        return self.select_related("responsible", "material")


class PlanItem(Imported):
    """One item of a plan. `baseline_on` is the date in the plan when it was first approved and never changes; `planned_on` is where it stands now."""

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.CASCADE, related_name="items")
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind of activity"), max_length=24, choices=PLANNED_KINDS)
    level = models.CharField(_("level of interaction"), max_length=16, choices=InteractionLevel.choices, blank=True)
    direction = models.CharField(_("direction"), max_length=24, choices=Direction.choices, blank=True)
    planned_on = models.DateField(_("planned for"))
    # Frozen by the approval. Empty in a draft, and for what was added after the approval: off-plan.
    baseline_on = models.DateField(_("baseline"), null=True, blank=True)
    # The day of that approval; before it nobody could know the baseline. Empty also where an import does not say it.
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    responsible = models.ForeignKey(Teacher, verbose_name=_("responsible"), on_delete=models.PROTECT, null=True, blank=True, related_name="plan_items")
    # Who answers for it where that is no single account: «учителя физики», «школы-партнёры».
    responsible_words = models.CharField(_("responsible, in words"), max_length=160, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=ItemStatus.choices, default=ItemStatus.PLANNED)
    held_on = models.DateField(_("carried out on"), null=True, blank=True)
    cancelled_on = models.DateField(_("cancelled on"), null=True, blank=True)
    # Why it was moved or cancelled.
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    # Evidence that closed it: a published material, minutes in words, or an event through `Event.plan_item`.
    material = models.ForeignKey(Material, verbose_name=_("material"), on_delete=models.PROTECT, null=True, blank=True, related_name="plan_items")
    minutes = models.TextField(_("minutes"), max_length=10000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = PlanItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan item")
        verbose_name_plural = _("plan items")
        ordering = ["planned_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status="held", held_on__isnull=False) | (~Q(status="held") & Q(held_on=None)), name="held_item_has_its_day"),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_on__isnull=False) | (~Q(status="cancelled") & Q(cancelled_on=None)), name="cancelled_item_has_its_day"
            ),
        ]
        indexes = [
            models.Index(fields=["plan", "planned_on", "id"], name="items_of_plan"),
            models.Index(fields=["plan", "baseline_on"], name="items_by_baseline"),
            models.Index(fields=["responsible", "planned_on"], condition=Q(status__in=["planned", "postponed"]), name="open_items_of_person"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{reverse('plan', args=[self.plan_id])}#item-{self.pk}"

    @property
    def is_open(self) -> bool:
        """Neither carried out nor cancelled."""
        return self.status in (ItemStatus.PLANNED, ItemStatus.POSTPONED)

    @property
    def is_late(self) -> bool:
        """Open after its day."""
        return self.is_open and self.planned_on < timezone.localdate()

    @property
    def was_moved(self) -> bool:
        """Stands at another day than in the approved plan."""
        return self.baseline_on is not None and self.planned_on != self.baseline_on


def on_plan() -> Q:
    """Items that were in the plan when it was approved."""
    return Q(baseline_on__isnull=False)


def moved() -> Q:
    """Items that stand at another day than in the approved plan."""
    return ~Q(planned_on=F("baseline_on"))
