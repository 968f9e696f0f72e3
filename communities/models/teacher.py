"""People: the user model, where they work, and the paper code of those without an own e-mail."""

from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from communities.models.reference import Position, Subject
from communities.models.school import School
from foundation.models import Imported
from foundation.text_search.folding import FoldedField, FoldedQuerySetMixin

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Role(models.TextChoices):
    """Role in the network; coordinator and head are said per school in `Employment`."""

    TEACHER = "teacher", _("teacher")
    METHODIST = "methodist", _("methodist")
    ADMINISTRATOR = "administrator", _("network administrator")


class Category(models.TextChoices):
    """Qualification category."""

    NONE = "none", _("no category")
    FIRST = "first", _("first category")
    HIGHEST = "highest", _("highest category")
    METHODIST = "methodist", _("teacher-methodist")
    MENTOR = "mentor", _("teacher-mentor")


class Audience(models.TextChoices):
    """To whom a person shows a contact."""

    NOBODY = "nobody", _("nobody")
    SCHOOL = "school", _("colleagues at my school")
    COMMUNITIES = "communities", _("my school and my communities")
    NETWORK = "network", _("all teachers of the network")


class TeacherQuerySet(FoldedQuerySetMixin, models.QuerySet):
    def active(self) -> "TeacherQuerySet":
        """People who may sign in and were confirmed; erased ones are gone."""
        return self.filter(is_active=True, erased_at=None).exclude(confirmed_on=None)

    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "TeacherQuerySet":
        """Visitors see nobody; the unconfirmed only themselves; colleagues see confirmed people, coordinators also their applicants."""
        if not teacher.is_authenticated:
            return self.none()
        if not teacher.is_confirmed:
            return self.filter(pk=teacher.pk)
        if teacher.is_methodist:
            return self.filter(erased_at=None)
        confirmed = models.Q(is_active=True, erased_at=None, confirmed_on__isnull=False)
        applicants = models.Q(
            erased_at=None,
            pk__in=Employment.objects.filter(ended_on=None, school_id__in=teacher.coordinated_school_ids).values("teacher_id"),
        )
        return self.filter(confirmed | applicants if teacher.coordinated_school_ids else confirmed)

    def colleagues_of(self, teacher: "Teacher | AnonymousUser") -> "TeacherQuerySet":
        """`visible_to(teacher).active()` without asking whom the person coordinates: applicants are not active yet."""
        return self.active() if teacher.is_authenticated and teacher.is_confirmed else self.none()

    def for_list(self) -> "TeacherQuerySet":
        """What a row of the directory shows, without further queries."""
        return self.select_related("school__municipality", "position").prefetch_related("subjects")

    def with_unread(self) -> "TeacherQuerySet":
        """With `unread_count` at hand: the header of every page shows it without a query of its own."""
        unread = apps.get_model("communities", "Notification").objects.filter(recipient=models.OuterRef("pk"), read_at=None)
        counted = unread.order_by().values("recipient").annotate(number=models.Count("group", distinct=True)).values("number")
        return self.annotate(unread_count=Coalesce(models.Subquery(counted, output_field=models.IntegerField()), 0))


class TeacherManager(BaseUserManager.from_queryset(TeacherQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str | None, password: str | None = None, **fields: object) -> "Teacher":
        """A person with an e-mail or (on paper codes) a login; the password may still be missing."""
        teacher = self.model(email=self.normalize_email(email) or None, **fields)
        teacher.set_password(password)
        teacher.save(using=self._db)
        return teacher

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "Teacher":
        """The first administrator (`manage.py createsuperuser`)."""
        fields.setdefault("confirmed_on", timezone.localdate())
        return self.create_user(email, password, role=Role.ADMINISTRATOR, **fields)

    def get_by_natural_key(self, email: str) -> "Teacher":
        return self.get(email__iexact=email)


class Teacher(AbstractBaseUser, Imported):
    """A person of the network: teacher, head, methodist or administrator. Signs in by e-mail, or by the login of a paper code."""

    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    login = models.CharField(_("login"), max_length=40, unique=True, null=True, blank=True)
    last_name = models.CharField(_("last name"), max_length=80)
    first_name = models.CharField(_("first name"), max_length=80)
    middle_name = models.CharField(_("patronymic"), max_length=80, blank=True)
    folded_name = FoldedField(sources=["last_name", "first_name", "middle_name"])
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.TEACHER)
    position = models.ForeignKey(Position, verbose_name=_("position"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    category = models.CharField(_("qualification category"), max_length=12, choices=Category.choices, default=Category.NONE)
    subjects = models.ManyToManyField(Subject, verbose_name=_("subjects"), related_name="teachers", blank=True)
    about = models.TextField(_("about me"), max_length=2000, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    show_email = models.CharField(_("who sees my e-mail"), max_length=12, choices=Audience.choices, default=Audience.NOBODY)
    show_phone = models.CharField(_("who sees my phone"), max_length=12, choices=Audience.choices, default=Audience.NOBODY)
    show_photo = models.BooleanField(_("colleagues see my photo"), default=True)
    # Name of the re-encoded photo in the file storage; empty without one.
    photo = models.CharField(max_length=120, blank=True, editable=False)
    # The first current workplace: what the ledger freezes and lists show. Written only by the employment actions.
    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, null=True, blank=True, related_name="first_teachers")
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    # A live publication consent, kept here so that author lists need no join. Written only by the consent actions.
    publishes_name = models.BooleanField(default=False, editable=False)
    # In which language the portal writes to this person.
    language = models.CharField(_("language of letters"), max_length=2, choices=settings.LANGUAGES, default="ru")
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["last_name", "first_name"]

    objects = TeacherManager()

    class Meta:
        verbose_name = _("teacher")
        verbose_name_plural = _("teachers")
        ordering = ["last_name", "first_name", "middle_name", "id"]
        indexes = [models.Index(fields=["last_name", "first_name", "middle_name", "id"], name="teacher_by_name")]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.last_name, self.first_name, self.middle_name]))

    def get_absolute_url(self) -> str:
        return reverse("teacher", args=[self.pk])

    @property
    def is_confirmed(self) -> bool:
        """Confirmed by a school's coordinator (or holds a network role): sees more than a visitor."""
        return self.is_active and self.erased_at is None and self.confirmed_on is not None

    @property
    def is_methodist(self) -> bool:
        """Methodist or administrator."""
        return self.is_confirmed and self.role in (Role.METHODIST, Role.ADMINISTRATOR)

    @property
    def is_administrator(self) -> bool:
        return self.is_confirmed and self.role == Role.ADMINISTRATOR

    # Django's admin asks these.
    @property
    def is_staff(self) -> bool:
        return self.is_administrator

    @property
    def is_superuser(self) -> bool:
        return self.is_administrator

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_administrator

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_administrator

    def passes_policy(self, name: str) -> bool:
        """Whether a route with this policy (see `foundation.policy`) lets this signed-in person in."""
        return {
            "public": True,
            "account": self.is_active,
            "teacher": self.is_confirmed,
            "methodist": self.is_methodist,
            "administrator": self.is_administrator,
        }[name]

    @cached_property
    def current_employments(self) -> "list[Employment]":
        """Confirmed workplaces of today, the first one first. One query per person and request."""
        return list(self.employments.current().select_related("school"))

    @cached_property
    def coordinated_school_ids(self) -> list[int]:
        """Schools this person coordinates today."""
        return [place.school_id for place in self.current_employments if place.is_coordinator]

    @cached_property
    def unread_count(self) -> int:
        """Lines of notifications not read yet; comes with the account of a request (`with_unread`), else one query."""
        return self.notifications.unread().values("group").distinct().count()

    @cached_property
    def current_memberships(self) -> "dict[int, str]":
        """Community id → role of today's memberships. One query per person and request."""
        return dict(self.memberships.filter(left_on=None).values_list("community_id", "role"))

    @cached_property
    def led_community_ids(self) -> list[int]:
        """Communities this person leads today."""
        return [community for community, role in self.current_memberships.items() if role == "leader"]


class EmploymentQuerySet(models.QuerySet):
    def current(self) -> "EmploymentQuerySet":
        """Confirmed and not ended."""
        return self.filter(ended_on=None).exclude(confirmed_on=None)

    def waiting(self) -> "EmploymentQuerySet":
        """Asked for at registration, not yet confirmed or refused."""
        return self.filter(ended_on=None, confirmed_on=None)


class Employment(models.Model):
    """A workplace of a teacher, from–to. Unconfirmed until the school's coordinator says so; a refusal ends it."""

    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="employments")
    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="employments")
    position = models.ForeignKey(Position, verbose_name=_("position"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    started_on = models.DateField(_("since"), default=timezone.localdate)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    is_head = models.BooleanField(_("head of the school"), default=False)
    is_coordinator = models.BooleanField(_("coordinator of the school"), default=False)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    confirmed_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["teacher", "school"], condition=models.Q(ended_on=None), name="employed_once_per_school")]

    def __str__(self) -> str:
        return f"{self.teacher} — {self.school}"


class PaperCode(models.Model):
    """A one-time code on paper for a teacher without an own e-mail. Only its hash is kept."""

    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="paper_codes")
    code_hash = models.CharField(max_length=128)
    issued_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, related_name="+")
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("paper code")
        verbose_name_plural = _("paper codes")

    def __str__(self) -> str:
        return f"{self.teacher}, {self.issued_at:%Y-%m-%d}"
