"""Names to look people, schools and communities up by: folded case, «ё» = «е», same on both databases.

SQLite's LIKE folds ASCII only, so that «иванова» would not find «Иванова»; a folded copy of the name does.
"""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django.db import models

from foundation.text_search.stems import MAX_STEM_LENGTH, stem

# Shorter roots begin too many words.
SHORTEST_ROOT = 4


def fold(text: str) -> str:
    """Casefolded words of `text`, «ё» as «е», separated by single spaces, with a space in front of each word."""
    plain = unicodedata.normalize("NFC", text).casefold().replace("ё", "е")
    words = "".join(sign if sign.isalnum() else " " for sign in plain).split()
    return "".join(f" {word}" for word in words)


class FoldedField(models.TextField):
    """A folded copy of other fields of the row, kept by the field itself (bulk_create included)."""

    def __init__(self, *args: Any, sources: Sequence[str] = (), **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        kwargs.setdefault("default", "")
        self.sources = tuple(sources)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "sources": self.sources}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = fold(" ".join(str(getattr(model_instance, source) or "") for source in self.sources))
        setattr(model_instance, self.attname, value)
        return value


class FoldedQuerySetMixin:
    """`.named(text)`: rows of which every word of `text` begins a word of the folded name."""

    def named(self, text: str) -> Any:
        """At most eight words count; no words find nothing."""
        return self._with_beginnings(_first_words(text))

    def titled(self, text: str) -> Any:
        """As `named`, for titles, where words stand in any form: «лаборатория» finds «лаборатории»; «в» and «по» count only alone."""
        words = _first_words(text)
        telling = [word for word in words if len(word) > 2 or not word.isalpha()]
        return self._with_beginnings([_beginning(word) for word in telling or words])

    def _with_beginnings(self, words: Sequence[str]) -> Any:
        if not words:
            return self.none()  # type: ignore[attr-defined]
        found = self
        for word in words:
            found = found.filter(folded_name__contains=f" {word}")  # type: ignore[attr-defined]
        return found


def _first_words(text: str) -> list[str]:
    return fold(text.replace("\x00", " ")[:200]).split()[:8]


def _beginning(word: str) -> str:
    """What all forms of a word begin with; the word itself where its stem is too short to tell, or changes within."""
    root = stem(word[:MAX_STEM_LENGTH])
    return root if len(root) >= SHORTEST_ROOT and word.startswith(root) else word
