"""The column that a search looks into."""

from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import models

from foundation.text_search.lookups import Match


class StemsField(models.TextField):
    """Holds what `index_text` made of a document, and is asked by `filter(<field>__match=parse_query(…))`.

    The model's primary key must be an integer: SQLite's full-text table refers to it. A migration that removes or
    renames a StemsField first drops the model's index by `schema.drop_text_index`.
    """

    column: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"default": "", "blank": True, "editable": False})

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Add to Django's checks that rows can be numbered in the full-text table."""
        errors = super().check(**kwargs)
        key = self.model._meta.pk
        while isinstance(key, models.ForeignKey):
            key = key.target_field
        if not isinstance(key, models.IntegerField):
            errors.append(Error("A model with a StemsField needs an integer primary key.", obj=self, id="text_search.E001"))
        return errors


StemsField.register_lookup(Match)
