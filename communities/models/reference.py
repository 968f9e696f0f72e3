"""The closed lists of the people's room; their entries come with data migrations."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.models import ReferenceItem


class EducationLevel(ReferenceItem):
    """Level of general education with its grades: primary 1–4, basic 5–9, secondary 10–11."""

    grade_from = models.PositiveSmallIntegerField()
    grade_to = models.PositiveSmallIntegerField()

    class Meta(ReferenceItem.Meta):
        verbose_name = _("level of education")
        verbose_name_plural = _("levels of education")


class Subject(ReferenceItem):
    """A subject of the federal curriculum, or a course beside it."""

    class Meta(ReferenceItem.Meta):
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")


class SubjectGrades(models.Model):
    """In which grades of a level a subject is taught; editable, since curricula change from year to year."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="grades")
    education_level = models.ForeignKey(EducationLevel, on_delete=models.PROTECT, related_name="+")
    grade_from = models.PositiveSmallIntegerField()
    grade_to = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("grades of a subject")
        verbose_name_plural = _("grades of subjects")
        constraints = [models.UniqueConstraint(fields=["subject", "education_level"], name="subject_level_once")]

    def __str__(self) -> str:
        return f"{self.subject} {self.grade_from}–{self.grade_to}"


class ProblemArea(ReferenceItem):
    """A problem that a community may work on: gifted children, inclusion, small schools …"""

    class Meta(ReferenceItem.Meta):
        verbose_name = _("problem area")
        verbose_name_plural = _("problem areas")


class Position(ReferenceItem):
    """A position at a school or a methodical centre."""

    class Meta(ReferenceItem.Meta):
        verbose_name = _("position")
        verbose_name_plural = _("positions")


class CommunityForm(ReferenceItem):
    """The form of a community: methodical union, creative group, club …"""

    class Meta(ReferenceItem.Meta):
        verbose_name = _("form of a community")
        verbose_name_plural = _("forms of communities")
