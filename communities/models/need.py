"""What schools and communities ask for and offer: needs, and what became of each."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.community import Community
from communities.models.reference import EducationLevel, Subject
from communities.models.school import Direction, School
from communities.models.teacher import Teacher
from foundation.models import Imported
from foundation.text_search.folding import FoldedField, FoldedQuerySetMixin

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

MOST_AT_ONCE = 50


class NeedKind(models.TextChoices):
    REQUEST = "request", _("request")
    OFFER = "offer", _("offer")


class NeedFormat(models.TextChoices):
    """Where the partners meet; online, distance does not matter."""

    ONSITE = "onsite", _("on site")
    ONLINE = "online", _("online")
    MIXED = "mixed", _("mixed")


class NeedState(models.TextChoices):
    """Today's state; who brought it about and when stands in `NeedStep`."""

    OPEN = "open", _("open")
    MET = "met", _("met")
    WITHDRAWN = "withdrawn", _("taken back")
    CLOSED = "closed", _("closed")


def owned_by(schools: Collection[int], communities: Collection[int], *, school: str = "school", community: str = "community") -> Q:
    """What belongs to one of these schools or communities."""
    return Q(**{f"{school}_id__in": schools}) | Q(**{f"{community}_id__in": communities})


class NeedQuerySet(FoldedQuerySetMixin, models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "NeedQuerySet":
        """Open needs are the network's own: confirmed teachers see them. What is over is left to its owner, its partners and methodists."""
        if not teacher.is_authenticated or not teacher.is_confirmed:
            return self.none()
        if teacher.is_methodist:
            return self
        schools, communities = teacher.coordinated_school_ids, teacher.led_community_ids
        seen = Q(state=NeedState.OPEN)
        if schools or communities:
            partners = apps.get_model("communities", "Partnership").objects.filter(owned_by(schools, communities))
            seen |= owned_by(schools, communities) | Q(pk__in=partners.values("need_id"))
        return self.filter(seen)

    def open_now(self) -> "NeedQuerySet":
        """Still to be answered today: open, its last day not over, the owner at work."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()), state=NeedState.OPEN, school__closed_on=None, community__closed_on=None)

    def open_to(self, teacher: "Teacher | AnonymousUser") -> "NeedQuerySet":
        """`visible_to(teacher).open_now()` without asking for the person's own sides: they add only what is over."""
        return self.open_now() if teacher.is_authenticated and teacher.is_confirmed else self.none()

    def owned(self, owner: School | Community) -> "NeedQuerySet":
        """Needs of this school or community."""
        return self.filter(**{"school" if isinstance(owner, School) else "community": owner})

    def for_list(self) -> "NeedQuerySet":
        """What a row shows, without further queries."""
        return self.select_related("school__municipality", "community", "subject", "education_level")


class Need(Imported):
    """A request or an offer of a school or a community: it goes on until its load limit is reached, it is withdrawn or its days are over."""

    kind = models.CharField(_("kind"), max_length=8, choices=NeedKind.choices)
    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, null=True, blank=True, related_name="needs")
    community = models.ForeignKey(Community, verbose_name=_("community"), on_delete=models.PROTECT, null=True, blank=True, related_name="needs")
    direction = models.CharField(_("direction"), max_length=24, choices=Direction.choices)
    subject = models.ForeignKey(Subject, verbose_name=_("subject"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    education_level = models.ForeignKey(EducationLevel, verbose_name=_("level of education"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    format = models.CharField(_("format"), max_length=8, choices=NeedFormat.choices, default=NeedFormat.MIXED)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    # How many partners it can carry; `taken` of them have agreed. Written only by the partnership actions.
    load_limit = models.PositiveSmallIntegerField(_("how many partners at most"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_AT_ONCE)])
    taken = models.PositiveSmallIntegerField(default=0, editable=False)
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("in more words"), max_length=2000, blank=True)
    folded_name = FoldedField(sources=["title"])
    state = models.CharField(max_length=10, choices=NeedState.choices, default=NeedState.OPEN, editable=False)
    opened_on = models.DateField(_("opened on"), default=timezone.localdate)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    opened_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-opened_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(school__isnull=False, community=None) | Q(school=None, community__isnull=False), name="need_has_one_owner"),
            models.CheckConstraint(condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="need_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(load_limit__gte=1, taken__lte=F("load_limit")), name="need_within_its_load"),
            models.CheckConstraint(condition=Q(closed_on=None) | ~Q(state="open"), name="open_need_has_no_end"),
        ]
        indexes = [
            # Matching asks for the other kind in the same direction and subject; the list for the newest.
            models.Index(fields=["direction", "kind", "subject"], condition=Q(state="open"), name="open_needs_by_bucket"),
            models.Index(fields=["-opened_on", "-id"], condition=Q(state="open"), name="open_needs_newest"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("need", args=[self.pk])

    @property
    def owner(self) -> School | Community:
        """The school or community that asks or offers."""
        return self.school or self.community  # type: ignore[return-value]

    @property
    def is_open(self) -> bool:
        """As `open_now`, for one need whose owner is loaded."""
        return self.state == NeedState.OPEN and (self.ends_on is None or self.ends_on >= timezone.localdate()) and self.owner.closed_on is None

    @property
    def free(self) -> int:
        """How many more partners it can carry."""
        return self.load_limit - self.taken


class NeedAct(models.TextChoices):
    """What happened to a need."""

    OPENED = "opened", _("opened")
    EDITED = "edited", _("changed")
    MET = "met", _("met: the load limit is reached")
    REOPENED = "reopened", _("open again")
    WITHDRAWN = "withdrawn", _("taken back")
    CLOSED = "closed", _("closed: its days are over")


class NeedStep(models.Model):
    """One step of a need's history; nobody stands behind what a job or an import did."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="steps")
    act = models.CharField(max_length=10, choices=NeedAct.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("step of a need")
        verbose_name_plural = _("steps of needs")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.need}: {self.act}"


def key_of(owner: Any) -> int:
    """One number for a school or a community: schools count up, communities down."""
    return owner.pk if isinstance(owner, School) else -owner.pk
