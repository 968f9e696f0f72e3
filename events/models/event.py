"""Events of the network: who holds what, when, where, for whom, and what came of it."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.models import Community, ProblemArea, School, Subject, Teacher
from communities.models.school import Direction
from events.models.plan import PLANNED_KINDS, PlanItem
from foundation.activity import InteractionLevel, Kind
from foundation.models import Imported
from foundation.text_search.folding import FoldedField, FoldedQuerySetMixin
from resources.models import Material

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# The publication of a material is an item of a plan, never an event.
EVENT_KINDS = [choice for choice in PLANNED_KINDS if choice[0] != Kind.MATERIAL]


class EventAudience(models.TextChoices):
    TEACHERS = "teachers", _("teachers")
    PUPILS = "pupils", _("pupils")


class EventFormat(models.TextChoices):
    ONSITE = "onsite", _("on site")
    ONLINE = "online", _("online")
    MIXED = "mixed", _("mixed")
    CORRESPONDENCE = "correspondence", _("by correspondence")


class EventVisibility(models.TextChoices):
    """Who sees an announced event."""

    PUBLIC = "public", _("everyone")
    NETWORK = "network", _("teachers of the network")
    COMMUNITY = "community", _("members of the community or school")


class EventStatus(models.TextChoices):
    """Today's state; who brought it about and when stands in `EventStep`."""

    DRAFT = "draft", pgettext_lazy("event", "draft")
    PROPOSED = "proposed", pgettext_lazy("event", "proposed")
    PLANNED = "planned", pgettext_lazy("event", "announced")
    HELD = "held", pgettext_lazy("event", "held")
    CANCELLED = "cancelled", pgettext_lazy("event", "cancelled")


# What others than its own people may see.
ANNOUNCED = [EventStatus.PLANNED, EventStatus.HELD, EventStatus.CANCELLED]


class EventQuerySet(FoldedQuerySetMixin, models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "EventQuerySet":
        """Announced events by their visibility; drafts and proposals are for their organisers and those who run the owner's events."""
        announced = Q(status__in=ANNOUNCED)
        if not teacher.is_authenticated or not teacher.is_confirmed:
            return self.filter(announced, visibility=EventVisibility.PUBLIC)
        if teacher.is_methodist:
            return self
        communities, places = list(teacher.current_memberships), [place.school_id for place in teacher.current_employments]
        inside = Q(community_id__in=communities) | Q(school_id__in=places)
        seen = announced & (Q(visibility__in=[EventVisibility.PUBLIC, EventVisibility.NETWORK]) | inside)
        return self.filter(seen | self._run_by(teacher))

    def run_by(self, teacher: Teacher) -> "EventQuerySet":
        """What this person may change: as organiser, as leader of the community, as coordinator of the school; methodists everything."""
        return self if teacher.is_methodist else self.filter(self._run_by(teacher))

    @staticmethod
    def _run_by(teacher: Teacher) -> Q:
        organised = Event.organisers.through.objects.filter(teacher=teacher).values("event_id")
        return (
            Q(created_by=teacher)
            | Q(pk__in=organised)
            | Q(community_id__in=list(teacher.led_community_ids))
            | Q(school_id__in=list(teacher.coordinated_school_ids))
        )

    def announced(self) -> "EventQuerySet":
        """Planned, held or cancelled: nobody's draft."""
        return self.filter(status__in=ANNOUNCED)

    def upcoming(self) -> "EventQuerySet":
        """To be held, and not over yet; the nearest first."""
        return self.filter(status=EventStatus.PLANNED, ends_at__gte=timezone.now()).order_by("starts_at", "id")

    def held(self) -> "EventQuerySet":
        """Took place."""
        return self.filter(status=EventStatus.HELD)

    def for_list(self) -> "EventQuerySet":
        """What a row shows, without further queries."""
        return self.select_related("community", "school__municipality", "subject")

    def for_page(self) -> "EventQuerySet":
        """One event with its people and schools; flags say what need not be asked: `has_sites`, `has_sessions`, `has_materials`."""
        before, after = Event.materials_before.through.objects, Event.materials_after.through.objects
        here = models.OuterRef("pk")
        return (
            self.select_related("community", "school__municipality", "subject", "problem_area", "plan_item__plan", "contest")
            .prefetch_related("organisers", "host_schools")
            .annotate(
                has_sites=models.Exists(EventSite.objects.filter(event=here)),
                has_sessions=models.Exists(EventSession.objects.filter(event=here)),
                has_materials=models.Exists(before.filter(event=here)) | models.Exists(after.filter(event=here)),
            )
        )

    def for_notice(self) -> "EventQuerySet":
        """What the name and the address need."""
        return self


class Event(Imported):
    """One event. It belongs to a community, to a school, or (neither) to the network, whose methodists run it."""

    title = models.CharField(_("title"), max_length=200)
    folded_name = FoldedField(sources=["title", "place"])
    slug = models.SlugField(max_length=80)
    kind = models.CharField(_("kind of activity"), max_length=24, choices=EVENT_KINDS)
    # Said by a person for municipal and higher levels; empty = derived from the schools that took part.
    level = models.CharField(_("level of interaction"), max_length=16, choices=InteractionLevel.choices, blank=True)
    direction = models.CharField(_("direction"), max_length=24, choices=Direction.choices, blank=True)
    audience = models.CharField(_("for whom"), max_length=8, choices=EventAudience.choices, default=EventAudience.TEACHERS)
    format = models.CharField(_("format"), max_length=14, choices=EventFormat.choices, default=EventFormat.ONSITE)
    visibility = models.CharField(_("who sees it"), max_length=9, choices=EventVisibility.choices, default=EventVisibility.PUBLIC)
    community = models.ForeignKey(Community, verbose_name=_("community"), on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    subject = models.ForeignKey(Subject, verbose_name=_("subject"), on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    problem_area = models.ForeignKey(ProblemArea, verbose_name=_("problem area"), on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    # Of pupils' events: both set or both empty; 1–11.
    grade_from = models.PositiveSmallIntegerField(_("from grade"), null=True, blank=True)
    grade_to = models.PositiveSmallIntegerField(_("to grade"), null=True, blank=True)
    description = models.TextField(_("what it is about"), max_length=10000, blank=True)
    # Made once from the description by `foundation.markdown`.
    description_html = models.TextField(blank=True, editable=False)
    place = models.CharField(_("place"), max_length=200, blank=True)
    # Shown to those who are registered and to those who run it.
    online_url = models.URLField(_("address of the online room"), max_length=300, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    registration_opens_at = models.DateTimeField(_("registration from"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("registration until"), null=True, blank=True)
    # Places in registrations: persons, or teams where it is held in teams. Empty = not limited.
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True)
    school_quota = models.PositiveSmallIntegerField(_("places of one school"), null=True, blank=True)
    # Places that are taken; moved only by a conditional UPDATE of the registration actions.
    taken = models.PositiveIntegerField(default=0, editable=False)
    # Whether people register at all; without it whoever wants to come comes.
    has_registration = models.BooleanField(_("people register"), default=True)
    plan_item = models.ForeignKey(PlanItem, verbose_name=_("plan item"), on_delete=models.SET_NULL, null=True, blank=True, related_name="events")
    # The event before it in a series, or the stage before it of a contest.
    previous = models.ForeignKey("self", verbose_name=_("previous of the series"), on_delete=models.SET_NULL, null=True, blank=True, related_name="next_ones")
    host_schools = models.ManyToManyField(School, verbose_name=_("host schools"), blank=True, related_name="hosted_events")
    organisers = models.ManyToManyField(Teacher, verbose_name=_("organisers"), blank=True, related_name="organised_events")
    materials_before = models.ManyToManyField(Material, verbose_name=_("materials to read before"), blank=True, related_name="+")
    materials_after = models.ManyToManyField(Material, verbose_name=_("materials of the event"), blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=EventStatus.choices, default=EventStatus.DRAFT, editable=False)
    # The day on which it took place; set with the report, never in the future.
    held_on = models.DateField(_("held on"), null=True, blank=True)
    # The report: what came of it.
    outcome = models.TextField(_("what came of it"), max_length=5000, blank=True)
    cancel_reason = models.CharField(_("why it is cancelled"), max_length=300, blank=True)
    created_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    # Of the form that made it: sent twice it makes one; empty where no form did.
    form_key = models.UUIDField(unique=True, null=True, blank=True, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(community=None) | Q(school=None), name="event_has_at_most_one_owner"),
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="event_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(registration_opens_at=None) | Q(registration_closes_at=None) | Q(registration_closes_at__gt=F("registration_opens_at")),
                name="registration_window_in_order",
            ),
            models.CheckConstraint(condition=Q(capacity=None) | Q(taken__lte=F("capacity")), name="event_within_its_places"),
            models.CheckConstraint(condition=Q(status="held", held_on__isnull=False) | (~Q(status="held") & Q(held_on=None)), name="held_event_has_its_day"),
        ]
        indexes = [
            models.Index(fields=["status", "starts_at", "id"], name="events_by_start"),
            models.Index(fields=["status", "-starts_at", "-id"], name="events_newest"),
            models.Index(fields=["community", "starts_at"], name="events_of_community"),
            models.Index(fields=["school", "starts_at"], name="events_of_school"),
            models.Index(fields=["held_on"], condition=Q(status="held"), name="held_events_by_day"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.pk, self.slug])

    @property
    def owner(self) -> Community | School | None:
        """The community or school that holds it; None for the network itself."""
        return self.community or self.school

    @property
    def is_for_pupils(self) -> bool:
        return self.audience == EventAudience.PUPILS

    @property
    def is_open_for_registration(self) -> bool:
        """People may register at this moment; whether a place is free is another question."""
        now = timezone.now()
        opened = self.registration_opens_at is None or self.registration_opens_at <= now
        closed = (self.registration_closes_at or self.starts_at) <= now
        return self.has_registration and self.status == EventStatus.PLANNED and opened and not closed

    @property
    def registration_last_day(self) -> datetime.date | None:
        """The last day on which people may register; the window closes at its midnight."""
        closes = self.registration_closes_at
        return timezone.localdate(closes - datetime.timedelta(seconds=1)) if closes else None

    @property
    def free(self) -> int | None:
        """Places left; None where they are not limited."""
        return None if self.capacity is None else self.capacity - self.taken


class EventSite(models.Model):
    """One of several places at which an event is held, with places of its own."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sites")
    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, null=True, blank=True, related_name="event_sites")
    name = models.CharField(_("site"), max_length=120)
    address = models.CharField(_("address or room"), max_length=200, blank=True)
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True)
    taken = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("site of an event")
        verbose_name_plural = _("sites of events")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "name"], name="site_of_event_once"),
            models.CheckConstraint(condition=Q(capacity=None) | Q(taken__lte=F("capacity")), name="site_within_its_places"),
        ]

    def __str__(self) -> str:
        return self.name


class EventSession(models.Model):
    """A part of an event of several days or rooms: a line of its programme."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sessions")
    site = models.ForeignKey(EventSite, verbose_name=_("site"), on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions")
    title = models.CharField(_("title"), max_length=200)
    speaker = models.CharField(_("who leads it"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))

    class Meta:
        verbose_name = _("session of an event")
        verbose_name_plural = _("sessions of events")
        ordering = ["starts_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="session_ends_after_it_starts")]

    def __str__(self) -> str:
        return self.title


class EventAct(models.TextChoices):
    """What happened to an event."""

    CREATED = "created", _("created")
    PROPOSED = "proposed", pgettext_lazy("event", "proposed")
    RETURNED = "returned", _("returned to its author")
    ANNOUNCED = "announced", pgettext_lazy("event", "announced")
    CHANGED = "changed", _("changed")
    MOVED = "moved", _("moved to another time")
    HELD = "held", pgettext_lazy("event", "held")
    CANCELLED = "cancelled", pgettext_lazy("event", "cancelled")


class EventStep(models.Model):
    """One step of an event's history; nobody stands behind what an import did."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="steps")
    act = models.CharField(max_length=10, choices=EventAct.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("step of an event")
        verbose_name_plural = _("steps of events")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.event}: {self.act}"
