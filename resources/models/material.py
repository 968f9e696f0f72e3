"""Teaching materials, their authors and versions."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.models import EducationLevel, Employment, Subject, Teacher
from foundation.models import Imported
from foundation.ordering import Among, NullsLastIndex, in_passing
from resources.models.library import Library
from resources.models.reference import Equipment, MaterialType, Purpose

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Licence(models.TextChoices):
    """What others may do with a material, said in plain words."""

    CC_BY = "cc-by", _("May be used and changed, naming the author")
    CC_BY_SA = "cc-by-sa", _("May be used and changed, naming the author, under the same terms")
    NETWORK = "network", _("Only inside the network")


# The licences' short names, shown small beside the words.
LICENCE_SHORT = {Licence.CC_BY: "CC BY 4.0", Licence.CC_BY_SA: "CC BY-SA 4.0", Licence.NETWORK: ""}


class Visibility(models.TextChoices):
    """Who sees a published material."""

    PUBLIC = "public", _("everyone")
    NETWORK = "network", _("teachers of the network")
    LIBRARY = "library", _("members of the community or school")


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    REVIEW = "review", pgettext_lazy("material", "in review")
    RETURNED = "returned", _("returned with comments")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class MaterialQuerySet(models.QuerySet):
    def published(self) -> "MaterialQuerySet":
        return self.filter(status=Status.PUBLISHED)

    def written_by(self, teacher: Teacher) -> "MaterialQuerySet":
        return self.filter(pk__in=Authorship.objects.filter(teacher=teacher).values("material_id"))

    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "MaterialQuerySet":
        """What `teacher` may see.

        Visitors: published and public. Confirmed teachers: also the network's, their communities' shelves (published, or
        waiting for review there), and everything of their own. Curators of the network's library: also what waits there. Methodists: all
        but other people's drafts. Asked in passing: what is left chooses the rows, see `foundation.ordering`.
        """
        published = Q(status=Status.PUBLISHED)
        if not teacher.is_authenticated or not teacher.is_confirmed:
            seen = published & Q(visibility=Visibility.PUBLIC)
            if teacher.is_authenticated:
                seen |= Q(pk__in=Authorship.objects.filter(teacher=teacher).values("material_id"))
            return self.filter(in_passing(seen))
        own = Q(Among("pk", Authorship.objects.filter(teacher=teacher).values("material_id")))
        if teacher.is_methodist:
            return self.filter(in_passing(~Q(status=Status.DRAFT) | own))
        schools = Employment.objects.current().filter(teacher=teacher).values("school_id")
        curated = Q(pk__in=Library.curators.through.objects.filter(teacher=teacher).values("library_id"), community=None, school=None)
        shelves = Library.objects.filter(Q(community_id__in=list(teacher.current_memberships)) | Q(school_id__in=schools) | curated).values("id")
        network = published & Q(visibility__in=[Visibility.PUBLIC, Visibility.NETWORK])
        return self.filter(in_passing(network | Q(Among("library_id", shelves), status__in=[Status.PUBLISHED, Status.REVIEW]) | own))

    def standing(self) -> "MaterialQuerySet":
        """What stands on shelves: published, or waiting for review. Drafts, returned and withdrawn materials lie with their authors."""
        return self.filter(in_passing(Q(status__in=[Status.PUBLISHED, Status.REVIEW])))

    def for_list(self) -> "MaterialQuerySet":
        """What a row of a list shows, with a fixed number of queries."""
        return self.select_related("type", "subject", "purpose", "library__community", "library__school", "education_level").prefetch_related(
            models.Prefetch("authorships", Authorship.objects.select_related("teacher__school").order_by("order", "id"))
        )


class Material(Imported):
    """A teaching material on the shelf of one library."""

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(max_length=80)
    annotation = models.TextField(_("in short: what comes out of the lesson"), max_length=3000, blank=True)
    library = models.ForeignKey(Library, verbose_name=_("library"), on_delete=models.PROTECT, related_name="materials")
    type = models.ForeignKey(MaterialType, verbose_name=_("type"), on_delete=models.PROTECT, null=True, blank=True, related_name="materials")
    subject = models.ForeignKey(Subject, verbose_name=_("subject"), on_delete=models.PROTECT, null=True, blank=True, related_name="materials")
    education_level = models.ForeignKey(
        EducationLevel, verbose_name=_("level of education"), on_delete=models.PROTECT, null=True, blank=True, related_name="materials"
    )
    # Both set or both empty; 1–11.
    grade_from = models.PositiveSmallIntegerField(_("from grade"), null=True, blank=True)
    grade_to = models.PositiveSmallIntegerField(_("to grade"), null=True, blank=True)
    purpose = models.ForeignKey(Purpose, verbose_name=_("level of difficulty"), on_delete=models.PROTECT, null=True, blank=True, related_name="materials")
    topic = models.CharField(_("section or topic"), max_length=200, blank=True)
    equipment = models.ForeignKey(Equipment, verbose_name=_("equipment"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    duration_minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    licence = models.CharField(_("licence"), max_length=10, choices=Licence.choices, default=Licence.CC_BY)
    visibility = models.CharField(_("who sees it"), max_length=8, choices=Visibility.choices, default=Visibility.PUBLIC)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    authors = models.ManyToManyField(Teacher, through="Authorship", related_name="materials", verbose_name=_("authors"))
    created_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    # By when a review is promised; set when the material is sent.
    review_due_on = models.DateField(null=True, blank=True)
    # Of the form that made it, so that a form sent twice makes one; empty where no form did.
    form_key = models.UUIDField(unique=True, null=True, blank=True, editable=False)
    # The version this material is a variant of; empty for an original.
    derived_from = models.ForeignKey("MaterialVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="variants")
    published_on = models.DateField(_("published on"), null=True, blank=True)
    # Field name → "portal" (guessed from the files) or "author" (a person has chosen it, even if chosen empty: never guessed again).
    filled_by = models.JSONField(default=dict, blank=True)
    # Given by a methodist with a reason; empty = not given.
    best_practice_reason = models.CharField(max_length=300, blank=True)
    # Who gave it and when; empty for a mark that came with an import.
    best_practice_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    best_practice_on = models.DateField(null=True, blank=True)
    # Recounted from the rows inside the action that changes them, so that ranking and lists need no join.
    file_count = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    # Kind code of the first file, for the badge in lists.
    main_kind = models.CharField(max_length=8, blank=True)
    reuse_count = models.PositiveIntegerField(default=0)
    reuse_school_count = models.PositiveIntegerField(default=0)
    download_count = models.PositiveIntegerField(default=0)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["-published_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(grade_from=None, grade_to=None) | Q(grade_from__gte=1, grade_to__lte=11, grade_from__lte=models.F("grade_to")),
                name="material_grades_in_order",
            ),
            models.CheckConstraint(condition=~Q(status="published") | Q(published_on__isnull=False), name="published_has_its_day"),
        ]
        indexes = [
            models.Index(fields=["status", "visibility", "-published_on", "-id"], name="materials_newest"),
            models.Index(fields=["status", "-reuse_count", "-id"], name="materials_most_used"),
            # Lists walk along these and stop after a page, whoever reads: what the reader may not see is stepped over.
            NullsLastIndex(fields=["-published_on", "-id"], name="materials_by_day"),
            NullsLastIndex(fields=["-reuse_count", "-published_on", "-id"], name="materials_by_use"),
            NullsLastIndex(fields=["subject", "-published_on", "-id"], name="materials_of_subject"),
            NullsLastIndex(fields=["library", "-published_on", "-id"], name="materials_of_library"),
            models.Index(fields=["status", "submitted_at", "id"], name="materials_waiting"),
            # What nobody changed for years, and the last day of the sitemap; public things that only the network may use.
            models.Index(fields=["status", "visibility", "changed_at"], name="materials_by_change"),
            models.Index(fields=["licence", "visibility"], name="materials_by_licence"),
            # Read alone, without the rows, by those who count everything: the coverage map, the list of libraries.
            models.Index(
                fields=["subject", "grade_from", "grade_to", "purpose", "status", "visibility", "library", "reuse_count"], name="materials_counted_by_grade"
            ),
            models.Index(fields=["library", "status", "visibility"], name="materials_counted_by_library"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("material", args=[self.pk, self.slug])

    @property
    def licence_short(self) -> str:
        """“CC BY 4.0”, or nothing for the network's own licence."""
        return LICENCE_SHORT[Licence(self.licence)]


class Authorship(models.Model):
    """An author of a material, in order."""

    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="authorships")
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="authorships")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("authorship")
        verbose_name_plural = _("authorships")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["material", "teacher"], name="author_once")]

    def __str__(self) -> str:
        return f"{self.teacher}: {self.material}"


class Preparation(models.TextChoices):
    """Where a new version of a published material stands before readers get it. Every other version is READY."""

    READY = "", _("ready")
    DRAFT = "draft", pgettext_lazy("version", "in preparation")
    REVIEW = "review", pgettext_lazy("version", "in review")
    RETURNED = "returned", pgettext_lazy("version", "returned with comments")
    CLOSED = "closed", pgettext_lazy("version", "not published")


class MaterialVersionQuerySet(models.QuerySet):
    def ready(self) -> "MaterialVersionQuerySet":
        """What readers of the material get: the current version and the older ones."""
        return self.filter(preparation=Preparation.READY)

    def in_preparation(self) -> "MaterialVersionQuerySet":
        """At most one a material."""
        return self.filter(preparation__in=[Preparation.DRAFT, Preparation.REVIEW, Preparation.RETURNED])


class MaterialVersion(models.Model):
    """A version of a material with its files; of the ready ones that with the highest number is current."""

    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    changes = models.CharField(_("what changed"), max_length=300, blank=True)
    # Set where an older version was made current again.
    restored_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    preparation = models.CharField(max_length=8, choices=Preparation.choices, default=Preparation.READY, blank=True)
    created_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = MaterialVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a material")
        verbose_name_plural = _("versions of materials")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["material", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["material"], condition=Q(preparation__in=["draft", "review", "returned"]), name="one_version_in_preparation"),
        ]
        # What waits for a review is a handful among all that are ready.
        indexes = [models.Index(fields=["preparation", "material"], name="versions_in_preparation")]

    def __str__(self) -> str:
        return f"{self.material}, {self.number}"

    @property
    def content_id(self) -> int:
        """Id of the version that holds the files: a restored one has those of the version it brings back, so that no byte is copied."""
        return self.restored_from_id or self.pk
