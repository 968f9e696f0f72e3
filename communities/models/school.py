"""Municipalities and schools."""

from django.apps import apps
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.reference import EducationLevel
from foundation.models import Imported
from foundation.text_search.folding import FoldedField, FoldedQuerySetMixin


class Peculiarity(models.TextChoices):
    """The four peculiarities of a school that the source names; they drive the directions of interaction."""

    ISOLATION = "isolation", _("Work in professional “isolation”")
    GIFTED = "gifted", _("Insufficient system of work with gifted children")
    INFRASTRUCTURE = "infrastructure", _("Undeveloped educational infrastructure")
    NON_COMPETITIVE = "non-competitive", _("Non-competitive environment")


class Direction(models.TextChoices):
    """The directions of interaction that the source recommends."""

    REQUEST_ANALYSIS = "request-analysis", _("Analysis of partners' requests for network interaction")
    SUPPORT = "support", _("Information and methodical support of teachers")
    EXPERIENCE = "experience", _("Systematising teachers' experience")
    BEST_PRACTICE_SCHOOL = "best-practice-school", _("Running a best-practice school")
    GIFTED_DIALOGUE = "gifted-dialogue", _("Professional dialogue on work with gifted children")
    GIFTED_EVENTS = "gifted-events", _("Joint events for gifted children")
    MATERIALS_BASE = "materials-base", _("A base of teaching materials")
    POOLED_RESOURCES = "pooled-resources", _("Pooling educational resources at all levels of general education")
    EXCHANGE = "exchange", _("Exchange of experience")
    JOINT_PROJECTS = "joint-projects", _("Joint educational projects and social initiatives")


# The table of the source: which directions help against which peculiarity.
DIRECTIONS_OF = {
    Peculiarity.ISOLATION: [Direction.REQUEST_ANALYSIS, Direction.SUPPORT, Direction.EXPERIENCE, Direction.BEST_PRACTICE_SCHOOL],
    Peculiarity.GIFTED: [Direction.GIFTED_DIALOGUE, Direction.GIFTED_EVENTS],
    Peculiarity.INFRASTRUCTURE: [Direction.MATERIALS_BASE, Direction.POOLED_RESOURCES],
    Peculiarity.NON_COMPETITIVE: [Direction.EXCHANGE, Direction.JOINT_PROJECTS],
}


class Municipality(Imported):
    """A municipality; schools of different ones interact inter-municipally."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(max_length=60, unique=True)

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SchoolQuerySet(FoldedQuerySetMixin, models.QuerySet):
    def visible_to(self, teacher: object) -> "SchoolQuerySet":
        """Schools are public institutions: everybody sees all of them, closed ones included."""
        return self

    def open(self) -> "SchoolQuerySet":
        """Schools where people work today."""
        return self.filter(closed_on=None)

    def for_list(self) -> "SchoolQuerySet":
        """What a row of a list shows, without further queries."""
        return self.select_related("municipality").prefetch_related("education_levels")

    def for_page(self) -> "SchoolQuerySet":
        """What the head of a school's pages shows, too: who works there, who waits, how much is asked and offered today."""
        staff = Q(ended_on=None, teacher__is_active=True, teacher__erased_at=None)
        in_time = Q(state="open") & (Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()))
        return self.for_list().annotate(
            staff_count=_how_many("Employment", staff & Q(confirmed_on__isnull=False)),
            waiting_count=_how_many("Employment", Q(ended_on=None, confirmed_on=None)),
            need_count=_how_many("Need", in_time),
        )


def _how_many(model: str, which: Q) -> models.Func:
    """Rows of another table that belong to the school."""
    rows = apps.get_model("communities", model).objects.filter(which, school=OuterRef("pk")).order_by()
    return Coalesce(Subquery(rows.values("school").annotate(number=Count("pk")).values("number"), output_field=models.IntegerField()), 0)


class School(Imported):
    """A school. Never deleted once it has history: closed."""

    name = models.CharField(_("full name"), max_length=300)
    short_name = models.CharField(_("short name"), max_length=100)
    folded_name = FoldedField(sources=["name", "short_name", "locality"])
    slug = models.SlugField(max_length=80, unique=True)
    municipality = models.ForeignKey(Municipality, verbose_name=_("municipality"), on_delete=models.PROTECT, related_name="schools")
    locality = models.CharField(_("locality"), max_length=120, blank=True)
    # Degrees, WGS 84; None where nobody has said.
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    education_levels = models.ManyToManyField(EducationLevel, verbose_name=_("levels of education"), related_name="schools", blank=True)
    website = models.URLField(_("website"), blank=True)
    joined_on = models.DateField(_("in the network since"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ["short_name", "id"]

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        return reverse("school", args=[self.slug])


class SchoolPeculiarity(models.Model):
    """A peculiarity that a school has, since when; ends by `ended_on`."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="peculiarities")
    peculiarity = models.CharField(max_length=20, choices=Peculiarity.choices)
    since = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("peculiarity of a school")
        verbose_name_plural = _("peculiarities of schools")
        constraints = [
            models.UniqueConstraint(fields=["school", "peculiarity"], condition=models.Q(ended_on=None), name="peculiarity_once_at_a_time"),
        ]

    def __str__(self) -> str:
        return self.get_peculiarity_display()
