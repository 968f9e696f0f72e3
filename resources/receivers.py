"""A person's name or the wish to show it changed: the search documents of their materials follow in the same transaction."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from communities.models import Teacher
from resources.actions.indexing import index_materials_of

NAME_FIELDS = {"publishes_name", "last_name", "first_name", "middle_name"}


@receiver(post_save, sender=Teacher, dispatch_uid="resources.author_names")
def follow_author_name(sender: type[Teacher], *, instance: Teacher, created: bool, update_fields: frozenset[str] | None, **_: Any) -> None:
    """Leave signing in and other saves that do not touch the name alone."""
    if not created and (update_fields is None or NAME_FIELDS & set(update_fields)):
        index_materials_of(instance)
