"""What a row knows about its stored file."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.files.kinds import KIND_CHOICES, KINDS, FileKind


class StoredFile(models.Model):
    """A file in storage. The row is written after the file is durable (`storage.keep`), and names it by content and chance."""

    stored_name = models.CharField(_("name in storage"), max_length=200, unique=True, editable=False)
    original_name = models.CharField(_("file name"), max_length=200)
    kind = models.CharField(_("kind of file"), max_length=10, choices=KIND_CHOICES, editable=False)
    media_type = models.CharField(_("media type"), max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False, help_text=_("in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True, editable=False)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.original_name

    @property
    def file_kind(self) -> FileKind:
        """Label, badge and class of the kind."""
        return KINDS[self.kind]
