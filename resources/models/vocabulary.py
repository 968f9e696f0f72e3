"""The words of the library, so that a misspelt search can be understood."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VocabularyWord(models.Model):
    """A stem that materials hold, with the form in which they hold it most often. Derived: `refresh_vocabulary` writes it anew.

    It says nothing about rights: whether a reader finds anything by a word is asked of what the reader may see.
    """

    stem = models.CharField(max_length=40, unique=True)
    word = models.CharField(max_length=40)
    # The first and the last two letters of the stem and its length: one slip of the fingers leaves one of the two whole.
    head = models.CharField(max_length=2)
    tail = models.CharField(max_length=2)
    length = models.PositiveSmallIntegerField()
    # In how many materials.
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("word of the library")
        verbose_name_plural = _("words of the library")
        indexes = [
            models.Index(fields=["head", "length"], name="words_by_head"),
            models.Index(fields=["tail", "length"], name="words_by_tail"),
        ]

    def __str__(self) -> str:
        return self.word
