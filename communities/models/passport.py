"""What the portal knows of a school, and what its coordinator answered: together they tell how far a peculiarity is expressed."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.reference import Subject
from communities.models.school import Peculiarity, School
from communities.models.teacher import Teacher

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# Below so many, a number of pupils may point at one of them.
FEW_PUPILS = 5


class Fact(models.TextChoices):
    """What rooms may say of a school; with a subject where one is meant. Units: people, km, schools, lessons, sessions, pupils."""

    SOLE_TEACHER = "sole-teacher", _("the subject has one teacher at the school")
    COLLEAGUE_KM = "colleague-km", _("kilometres to the nearest teacher of the subject elsewhere")
    SCHOOLS_NEAR = "schools-near", _("other schools within 30 km")
    LENT = "lent", _("lessons elsewhere with materials of the school")
    BORROWED = "borrowed", _("lessons at the school with materials from elsewhere")
    FACILITIES_LENT = "facilities-lent", _("bookings of the school's facilities by others")
    FACILITIES_BORROWED = "facilities-borrowed", _("bookings of other schools' facilities")
    SESSIONS = "sessions", _("sessions held for other schools")
    PUPILS_IN_EVENTS = "pupils-in-events", _("pupils in events of the network")


# Facts that count pupils.
OF_PUPILS = (Fact.PUPILS_IN_EVENTS,)


class SchoolFactQuerySet(models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "SchoolFactQuerySet":
        """Confirmed teachers read facts; a few pupils are a matter of the school's own coordinators alone."""
        if not teacher.is_authenticated or not teacher.is_confirmed:
            return self.none()
        return self.filter(~Q(fact__in=OF_PUPILS, value__lt=FEW_PUPILS) | Q(school__in=teacher.coordinated_school_ids))


class SchoolFact(models.Model):
    """One number about a school, of a subject or in all, as it was on a day. Written through `communities.actions.fact` alone."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="facts")
    fact = models.CharField(max_length=20, choices=Fact.choices)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    value = models.PositiveIntegerField()
    as_of = models.DateField(default=timezone.localdate)

    objects = SchoolFactQuerySet.as_manager()

    class Meta:
        verbose_name = _("fact about a school")
        verbose_name_plural = _("facts about schools")
        ordering = ["school", "fact", "id"]
        constraints = [
            models.UniqueConstraint(fields=["school", "fact", "subject"], condition=Q(subject__isnull=False), name="one_fact_of_a_subject"),
            models.UniqueConstraint(fields=["school", "fact"], condition=Q(subject=None), name="one_fact_of_a_school"),
        ]

    def __str__(self) -> str:
        return f"{self.school}: {self.fact} {self.value}"


class Questionnaire(models.Model):
    """The coordinator's answers about one peculiarity on one day; the newest one holds, the earlier ones are the history."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="questionnaires")
    peculiarity = models.CharField(max_length=20, choices=Peculiarity.choices)
    # Code of the question → "yes", "partly", "no" or a number; see `communities.questionnaire`.
    answers = models.JSONField()
    filled_at = models.DateTimeField(default=timezone.now)
    filled_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["-filled_at", "-id"]
        indexes = [models.Index(fields=["school", "peculiarity", "-filled_at"], name="newest_questionnaire")]

    def __str__(self) -> str:
        return f"{self.school}: {self.peculiarity}"
