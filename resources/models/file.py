"""Files of a version, pictures of their first pages, and uploads on their way."""

import uuid

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Teacher
from foundation.files.models import StoredFile
from resources.models.material import Material, MaterialVersion


class Reading(models.TextChoices):
    """What the background job made of a file's text."""

    WAITING = "waiting", _("text is being read")
    DONE = "done", _("text is read")
    FAILED = "failed", _("text could not be read")


class MaterialFileQuerySet(models.QuerySet):
    def current(self) -> "MaterialFileQuerySet":
        """Files of the current versions: never those of a version in preparation, and those of the old one where it was restored."""
        newest = MaterialVersion.objects.ready().filter(material=models.OuterRef("version__material")).order_by("-number")
        return self.filter(version=models.Subquery(newest.values(content=Coalesce("restored_from_id", "pk"))[:1]))


class MaterialFile(StoredFile):
    """A file of one version."""

    version = models.ForeignKey(MaterialVersion, on_delete=models.CASCADE, related_name="files")
    order = models.PositiveSmallIntegerField(default=0)
    # Extracted text, bounded; the search index is made of it.
    text = models.TextField(blank=True)
    reading = models.CharField(max_length=8, choices=Reading.choices, default=Reading.WAITING)
    # MinHash signature of the text, packed 32-bit integers; empty for short or unread texts.
    signature = models.BinaryField(default=bytes, blank=True)
    # Personal metadata found in an office file (author, company …), shown to the uploader alone.
    metadata = models.JSONField(default=dict, blank=True)

    objects = MaterialFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["order", "id"]


class TextBand(models.Model):
    """One band of a text's MinHash signature: texts that share a band are candidates for being near-duplicates."""

    file = models.ForeignKey(MaterialFile, on_delete=models.CASCADE, related_name="bands")
    band = models.PositiveSmallIntegerField()
    # 64 bits of the band's hash, as a signed integer.
    value = models.BigIntegerField()

    class Meta:
        verbose_name = _("band of a text")
        verbose_name_plural = _("bands of texts")
        constraints = [models.UniqueConstraint(fields=["file", "band"], name="band_once_per_file")]
        indexes = [models.Index(fields=["band", "value"], name="files_by_band")]

    def __str__(self) -> str:
        return f"{self.file_id}, {self.band}"


class MaterialPreview(models.Model):
    """A picture of one page of a file."""

    file = models.ForeignKey(MaterialFile, on_delete=models.CASCADE, related_name="previews")
    page = models.PositiveSmallIntegerField()
    pages_total = models.PositiveIntegerField()
    stored_name = models.CharField(max_length=160, unique=True)
    # Pixels and bytes.
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("preview")
        verbose_name_plural = _("previews")
        ordering = ["file", "page"]
        constraints = [models.UniqueConstraint(fields=["file", "page"], name="preview_page_once")]

    def __str__(self) -> str:
        return f"{self.file}, {self.page}"


class Upload(models.Model):
    """A file on its way in pieces: survives a broken line, becomes a MaterialFile when the last byte has come."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="uploads")
    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=200)
    # Bytes: announced, and received so far.
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    # What it became. The row stays a while, so that a browser which lost the last answer learns that all is well.
    file = models.ForeignKey(MaterialFile, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.name
