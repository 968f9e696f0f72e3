"""Files of a version, pictures of their first pages, and uploads on their way."""

import uuid

from django.db import models
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


class MaterialFile(StoredFile):
    """A file of one version."""

    version = models.ForeignKey(MaterialVersion, on_delete=models.CASCADE, related_name="files")
    order = models.PositiveSmallIntegerField(default=0)
    # Extracted text, bounded; the search index is made of it.
    text = models.TextField(blank=True)
    reading = models.CharField(max_length=8, choices=Reading.choices, default=Reading.WAITING)
    # Personal metadata found in an office file (author, company …), shown to the uploader alone.
    metadata = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["order", "id"]


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
