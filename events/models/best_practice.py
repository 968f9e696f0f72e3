"""Best-practice schools (школы передового опыта): a host, its curriculum, the cohorts that go through it, and what came of each participant."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.models import ProblemArea, School, Subject, Teacher
from communities.models.school import Direction
from events.models.event import Event
from foundation.text_search.folding import FoldedField, FoldedQuerySetMixin
from resources.models import Material

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class BestPracticeSchoolQuerySet(FoldedQuerySetMixin, models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "BestPracticeSchoolQuerySet":
        """Once a cohort was announced it is public; before that it is for those who run it."""
        announced = Q(pk__in=Cohort.objects.exclude(announced_at=None).values("best_practice_school_id"))
        if not teacher.is_authenticated or not teacher.is_confirmed:
            return self.filter(announced)
        return self if teacher.is_methodist else self.filter(announced | self._run_by(teacher))

    def run_by(self, teacher: Teacher) -> "BestPracticeSchoolQuerySet":
        """What this person runs: as its leader, as coordinator of the host school; methodists every one."""
        return self if teacher.is_methodist else self.filter(self._run_by(teacher))

    @staticmethod
    def _run_by(teacher: Teacher) -> Q:
        led = BestPracticeSchool.leaders.through.objects.filter(teacher=teacher).values("bestpracticeschool_id")
        return Q(pk__in=led) | Q(host_school_id__in=list(teacher.coordinated_school_ids))

    def open(self) -> "BestPracticeSchoolQuerySet":
        """Not closed."""
        return self.filter(closed_on=None)

    def for_list(self) -> "BestPracticeSchoolQuerySet":
        """What a row shows, without further queries."""
        return self.select_related("host_school__municipality", "subject", "problem_area")


class BestPracticeSchool(models.Model):
    """A theme that one school masters and teaches others, run by methodists. Closed, never deleted."""

    title = models.CharField(_("title"), max_length=160)
    folded_name = FoldedField(sources=["title", "theme"])
    slug = models.SlugField(max_length=80)
    theme = models.TextField(_("what one learns here"), max_length=3000)
    host_school = models.ForeignKey(School, verbose_name=_("host school"), on_delete=models.PROTECT, related_name="best_practice_schools")
    direction = models.CharField(_("direction"), max_length=24, choices=Direction.choices, default=Direction.BEST_PRACTICE_SCHOOL)
    subject = models.ForeignKey(Subject, verbose_name=_("subject"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    problem_area = models.ForeignKey(ProblemArea, verbose_name=_("problem area"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    leaders = models.ManyToManyField(Teacher, verbose_name=_("who runs it"), blank=True, related_name="led_best_practice_schools")
    # The graduation rule: the share of the hours that must be attended, and whether a published work is asked for.
    hours_percent = models.PositiveSmallIntegerField(_("per cent of the hours to attend"), default=75)
    needs_work = models.BooleanField(_("a final work is asked for"), default=True)
    created_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = BestPracticeSchoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("best-practice school")
        verbose_name_plural = _("best-practice schools")
        ordering = ["title", "id"]
        constraints = [models.CheckConstraint(condition=Q(hours_percent__gte=1, hours_percent__lte=100), name="graduation_share_is_a_share")]
        indexes = [models.Index(fields=["closed_on", "title", "id"], name="best_practice_by_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("best_practice", args=[self.pk, self.slug])


class CohortQuerySet(models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "CohortQuerySet":
        """Announced ones with their best-practice school; those in preparation for who runs it."""
        if not teacher.is_authenticated or not teacher.is_confirmed:
            return self.exclude(announced_at=None)
        if teacher.is_methodist:
            return self
        run = BestPracticeSchool.objects.run_by(teacher).values("pk")
        return self.filter(Q(announced_at__isnull=False) | Q(best_practice_school_id__in=run))

    def calling(self) -> "CohortQuerySet":
        """Announced, and applications are taken today."""
        today = timezone.localdate()
        return self.filter(announced_at__isnull=False, finished_at=None, apply_from__lte=today, apply_until__gte=today)

    def for_list(self) -> "CohortQuerySet":
        """What a row shows, without further queries."""
        return self.select_related("best_practice_school__host_school__municipality")

    def for_notice(self) -> "CohortQuerySet":
        """What the name and the address need."""
        return self.select_related("best_practice_school")


class Cohort(models.Model):
    """One run of the curriculum with its own participants: prepared → announced → finished."""

    best_practice_school = models.ForeignKey(BestPracticeSchool, on_delete=models.PROTECT, related_name="cohorts")
    number = models.PositiveSmallIntegerField(_("number"))
    apply_from = models.DateField(_("applications from"))
    apply_until = models.DateField(_("applications until"))
    places = models.PositiveSmallIntegerField(_("places"))
    # Moved only by the conditional UPDATE of the decisions.
    taken = models.PositiveSmallIntegerField(default=0, editable=False)
    announced_at = models.DateTimeField(null=True, blank=True)
    announced_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["best_practice_school", "number"], name="cohort_number_once"),
            models.CheckConstraint(condition=Q(apply_until__gte=F("apply_from")), name="cohort_call_in_order"),
            models.CheckConstraint(condition=Q(taken__lte=F("places")), name="cohort_within_its_places"),
            models.CheckConstraint(condition=Q(finished_at=None) | Q(announced_at__isnull=False), name="finished_after_announced"),
        ]
        indexes = [models.Index(fields=["apply_until"], condition=Q(announced_at__isnull=False, finished_at=None), name="cohorts_that_call")]

    def __str__(self) -> str:
        return _("%(school)s, cohort %(number)d") % {"school": self.best_practice_school, "number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("cohort", args=[self.pk])

    @property
    def is_calling(self) -> bool:
        """Applications are taken today."""
        return self.is_running and self.apply_from <= timezone.localdate() <= self.apply_until

    @property
    def is_running(self) -> bool:
        """Announced, and not finished yet."""
        return self.announced_at is not None and self.finished_at is None

    @property
    def free(self) -> int:
        """Places left."""
        return self.places - self.taken


class CohortSession(models.Model):
    """A session of the curriculum; announced, it is an event of the calendar."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="sessions")
    title = models.CharField(_("title"), max_length=160)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    # Academic hours that the certificate counts.
    hours = models.PositiveSmallIntegerField(_("academic hours"))
    place = models.CharField(_("place"), max_length=160, blank=True)
    leader = models.ForeignKey(Teacher, verbose_name=_("who leads it"), on_delete=models.PROTECT, null=True, blank=True, related_name="led_sessions")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="cohort_session")

    class Meta:
        verbose_name = _("session of a cohort")
        verbose_name_plural = _("sessions of cohorts")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="cohort_session_in_order"),
            models.CheckConstraint(condition=Q(hours__gte=1, hours__lte=72), name="cohort_session_has_hours"),
        ]

    def __str__(self) -> str:
        return self.title


class EnrolmentDecision(models.TextChoices):
    WAITING = "", pgettext_lazy("enrolment", "waits for a decision")
    ACCEPTED = "accepted", pgettext_lazy("enrolment", "accepted")
    DECLINED = "declined", pgettext_lazy("enrolment", "not accepted")


class CohortOutcome(models.TextChoices):
    """The outcomes of `vocabularies.md`."""

    COMPLETED = "completed", _("completed with a work")
    ATTENDED = "attended", _("attended")
    NOT_COMPLETED = "not-completed", _("not completed")
    WITHDRAWN = "withdrawn", _("left at their own request")


class EnrolmentQuerySet(models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "EnrolmentQuerySet":
        """One's own, those one mentors, one's school's for its coordinator, and all of a cohort for those who run it."""
        if not teacher.is_authenticated or not teacher.is_confirmed:
            return self.none()
        if teacher.is_methodist:
            return self
        run = BestPracticeSchool.objects.run_by(teacher).values("pk")
        schools = list(teacher.coordinated_school_ids)
        return self.filter(Q(teacher=teacher) | Q(mentor=teacher) | Q(school_id__in=schools) | Q(cohort__best_practice_school_id__in=run))

    def accepted(self) -> "EnrolmentQuerySet":
        """Participants, also those who left later."""
        return self.filter(decision=EnrolmentDecision.ACCEPTED)

    def waiting(self) -> "EnrolmentQuerySet":
        """Applications that nobody has answered, in their order."""
        return self.filter(decision=EnrolmentDecision.WAITING, withdrawn_at=None).order_by("id")

    def for_list(self) -> "EnrolmentQuerySet":
        """What a row shows, without further queries."""
        return self.select_related("teacher", "school", "mentor", "work")

    def for_notice(self) -> "EnrolmentQuerySet":
        """What the name and the address need."""
        return self.select_related("cohort__best_practice_school")


class Enrolment(models.Model):
    """A teacher's way through a cohort: application, decision, mentor, final work, outcome."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    teacher = models.ForeignKey(Teacher, verbose_name=_("participant"), on_delete=models.PROTECT, related_name="enrolments")
    # The person's first school when they applied.
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    motivation = models.TextField(_("what you expect of it"), max_length=1000, blank=True)
    applied_at = models.DateTimeField(default=timezone.now)
    decision = models.CharField(max_length=8, choices=EnrolmentDecision.choices, default=EnrolmentDecision.WAITING, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    mentor = models.ForeignKey(Teacher, verbose_name=_("mentor"), on_delete=models.PROTECT, null=True, blank=True, related_name="mentored_enrolments")
    work = models.ForeignKey(Material, verbose_name=_("final work"), on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments")
    work_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=13, choices=CohortOutcome.choices, blank=True)
    # Academic hours attended, frozen with the outcome.
    hours = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "teacher"], condition=Q(withdrawn_at=None), name="one_live_application_a_cohort"),
            models.CheckConstraint(condition=Q(decision="", decided_at=None) | (~Q(decision="") & Q(decided_at__isnull=False)), name="decision_has_its_time"),
            models.CheckConstraint(condition=Q(outcome="") | Q(decision="accepted"), name="outcome_of_participants_alone"),
        ]
        indexes = [
            models.Index(fields=["cohort", "decision", "id"], name="enrolments_of_cohort"),
            models.Index(fields=["work"], condition=Q(work__isnull=False), name="enrolments_by_work"),
        ]

    def __str__(self) -> str:
        return str(self.cohort)

    def get_absolute_url(self) -> str:
        return self.cohort.get_absolute_url()

    @property
    def is_participant(self) -> bool:
        """Accepted, and did not leave."""
        return self.decision == EnrolmentDecision.ACCEPTED and self.withdrawn_at is None


class MentorMeeting(models.Model):
    """A mentor worked with a participant on a day: the evidence of mentoring."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="meetings")
    mentor = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField(_("day"))
    note = models.CharField(_("what it was about"), max_length=300)

    class Meta:
        verbose_name = _("meeting with a mentor")
        verbose_name_plural = _("meetings with mentors")
        ordering = ["held_on", "id"]
        constraints = [models.UniqueConstraint(fields=["enrolment", "held_on"], name="mentor_meeting_once_a_day")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.held_on}"
