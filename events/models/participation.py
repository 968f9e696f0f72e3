"""Who took part in an event, and as what: the evidence of attendance."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import School, Teacher
from events.models.event import Event

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class ParticipationRole(models.TextChoices):
    """The words of `exchange-format.md`."""

    PARTICIPANT = "participant", _("participant")
    ORGANISER = "organiser", _("organiser")
    SPEAKER = "speaker", _("speaker")
    JURY = "jury", _("member of the jury")


class ParticipationQuerySet(models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "ParticipationQuerySet":
        """Confirmed teachers see who took part in the events they see."""
        if not teacher.is_authenticated or not teacher.is_confirmed:
            return self.none()
        return self.filter(event__in=Event.objects.visible_to(teacher))

    def for_list(self) -> "ParticipationQuerySet":
        """What a row shows, without further queries."""
        return self.select_related("teacher__school", "school")


class Participation(models.Model):
    """A teacher was at an event, in one role; whoever has several roles has several rows but one act in the ledger."""

    event = models.ForeignKey(Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="participations")
    teacher = models.ForeignKey(Teacher, verbose_name=_("teacher"), on_delete=models.PROTECT, related_name="participations")
    role = models.CharField(_("role"), max_length=11, choices=ParticipationRole.choices, default=ParticipationRole.PARTICIPANT)
    # The person's first school on that day.
    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Minutes present, where an online room told them.
    minutes = models.PositiveSmallIntegerField(_("minutes present"), null=True, blank=True)
    marked_at = models.DateTimeField(default=timezone.now)
    # Who marked it; the person themselves by the code on site, nobody for an import.
    marked_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["event", "teacher", "role"], name="role_at_event_once")]
        indexes = [
            models.Index(fields=["teacher", "event"], name="participations_of_teacher"),
            models.Index(fields=["event"], condition=Q(role="organiser"), name="organisers_of_events"),
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.role}"
