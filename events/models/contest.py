"""Joint events of gifted pupils: pupils as their teachers enter them, consents on paper, stages, jury, works under a code, results.

Of a pupil the portal keeps surname, first name and grade, and nothing else (trust.md 19). Pupils have no account, no page, and stand in no search.
"""

import secrets
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.models import School, Teacher
from events.models.event import Event
from events.models.registration import Registration, RegistrationState
from foundation.models import Imported

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# Letters and digits that are not mistaken for one another on a child's sheet.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def work_code() -> str:
    """«7KQ-4MX»: thirty random bits tell the works of one event apart."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(6))
    return f"{signs[:3]}-{signs[3:]}"


class ConsentPurpose(models.TextChoices):
    PROCESSING = "processing", _("processing of the pupil's data")
    PUBLICATION = "publication", _("publication of the result with the name")


class ConsentForm(models.Model):
    """The exact text that parents sign on paper for one event and purpose; a changed text is a new version."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="consent_forms")
    purpose = models.CharField(max_length=11, choices=ConsentPurpose.choices)
    version = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(_("text of the consent"), max_length=8000)
    sha256 = models.CharField(max_length=64)
    written_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("consent form of an event")
        verbose_name_plural = _("consent forms of events")
        ordering = ["purpose", "version"]
        constraints = [models.UniqueConstraint(fields=["event", "purpose", "version"], name="consent_form_version_once")]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.version}"  # type: ignore[attr-defined]


class ContestStage(models.TextChoices):
    """Stages of the national olympiad, then those of own contests."""

    SCHOOL = "school", pgettext_lazy("stage", "school stage")
    MUNICIPAL = "municipal", pgettext_lazy("stage", "municipal stage")
    REGIONAL = "regional", pgettext_lazy("stage", "regional stage")
    FINAL_NATIONAL = "national-final", pgettext_lazy("stage", "final stage of the national olympiad")
    QUALIFYING = "qualifying", pgettext_lazy("stage", "qualifying round")
    FINAL = "final", pgettext_lazy("stage", "final")


class Contest(models.Model):
    """The rules of a pupils' event: teams, awards by score, who goes on, appeals, publication."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="contest")
    stage = models.CharField(_("stage"), max_length=14, choices=ContestStage.choices, blank=True)
    team_from = models.PositiveSmallIntegerField(_("pupils in a team at least"), default=1)
    team_to = models.PositiveSmallIntegerField(_("pupils in a team at most"), default=1)
    # Awards by the total score; empty: nobody gets one by score.
    winner_from = models.DecimalField(_("winner from"), max_digits=6, decimal_places=1, null=True, blank=True)
    prize_from = models.DecimalField(_("prize from"), max_digits=6, decimal_places=1, null=True, blank=True)
    # Who goes on to the next stage: from this score on, and so many at most.
    onward_from = models.DecimalField(_("goes on from"), max_digits=6, decimal_places=1, null=True, blank=True)
    onward_most = models.PositiveSmallIntegerField(_("goes on at most"), null=True, blank=True)
    appeals_until = models.DateField(_("appeals until"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("rules of a contest")
        verbose_name_plural = _("rules of contests")
        constraints = [models.CheckConstraint(condition=Q(team_from__gte=1) & Q(team_to__gte=F("team_from")) & Q(team_to__lte=30), name="team_size_in_order")]

    def __str__(self) -> str:
        return str(self.event)

    @property
    def in_teams(self) -> bool:
        return self.team_to > 1


class PupilQuerySet(models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "PupilQuerySet":
        """One's own pupils, one's school's as its coordinator, and those of events one runs; administrators all. A methodist sees events they run alone."""
        if not teacher.is_authenticated or not teacher.is_confirmed:
            return self.none()
        if teacher.is_administrator:
            return self
        return self.filter(own_or_run(teacher, "registration__event"))

    def live(self) -> "PupilQuerySet":
        """Of registrations that were not taken back."""
        return self.exclude(registration__state=RegistrationState.CANCELLED)


def own_or_run(teacher: Teacher, event: str = "event") -> Q:
    """Rows of pupils that concern this person: entered by them, of the school they coordinate, of an event they run (`event` is the path to it)."""
    organised = Event.organisers.through.objects.filter(teacher=teacher).values("event_id")
    own = Q(teacher=teacher) | Q(school_id__in=list(teacher.coordinated_school_ids))
    run = (
        Q(**{f"{event}_id__in": organised})
        | Q(**{f"{event}__created_by": teacher})
        | Q(**{f"{event}__community_id__in": list(teacher.led_community_ids)})
        | Q(**{f"{event}__school_id__in": list(teacher.coordinated_school_ids)})
    )
    if teacher.is_methodist:
        run |= Q(**{f"{event}__community": None, f"{event}__school": None})
    return own | run


class Pupil(models.Model):
    """A pupil in one registration. `folded` keeps the same child from standing twice in one event."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="pupils")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="pupils")
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="entered_pupils")
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, related_name="+")
    last_name = models.CharField(_("surname"), max_length=60)
    first_name = models.CharField(_("first name"), max_length=60)
    grade = models.PositiveSmallIntegerField(_("grade"))
    folded = models.CharField(max_length=130, editable=False)
    # Empty for registrations that were taken back: the child may be registered again.
    is_live = models.BooleanField(default=True, editable=False)

    objects = PupilQuerySet.as_manager()

    class Meta:
        verbose_name = _("pupil")
        verbose_name_plural = _("pupils")
        ordering = ["last_name", "first_name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "school", "folded", "grade"], condition=Q(is_live=True), name="pupil_once_an_event"),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=11), name="pupil_of_a_grade"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def name(self) -> str:
        return f"{self.last_name} {self.first_name}"

    @property
    def short_name(self) -> str:
        """Surname and initial."""
        return f"{self.last_name}\N{NO-BREAK SPACE}{self.first_name[:1]}."


class PupilConsent(models.Model):
    """The school holds the signed paper of one pupil and purpose; taken back, it stands here with the day."""

    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="consents")
    form = models.ForeignKey(ConsentForm, on_delete=models.PROTECT, related_name="+")
    noted_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("consent on paper")
        verbose_name_plural = _("consents on paper")
        constraints = [models.UniqueConstraint(fields=["pupil", "form"], condition=Q(withdrawn_at=None), name="live_consent_once")]

    def __str__(self) -> str:
        return f"{self.pupil_id}: {self.form_id}"


class Criterion(models.Model):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="criteria")
    title = models.CharField(_("criterion"), max_length=160)
    most = models.DecimalField(_("points at most"), max_digits=5, decimal_places=1)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("criterion of a jury")
        verbose_name_plural = _("criteria of juries")
        ordering = ["order", "id"]
        constraints = [models.CheckConstraint(condition=Q(most__gt=0), name="criterion_gives_points")]

    def __str__(self) -> str:
        return self.title


class Juror(models.Model):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="jurors")
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="juries")

    class Meta:
        verbose_name = _("juror")
        verbose_name_plural = _("jurors")
        constraints = [models.UniqueConstraint(fields=["event", "teacher"], name="juror_once")]

    def __str__(self) -> str:
        return f"{self.event}: {self.teacher}"


class Score(models.Model):
    """What one juror gives the work under a code for one criterion."""

    result = models.ForeignKey("Result", on_delete=models.CASCADE, related_name="scores")
    juror = models.ForeignKey(Juror, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    points = models.DecimalField(max_digits=5, decimal_places=1)
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(fields=["result", "juror", "criterion"], name="score_once"),
            models.CheckConstraint(condition=Q(points__gte=0), name="score_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.points}"


class Award(models.TextChoices):
    """The words of `exchange-format.md`."""

    WINNER = "winner", _("winner")
    PRIZE = "prize", _("prize-winner")
    PARTICIPANT = "participant", pgettext_lazy("award", "participant")


class ResultQuerySet(models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "ResultQuerySet":
        """Published ones of events one sees; before that those that concern the person."""
        published = Q(event__contest__published_at__isnull=False, event__in=Event.objects.visible_to(teacher))
        if not teacher.is_authenticated or not teacher.is_confirmed:
            return self.filter(published)
        return self if teacher.is_administrator else self.filter(published | own_or_run(teacher))

    def ranked(self) -> "ResultQuerySet":
        """The best first; those without a score last, by their codes."""
        return self.order_by(F("score").desc(nulls_last=True), "code")


class Result(Imported):
    """One work or team under its code; the name behind it is found through the registration by those who may."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="results")
    # Empty for what came with an import: only the code is known.
    registration = models.OneToOneField(Registration, on_delete=models.PROTECT, null=True, blank=True, related_name="result")
    code = models.CharField(_("code"), max_length=64)
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The coach: who entered the pupils, or whom the table of an import names.
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="coached_results")
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    score = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    award = models.CharField(max_length=11, choices=Award.choices, blank=True)
    # Passed on to the next stage.
    onward_at = models.DateTimeField(null=True, blank=True)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "code"], name="code_once_an_event"),
            models.CheckConstraint(condition=Q(score=None) | Q(score__gte=0), name="result_not_negative"),
        ]
        indexes = [models.Index(fields=["event", "-score"], name="results_by_score")]

    def __str__(self) -> str:
        return self.code


class Appeal(models.Model):
    """The coach asks to look again; the answer stands with its words."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="appeals")
    filed_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(default=timezone.now)
    text = models.CharField(_("what to look at again"), max_length=1000)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_granted = models.BooleanField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["filed_at", "id"]
        constraints = [models.UniqueConstraint(fields=["result"], condition=Q(decided_at=None), name="one_open_appeal_a_result")]

    def __str__(self) -> str:
        return f"{self.result}: {self.filed_at:%d.%m.%Y}"
