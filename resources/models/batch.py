"""Many materials brought at once: a batch, the files it came in, and its lines, each of which becomes one draft."""

import uuid
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.models import Teacher
from resources.models.library import Library
from resources.models.material import Licence, Material


class Stage(models.TextChoices):
    """Where a batch stands; but for the first it follows from the states of its lines."""

    COLLECTING = "collecting", _("files are being collected")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("waits for you")
    MAKING = "making", _("drafts are being made")
    DONE = "done", pgettext_lazy("batch", "finished")


class LineState(models.TextChoices):
    WAITING = "waiting", _("waits for the check")
    READY = "ready", pgettext_lazy("line of a batch", "ready")
    BROKEN = "broken", _("needs your hand")
    QUEUED = "queued", _("waits to be made")
    MADE = "made", _("draft made")
    DROPPED = "dropped", pgettext_lazy("line of a batch", "left out")


# Somebody or something still has to do with a line in these states.
WORKING = (LineState.WAITING, LineState.QUEUED)
OPEN_LINES = (LineState.READY, LineState.BROKEN)


class BatchQuerySet(models.QuerySet):
    def visible_to(self, teacher: Teacher) -> "BatchQuerySet":
        """One's own; nobody else has to do with them."""
        return self.filter(teacher=teacher) if teacher.is_authenticated and teacher.is_confirmed else self.none()

    def unfinished(self) -> "BatchQuerySet":
        """Those that wait for their teacher or for the portal."""
        return self.exclude(stage=Stage.DONE)


class Batch(models.Model):
    """Several files, or a ZIP of them, on their way to become drafts of one teacher in one library."""

    # Said by the page before anything is sent, so that a form sent twice is one batch.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="batches")
    # Empty until the check is asked for.
    library = models.ForeignKey(Library, verbose_name=_("library"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Holds for the lines of which the table says none.
    licence = models.CharField(_("licence"), max_length=10, choices=Licence.choices, default=Licence.CC_BY)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices, default=Stage.COLLECTING)
    # What was wrong with the whole, and what is worth knowing of it: sentences in `language`.
    problems = models.JSONField(default=list, blank=True)
    notes = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=10, default="ru")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch of materials")
        verbose_name_plural = _("batches of materials")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["teacher", "stage", "-created_at"], name="batches_of_teacher")]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("batch", args=[self.pk])

    @property
    def is_collecting(self) -> bool:
        return self.stage == Stage.COLLECTING

    @property
    def is_working(self) -> bool:
        """Whether the worker is at it."""
        return self.stage in (Stage.CHECKING, Stage.MAKING)


class BatchFile(models.Model):
    """A file of a batch as it was sent: a ZIP, the table, or a file by itself. On its way while `stored_name` is empty; gone with the batch's end."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    # Bytes: announced, and received so far.
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    stored_name = models.CharField(max_length=200, unique=True, null=True, blank=True, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    # For the correction of one line: it is no line of its own.
    line = models.ForeignKey("BatchLine", on_delete=models.CASCADE, null=True, blank=True, related_name="corrections")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("file of a batch")
        verbose_name_plural = _("files of batches")
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def extension(self) -> str:
        """In lower case, without the dot."""
        return self.name.rpartition(".")[2].lower()


class BatchLine(models.Model):
    """One material to be: a row of the table, or a file that the table does not name."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="lines")
    order = models.PositiveIntegerField()
    # The row of the spreadsheet; 0 for a file without a row.
    row = models.PositiveIntegerField(default=0)
    # [{"file": id of the BatchFile, "place": in the ZIP or null, "name": with folders, "size": bytes, "sha256": once it was checked}]
    files = models.JSONField(default=list)
    # What the table or its teacher said, by the names of the material form's fields; lists are kept by primary key, grades as two numbers.
    values = models.JSONField(default=dict, blank=True)
    # What the files' names tell about the rest, as codes; guessed anew from the texts when the draft is made.
    guessed = models.JSONField(default=dict, blank=True)
    # `row:column: what is wrong and what was expected`: of the table, and of the check or the making.
    row_problems = models.JSONField(default=list, blank=True)
    problems = models.JSONField(default=list, blank=True)
    notes = models.JSONField(default=list, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=LineState.choices, default=LineState.WAITING)
    # One line, one material, whatever runs twice. A draft that was thrown away later leaves the line as made.
    material = models.OneToOneField(Material, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("line of a batch")
        verbose_name_plural = _("lines of batches")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["batch", "order"], name="batch_line_order_once")]
        indexes = [models.Index(fields=["batch", "state", "order"], name="batch_lines_by_state")]

    def __str__(self) -> str:
        return f"{self.batch_id}, {self.order}"

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(entry["size"] for entry in self.files)

    @property
    def names(self) -> list[str]:
        """Names of its files with their folders."""
        return [entry["name"] for entry in self.files]

    @property
    def every_problem(self) -> list[str]:
        return [*self.row_problems, *self.problems]

    def said(self, name: str) -> Any:
        """What the table or the teacher said of a field; None for nothing."""
        return self.values.get(name)
