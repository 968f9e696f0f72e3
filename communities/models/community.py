"""Professional communities and their unifying goals."""

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.reference import CommunityForm, ProblemArea, Subject
from communities.models.teacher import Teacher
from foundation.models import Imported
from foundation.text_search.folding import FoldedField, FoldedQuerySetMixin

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class CommunityKind(models.TextChoices):
    SUBJECT = "subject", _("subject community")
    PROBLEM = "problem", _("problem community")


class CommunityQuerySet(FoldedQuerySetMixin, models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "CommunityQuerySet":
        """A community's passport is public; what is inside asks for itself."""
        return self

    def open_now(self) -> "CommunityQuerySet":
        return self.filter(closed_on=None)

    def for_list(self) -> "CommunityQuerySet":
        """What a row shows: its area and how many people from how many schools take part today."""
        return self.select_related("subject", "problem_area", "form").annotate(
            member_count=_of_members(Count("pk")), school_count=_of_members(Count("teacher__school", distinct=True))
        )

    def largest(self, count: int, *, first: Q | None = None) -> "CommunityQuerySet":
        """The `count` communities with the most members, those that `first` holds for before the others; only these are counted in full."""
        fits = models.Case(models.When(first, then=models.Value(0)), default=models.Value(1)) if first is not None else models.Value(0)
        order = ("fits", "-member_count", "name")
        counted = self.order_by().annotate(fits=fits, member_count=_of_members(Count("pk"))).order_by(*order)
        return CommunityQuerySet(self.model, using=self.db).filter(pk__in=counted.values("pk")[:count]).for_list().annotate(fits=fits).order_by(*order)


def _of_members(number: models.Aggregate) -> models.Func:
    """`number` of today's memberships: a question per row of the page, where a join would count every community of the region for each page."""
    members = apps.get_model("communities", "Membership").objects.filter(community=OuterRef("pk"), left_on=None).order_by()
    counted = members.values("community").annotate(number=number).values("number")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


class Community(Imported):
    """A formal or informal group of professionals working in one subject or one problem area."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    folded_name = FoldedField(sources=["name"])
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=CommunityKind.choices)
    subject = models.ForeignKey(Subject, verbose_name=_("subject"), on_delete=models.PROTECT, null=True, blank=True, related_name="communities")
    problem_area = models.ForeignKey(ProblemArea, verbose_name=_("problem area"), on_delete=models.PROTECT, null=True, blank=True, related_name="communities")
    is_formal = models.BooleanField(_("formal"), default=False)
    form = models.ForeignKey(CommunityForm, verbose_name=_("form"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The current goal's text; its versions and endorsements are `GoalVersion`. Written only by the goal actions.
    goal = models.TextField(_("unifying goal"), max_length=500)
    is_open = models.BooleanField(_("any teacher may join at once"), default=True)
    # The passport's sentences: Space, Information, Time, Energy.
    space = models.CharField(_("space: where you meet"), max_length=300, blank=True)
    information = models.CharField(_("information: what you share"), max_length=300, blank=True)
    time = models.CharField(_("time: when you meet"), max_length=300, blank=True)
    energy = models.CharField(_("energy: what keeps it going"), max_length=300, blank=True)
    looking_for = models.CharField(_("whom you look for"), max_length=300, blank=True)
    discussion_is_open = models.BooleanField(_("any teacher of the network may read the discussions"), default=False)
    founded_on = models.DateField(_("founded on"), default=timezone.localdate)
    founded_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="subject", subject__isnull=False, problem_area=None) | Q(kind="problem", problem_area__isnull=False, subject=None),
                name="community_area_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("community", args=[self.slug])

    @property
    def area(self) -> Subject | ProblemArea:
        """The subject or the problem area it works in."""
        return self.subject or self.problem_area  # type: ignore[return-value]


class GoalVersion(models.Model):
    """A wording of the unifying goal; a change of meaning is a new version that starts with no endorsement."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="goal_versions")
    text = models.TextField(_("unifying goal"), max_length=500)
    since = models.DateField(default=timezone.localdate)
    set_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("version of a goal")
        verbose_name_plural = _("versions of goals")
        ordering = ["-since", "-id"]

    def __str__(self) -> str:
        return self.text


class GoalEndorsement(models.Model):
    """A member stands behind one version of the goal."""

    version = models.ForeignKey(GoalVersion, on_delete=models.CASCADE, related_name="endorsements")
    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="goal_endorsements")
    endorsed_on = models.DateField(default=timezone.localdate)

    class Meta:
        verbose_name = _("endorsement of a goal")
        verbose_name_plural = _("endorsements of goals")
        constraints = [models.UniqueConstraint(fields=["version", "teacher"], name="endorsed_once_per_version")]

    def __str__(self) -> str:
        return f"{self.teacher}: {self.version}"
