"""Abstract models shared by the rooms; nothing here has a table."""

from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import get_language


class Pointer(models.Model):
    """A pointer upward, to any noun of any room; resolved only through the target's own `visible_to`."""

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("content_type", "object_id")

    class Meta:
        abstract = True

    def target_for(self, teacher: Any) -> models.Model | None:
        """The target if `teacher` may see it, else None."""
        model = self.content_type.model_class()
        if model is None:
            return None
        visible = model._default_manager.visible_to(teacher)  # type: ignore[attr-defined]
        return visible.filter(pk=self.object_id).first()


class ReferenceQuerySet(models.QuerySet):
    def current(self) -> "ReferenceQuerySet":
        """What may still be chosen; archived items stay on what already uses them."""
        return self.filter(archived_on=None)


class ReferenceItem(models.Model):
    """One entry of a closed list: a stable code and its name in both languages. Archived, never deleted."""

    code = models.SlugField(max_length=40, unique=True)
    name_ru = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)
    archived_on = models.DateField(null=True, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" else self.name_ru


class Imported(models.Model):
    """A noun that an import may bring: the sender's own key, so that a second import updates instead of doubling."""

    external_id = models.CharField(max_length=64, null=True, blank=True, unique=True)

    class Meta:
        abstract = True
