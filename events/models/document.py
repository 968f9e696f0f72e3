"""Documents of an event: the words of the network's own templates, and which schools have read the letter."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import School, Teacher
from events.models.event import Event


class DocumentKind(models.TextChoices):
    """The documents of `vocabularies.md`."""

    REGULATION = "regulation", _("regulations of the event")
    LETTER = "letter", _("information letter")
    PROGRAMME = "programme", _("programme")
    SHEET = "sheet", _("attendance sheet")
    JURY = "jury", _("minutes of the jury")
    ORDER = "order", _("appendix to the order")


class DocumentText(models.Model):
    """The words of a kind of document, as methodists have written them for the whole network; placeholders in braces are filled in."""

    kind = models.CharField(max_length=10, choices=DocumentKind.choices, unique=True)
    text = models.TextField(_("words"), max_length=10000)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("template of a document")
        verbose_name_plural = _("templates of documents")

    def __str__(self) -> str:
        return str(self.get_kind_display())  # type: ignore[attr-defined]


class SchoolNotice(models.Model):
    """The information letter went to a school; its coordinator or head marks that it was read."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="school_notices")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("letter to a school")
        verbose_name_plural = _("letters to schools")
        constraints = [models.UniqueConstraint(fields=["event", "school"], name="letter_to_a_school_once")]

    def __str__(self) -> str:
        return f"{self.event}: {self.school}"
