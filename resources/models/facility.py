"""Shared facilities of schools: what is lent, when it is free, and who has booked it."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.models import Employment, School, Subject, Teacher
from foundation.templatetags.portal import day as day_words
from foundation.text_search.folding import FoldedField, FoldedQuerySetMixin

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# Times are told in quarters of an hour: a lesson, a break and a bus fit into them.
SLOT_MINUTES = 15


class FacilityKind(models.TextChoices):
    LABORATORY = "laboratory", _("laboratory")
    EQUIPMENT = "equipment", _("equipment")
    HALL = "hall", _("hall or sports ground")
    SPECIALIST = "specialist", _("a specialist's hours")


class FacilityQuerySet(FoldedQuerySetMixin, models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "FacilityQuerySet":
        """Facilities are lent inside the network: confirmed teachers see them, visitors do not."""
        return self if teacher.is_authenticated and teacher.is_confirmed else self.none()

    def open(self) -> "FacilityQuerySet":
        """What can be booked today."""
        return self.filter(closed_on=None, school__closed_on=None)

    def for_list(self) -> "FacilityQuerySet":
        """What a row of a list shows, without further queries."""
        return self.select_related("school__municipality", "subject", "responsible")

    def for_notice(self) -> "FacilityQuerySet":
        """What the name and the address need."""
        return self


class Facility(models.Model):
    """A laboratory, equipment, a hall or a specialist's hours that a school shares with others. Closed, never deleted once it was booked."""

    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="facilities")
    kind = models.CharField(_("kind"), max_length=10, choices=FacilityKind.choices)
    title = models.CharField(_("title"), max_length=120)
    folded_name = FoldedField(sources=["title", "place"])
    slug = models.SlugField(max_length=80)
    description = models.TextField(_("what it is and what one can do there"), max_length=3000, blank=True)
    rules = models.TextField(_("rules"), max_length=2000, blank=True)
    place = models.CharField(_("where it is"), max_length=160, blank=True)
    seats = models.PositiveSmallIntegerField(_("how many people at once"), null=True, blank=True)
    subject = models.ForeignKey(Subject, verbose_name=_("subject"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Answers bookings beside the school's coordinator: the keeper of the laboratory, the specialist.
    responsible = models.ForeignKey(
        Teacher, verbose_name=_("who answers bookings"), on_delete=models.PROTECT, null=True, blank=True, related_name="kept_facilities"
    )
    created_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = FacilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("facility")
        verbose_name_plural = _("facilities")
        ordering = ["title", "id"]
        indexes = [models.Index(fields=["closed_on", "title", "id"], name="facilities_by_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("facility", args=[self.pk, self.slug])


class FacilityHour(models.Model):
    """An hour of the week in which a facility can be booked, as a rule: one cell of its week grid."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="hours")
    # 0 is Monday; the hour begins at `hour`:00 in the network's time zone.
    weekday = models.PositiveSmallIntegerField()
    hour = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("free hour of a facility")
        verbose_name_plural = _("free hours of facilities")
        ordering = ["weekday", "hour"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "weekday", "hour"], name="free_hour_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6, hour__lte=23), name="free_hour_of_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self.facility}: {self.weekday}, {self.hour}:00"


class FacilityPhoto(models.Model):
    """A picture of a facility, re-encoded without metadata."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="photos")
    stored_name = models.CharField(max_length=120, unique=True)
    size = models.PositiveIntegerField()
    caption = models.CharField(_("what is in the picture"), max_length=160, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("photo of a facility")
        verbose_name_plural = _("photos of facilities")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.caption or str(self.facility)


class BookingDecision(models.TextChoices):
    WAITING = "", pgettext_lazy("booking", "waits for an answer")
    ACCEPTED = "accepted", pgettext_lazy("booking", "accepted")
    DECLINED = "declined", pgettext_lazy("booking", "declined")


class BookingQuerySet(models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "BookingQuerySet":
        """Who asked, those who answer for the facility, coordinators of the school that asked, methodists."""
        if not teacher.is_authenticated or not teacher.is_confirmed:
            return self.none()
        if teacher.is_methodist:
            return self
        schools = teacher.coordinated_school_ids
        kept = Q(facility__responsible=teacher, facility__school_id__in=[place.school_id for place in teacher.current_employments])
        return self.filter(Q(teacher=teacher) | kept | Q(facility__school_id__in=schools) | Q(school_id__in=schools))

    def answered_by_office(self, teacher: Teacher) -> "BookingQuerySet":
        """Bookings that this person answers: of the schools they coordinate and of what they keep. No query of its own."""
        places = Employment.objects.current().filter(teacher=teacher)
        kept = Q(facility__responsible=teacher, facility__school_id__in=places.values("school_id"))
        return self.filter(Q(facility__school_id__in=places.filter(is_coordinator=True).values("school_id")) | kept)

    def waiting(self) -> "BookingQuerySet":
        """Not answered, not taken back, and still to come."""
        coming = BookingTime.objects.filter(booking=models.OuterRef("pk"), dropped_at=None, day__gte=timezone.localdate())
        return self.filter(models.Exists(coming), decision=BookingDecision.WAITING, cancelled_at=None)

    def to_come(self) -> "BookingQuerySet":
        """Asked for or agreed, with a time from today on: what ends when the facility is lent no longer."""
        live = self.filter(cancelled_at=None, times__day__gte=timezone.localdate(), times__dropped_at=None)
        return live.exclude(decision=BookingDecision.DECLINED).distinct()

    def for_list(self) -> "BookingQuerySet":
        """What a row shows: the facility, who asked, and the times."""
        return self.select_related("facility__school", "teacher", "school", "answered_by").prefetch_related("times")

    def for_notice(self) -> "BookingQuerySet":
        """What the name and the address need."""
        return self.select_related("facility")


class Booking(models.Model):
    """A teacher asks, for a school, to use a facility at certain times; the school that lends it answers."""

    facility = models.ForeignKey(Facility, verbose_name=_("facility"), on_delete=models.PROTECT, related_name="bookings")
    teacher = models.ForeignKey(Teacher, verbose_name=_("who asks"), on_delete=models.PROTECT, related_name="bookings")
    school = models.ForeignKey(School, verbose_name=_("for which school"), on_delete=models.PROTECT, related_name="bookings")
    purpose = models.CharField(_("what for"), max_length=300)
    people = models.PositiveSmallIntegerField(_("how many people come"), null=True, blank=True)
    # Drawn when the form is shown: the same form sent twice is one booking.
    form_key = models.UUIDField(unique=True)
    requested_at = models.DateTimeField(default=timezone.now)
    decision = models.CharField(max_length=8, choices=BookingDecision.choices, default=BookingDecision.WAITING, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Why it was declined, or what to mind when it was accepted.
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(decision="", answered_at=None) | (~Q(decision="") & Q(answered_at__isnull=False)), name="answer_has_its_time")
        ]
        indexes = [models.Index(fields=["facility", "decision"], name="bookings_of_facility")]

    def __str__(self) -> str:
        return self.facility.title

    def get_absolute_url(self) -> str:
        return reverse("booking", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Waits for an answer."""
        return self.decision == BookingDecision.WAITING and self.cancelled_at is None

    @property
    def is_agreed(self) -> bool:
        """Accepted, and nobody called it off."""
        return self.decision == BookingDecision.ACCEPTED and self.cancelled_at is None

    @property
    def kept_times(self) -> "list[BookingTime]":
        """Its times that nobody dropped, in order; no query where they are prefetched."""
        return [time for time in self.times.all() if time.dropped_at is None]


class BookingTime(models.Model):
    """One stretch of a booking, within a day of the network's time zone; a weekly booking has many."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="times")
    day = models.DateField(_("day"))
    begins = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    # Left out when the booking was accepted, or called off alone.
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("time of a booking")
        verbose_name_plural = _("times of bookings")
        ordering = ["day", "begins"]
        constraints = [
            models.UniqueConstraint(fields=["booking", "day", "begins"], name="booking_time_once"),
            models.CheckConstraint(condition=Q(begins__lt=models.F("ends")), name="booking_time_in_order"),
        ]

    def __str__(self) -> str:
        return f"{day_words(self.day)}, {self.begins:%H:%M}–{self.ends:%H:%M}"

    @property
    def is_past(self) -> bool:
        """It has begun."""
        now = timezone.localtime()
        return (self.day, self.begins) <= (now.date(), now.time())

    @property
    def slots(self) -> range:
        """Numbers of the quarters of an hour it covers, 0 is midnight."""
        return range(slot_of(self.begins), slot_of(self.ends))


class TakenSlot(models.Model):
    """A quarter of an hour of an accepted booking. Its constraint is what keeps accepted bookings apart, the same on both databases."""

    time = models.ForeignKey(BookingTime, on_delete=models.CASCADE, related_name="taken")
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="taken")
    day = models.DateField()
    slot = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("taken quarter of an hour")
        verbose_name_plural = _("taken quarters of an hour")
        constraints = [models.UniqueConstraint(fields=["facility", "day", "slot"], name="accepted_bookings_never_overlap")]

    def __str__(self) -> str:
        return f"{self.facility_id}: {self.day}, {self.slot}"


def slot_of(moment: datetime.time) -> int:
    """The number of the quarter of an hour that begins at `moment`."""
    return (moment.hour * 60 + moment.minute) // SLOT_MINUTES
