"""Collections: ordered sets of materials with notes."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Teacher
from resources.models.material import Material

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class CollectionVisibility(models.TextChoices):
    """Who may open a collection; its materials still ask for themselves."""

    PRIVATE = "private", _("only me")
    COMMUNITY = "community", _("members of the community")
    NETWORK = "network", _("teachers of the network")
    PUBLIC = "public", _("everyone")


class CollectionQuerySet(models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "CollectionQuerySet":
        """Visitors: public ones. Teachers: also the network's, their communities' and their own; one that was given to a community is the community's."""
        public, own = Q(visibility=CollectionVisibility.PUBLIC), Q(owner_id=teacher.pk, community=None)
        if not teacher.is_authenticated or not teacher.is_confirmed:
            return self.filter(public | own if teacher.is_authenticated else public)
        shared = Q(visibility=CollectionVisibility.COMMUNITY, community_id__in=list(teacher.current_memberships))
        return self.filter(public | Q(visibility=CollectionVisibility.NETWORK) | shared | own)


class Collection(models.Model):
    """An ordered, shareable set of materials, of a person or of a community."""

    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(max_length=80)
    annotation = models.TextField(_("what it is for"), max_length=1000, blank=True)
    owner = models.ForeignKey(Teacher, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="collections")
    community = models.ForeignKey(Community, verbose_name=_("community"), on_delete=models.PROTECT, null=True, blank=True, related_name="collections")
    visibility = models.CharField(_("who sees it"), max_length=10, choices=CollectionVisibility.choices, default=CollectionVisibility.PRIVATE)
    # Of the form that made it, so that a form sent twice makes one; empty where no form did.
    form_key = models.UUIDField(unique=True, null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(visibility="community") | Q(community__isnull=False), name="shared_collection_has_a_community"),
        ]
        indexes = [models.Index(fields=["visibility", "-changed_at", "-id"], name="collections_newest")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("collection", args=[self.pk, self.slug])


class CollectionItem(models.Model):
    """A material in a collection, with a note on why it stands there."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="items")
    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="collection_items")
    order = models.PositiveIntegerField()
    note = models.CharField(_("note"), max_length=500, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("material of a collection")
        verbose_name_plural = _("materials of collections")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["collection", "material"], name="material_once_per_collection")]

    def __str__(self) -> str:
        return f"{self.collection}: {self.material}"


class CollectionFollow(models.Model):
    """A teacher follows a collection."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="follows")
    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="followed_collections")
    # What was added up to this moment has been seen on the portal.
    since = models.DateTimeField(default=timezone.now)
    # A letter a week about what was added; `mailed_at` is how far the letters have come.
    by_mail = models.BooleanField(default=True)
    mailed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("follower of a collection")
        verbose_name_plural = _("followers of collections")
        constraints = [models.UniqueConstraint(fields=["collection", "teacher"], name="followed_once")]
        indexes = [models.Index(fields=["by_mail", "mailed_at"], name="follows_due")]

    def __str__(self) -> str:
        return f"{self.teacher}: {self.collection}"
