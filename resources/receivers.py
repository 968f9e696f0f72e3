"""A person's name, school or the wish to show it changed: the search documents of their materials follow in the same transaction."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from communities.models import School, Teacher
from resources.actions.indexing import index_materials_at, index_materials_of

NAME_FIELDS = {"publishes_name", "last_name", "first_name", "middle_name", "school", "erased_at"}


@receiver(post_save, sender=Teacher, dispatch_uid="resources.author_names")
def follow_author_name(sender: type[Teacher], *, instance: Teacher, created: bool, update_fields: frozenset[str] | None, **_: Any) -> None:
    """Leave signing in and other saves that do not touch the name alone."""
    if not created and (update_fields is None or NAME_FIELDS & set(update_fields)):
        index_materials_of(instance)


@receiver(post_save, sender=School, dispatch_uid="resources.school_names")
def follow_school_name(sender: type[School], *, instance: School, created: bool, update_fields: frozenset[str] | None, **_: Any) -> None:
    """A renamed school is found by its new name."""
    if not created and (update_fields is None or "short_name" in update_fields):
        index_materials_at(instance)
