"""Care for the shelf: reports of readers, what curators did, warnings about texts, materials the library has taken over."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.models import Teacher
from resources.models.file import MaterialFile
from resources.models.material import Material


class ReportReason(models.TextChoices):
    """What a reader may report."""

    LINK = "link", _("a link in it does not work")
    SCAN = "scan", _("scan of a textbook")
    EXAM = "exam", _("closed exam paper")
    PERSONAL = "personal", _("personal data of pupils or colleagues")
    OTHER = "other", pgettext_lazy("reason of a report", "something else")


class Finding(models.TextChoices):
    """Why a material stands in the curator's queue, the most urgent first."""

    REPORTED = "reported", _("readers report a problem")
    EXAM = "exam", _("looks like a closed exam paper")
    SCAN = "scan", _("looks like a scan of a textbook")
    LICENCE = "licence", _("its licence does not fit")
    ORPHANED = "orphaned", _("no author has a live account")
    STALE = "stale", _("unchanged for more than three school years")
    UNUSED = "unused", _("not used at a lesson for a year")


class Remedy(models.TextChoices):
    """What a curator may do about a finding."""

    ASK = "ask", _("ask the author")
    TRANSFER = "transfer", _("transfer to the library's care")
    ARCHIVE = "archive", _("take off the shelf")
    DISMISS = "dismiss", _("leave as it is")


class MaterialReport(models.Model):
    """A reader's word that something is wrong; open until a curator has decided."""

    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="problem_reports")
    reporter = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="problem_reports")
    reason = models.CharField(_("what is wrong"), max_length=8, choices=ReportReason.choices)
    words = models.TextField(_("where and what"), max_length=1000, blank=True)
    reported_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # What was done: a Remedy; and the curator's words to the reader.
    remedy = models.CharField(max_length=8, choices=Remedy.choices, blank=True)
    answer = models.TextField(max_length=1000, blank=True)

    class Meta:
        verbose_name = _("report of a problem")
        verbose_name_plural = _("reports of problems")
        ordering = ["-reported_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["material", "reporter", "reason"], condition=Q(answered_at=None), name="reported_once_while_open"),
            models.CheckConstraint(condition=~Q(reason="other") | ~Q(words=""), name="other_problem_in_words"),
        ]

    def __str__(self) -> str:
        return f"{self.material}: {self.reason}"


class CareAct(models.Model):
    """What a curator did about a finding; the finding is silent until a day."""

    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="care_acts")
    finding = models.CharField(max_length=8, choices=Finding.choices)
    remedy = models.CharField(max_length=8, choices=Remedy.choices)
    # The question to the authors, or why the material stays as it is.
    words = models.TextField(max_length=1000, blank=True)
    done_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(default=timezone.now)
    silent_until = models.DateField()

    class Meta:
        verbose_name = _("act of care")
        verbose_name_plural = _("acts of care")
        ordering = ["-done_at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(remedy="dismiss") | ~Q(words=""), name="dismissal_says_why")]
        indexes = [models.Index(fields=["material", "finding", "silent_until"], name="silenced_findings")]

    def __str__(self) -> str:
        return f"{self.material}: {self.finding}, {self.remedy}"


class TextWarning(models.Model):
    """A guess about a file's text: a scan of a textbook, a closed exam paper. A person decides."""

    file = models.ForeignKey(MaterialFile, on_delete=models.CASCADE, related_name="warnings")
    # Finding.SCAN or Finding.EXAM.
    finding = models.CharField(max_length=8, choices=Finding.choices)
    # The words of the text that gave rise to it.
    evidence = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("warning about a text")
        verbose_name_plural = _("warnings about texts")
        constraints = [models.UniqueConstraint(fields=["file", "finding"], name="warned_once_per_file")]

    def __str__(self) -> str:
        return f"{self.file_id}: {self.finding}"


class Custody(models.Model):
    """The library looks after a material whose authors are gone: its curators may correct the words about it. The authors stay named."""

    material = models.OneToOneField(Material, on_delete=models.CASCADE, related_name="custody")
    taken_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    since = models.DateField(default=timezone.localdate)

    class Meta:
        verbose_name = _("care of the library")
        verbose_name_plural = _("cares of libraries")

    def __str__(self) -> str:
        return str(self.material)
