"""Joint projects and social initiatives of schools and communities: a goal, stages with owners and evidence, a result."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.models import Community, School, Teacher
from events.models.event import Event
from foundation.activity import Kind
from foundation.text_search.folding import FoldedField, FoldedQuerySetMixin
from resources.models import Material

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

PROJECT_KINDS = [(Kind.PROJECT.value, Kind.PROJECT.label), (Kind.SOCIAL_ACTION.value, Kind.SOCIAL_ACTION.label)]


class ProjectQuerySet(FoldedQuerySetMixin, models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "ProjectQuerySet":
        """Begun ones are public; drafts are for their own people."""
        begun = Q(begun_on__isnull=False)
        if not teacher.is_authenticated or not teacher.is_confirmed:
            return self.filter(begun)
        return self if teacher.is_methodist else self.filter(begun | self.of(teacher))

    @staticmethod
    def of(teacher: Teacher) -> Q:
        """Projects that this person leads, or that a school or community leads for which they speak."""
        return Q(leader=teacher) | Q(school_id__in=list(teacher.coordinated_school_ids)) | Q(community_id__in=list(teacher.led_community_ids))

    def for_list(self) -> "ProjectQuerySet":
        """What a row shows, with `stage_count` and `done_count`."""
        done = models.Count("stages", filter=Q(stages__done_on__isnull=False))
        return self.select_related("school", "community", "leader").annotate(stage_count=models.Count("stages"), done_count=done)


class Project(models.Model):
    """Led by a school or a community; partners join as schools and communities."""

    title = models.CharField(_("title"), max_length=160)
    folded_name = FoldedField(sources=["title"])
    slug = models.SlugField(max_length=80)
    kind = models.CharField(_("kind"), max_length=24, choices=PROJECT_KINDS, default=Kind.PROJECT)
    goal = models.TextField(_("goal"), max_length=2000)
    school = models.ForeignKey(School, verbose_name=_("leading school"), on_delete=models.PROTECT, null=True, blank=True, related_name="led_projects")
    community = models.ForeignKey(Community, verbose_name=_("leading community"), on_delete=models.PROTECT, null=True, blank=True, related_name="led_projects")
    partner_schools = models.ManyToManyField(School, verbose_name=_("partner schools"), blank=True, related_name="joint_projects")
    partner_communities = models.ManyToManyField(Community, verbose_name=_("partner communities"), blank=True, related_name="joint_projects")
    leader = models.ForeignKey(Teacher, verbose_name=_("project leader"), on_delete=models.PROTECT, related_name="led_projects")
    begun_on = models.DateField(_("begun on"), null=True, blank=True)
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    result = models.TextField(_("result"), max_length=5000, blank=True)
    created_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("joint project")
        verbose_name_plural = _("joint projects")
        ordering = ["-begun_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(school__isnull=False, community=None) | Q(school=None, community__isnull=False), name="project_has_one_lead"),
            models.CheckConstraint(condition=Q(finished_on=None) | Q(begun_on__isnull=False), name="project_finished_after_begun"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.pk, self.slug])

    @property
    def owner(self) -> School | Community:
        return self.school or self.community  # type: ignore[return-value]

    @property
    def is_running(self) -> bool:
        return self.begun_on is not None and self.finished_on is None


class ProjectStage(models.Model):
    """A step with a date and an owner; done by evidence: a published material, a held event, or a report in words."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="stages")
    title = models.CharField(_("title"), max_length=160)
    due_on = models.DateField(_("until"))
    owner = models.ForeignKey(Teacher, verbose_name=_("responsible"), on_delete=models.PROTECT, null=True, blank=True, related_name="project_stages")
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    material = models.ForeignKey(Material, verbose_name=_("material"), on_delete=models.PROTECT, null=True, blank=True, related_name="project_stages")
    event = models.ForeignKey(Event, verbose_name=_("event"), on_delete=models.PROTECT, null=True, blank=True, related_name="project_stages")
    report = models.TextField(pgettext_lazy("project stage", "report"), max_length=5000, blank=True)

    class Meta:
        verbose_name = _("stage of a project")
        verbose_name_plural = _("stages of projects")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(material__isnull=False) | Q(event__isnull=False) | ~Q(report=""), name="stage_done_by_evidence"
            )
        ]
        indexes = [models.Index(fields=["owner", "due_on"], condition=Q(done_on=None), name="open_stages_of_person")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        return self.done_on is None and self.due_on < timezone.localdate()
