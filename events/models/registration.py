"""Applications to take part: one mechanism of places for teachers, for pupils and for their teams."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.models import School, Teacher
from events.models.event import Event, EventSite

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class RegistrationState(models.TextChoices):
    TAKEN = "taken", pgettext_lazy("registration", "has a place")
    WAITING = "waiting", pgettext_lazy("registration", "on the waiting list")
    CANCELLED = "cancelled", pgettext_lazy("registration", "taken back")


class RegistrationQuerySet(models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "RegistrationQuerySet":
        """One's own, one's school's for its coordinator, and all of an event for those who run it."""
        if not teacher.is_authenticated or not teacher.is_confirmed:
            return self.none()
        run = Event.objects.run_by(teacher).values("pk")
        return self.filter(Q(teacher=teacher) | Q(school_id__in=list(teacher.coordinated_school_ids)) | Q(event_id__in=run))

    def live(self) -> "RegistrationQuerySet":
        """With a place or waiting for one."""
        return self.exclude(state=RegistrationState.CANCELLED)

    def in_line(self) -> "RegistrationQuerySet":
        """The waiting list, in its order."""
        return self.filter(state=RegistrationState.WAITING).order_by("id")

    def for_list(self) -> "RegistrationQuerySet":
        """What a row shows, without further queries."""
        return self.select_related("teacher__school", "school", "site")


class Registration(models.Model):
    """One application (заявка) for one place: of a teacher, or of a pupil or team that a teacher brings (`Pupil` rows point here).

    Its number is its order: who was registered first moves up first.
    """

    event = models.ForeignKey(Event, verbose_name=_("event"), on_delete=models.PROTECT, related_name="registrations")
    site = models.ForeignKey(EventSite, verbose_name=_("site"), on_delete=models.PROTECT, null=True, blank=True, related_name="registrations")
    # Who takes part; at a pupils' event who brings them, the coach.
    teacher = models.ForeignKey(Teacher, verbose_name=_("teacher"), on_delete=models.PROTECT, related_name="registrations")
    # The person's first school at that moment; the school of the pupils. Its places are counted against the quota.
    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, null=True, blank=True, related_name="registrations")
    # The teacher's own place; False for pupils and teams, of which a coach may bring many.
    is_personal = models.BooleanField(default=True)
    team = models.CharField(_("name of the team"), max_length=80, blank=True)
    state = models.CharField(max_length=9, choices=RegistrationState.choices)
    registered_at = models.DateTimeField(default=timezone.now)
    # When it moved up from the waiting list.
    moved_up_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    form_key = models.UUIDField(unique=True, null=True, blank=True, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "teacher"], condition=Q(is_personal=True) & ~Q(state="cancelled"), name="teacher_registers_once"),
            models.UniqueConstraint(
                fields=["event", "school", "team"], condition=Q(is_personal=False) & ~Q(team="") & ~Q(state="cancelled"), name="team_of_school_once"
            ),
        ]
        indexes = [
            models.Index(fields=["event", "state", "id"], name="registrations_in_line"),
            models.Index(fields=["teacher", "state"], name="registrations_of_teacher"),
        ]

    def __str__(self) -> str:
        return self.team or str(self.event)

    def get_absolute_url(self) -> str:
        return self.event.get_absolute_url()


class SchoolPlaces(models.Model):
    """How many places of an event one school holds; the quota is kept by a conditional UPDATE of this row."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="school_places")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    taken = models.PositiveIntegerField(default=0)
    # The event's quota at the moment of the last change, so that the constraint can hold it.
    quota = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("places of a school")
        verbose_name_plural = _("places of schools")
        constraints = [
            models.UniqueConstraint(fields=["event", "school"], name="places_of_school_once"),
            models.CheckConstraint(condition=Q(taken__lte=F("quota")), name="school_within_its_quota"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.school_id}, {self.taken}"
