"""Diplomas, certificates and letters of thanks, each with a number and a code that anybody may check."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Teacher
from events.models.best_practice import Cohort
from events.models.contest import Result
from events.models.event import Event


def certificate_code() -> str:
    """160 random bits in groups of four, as on every paper of the portal."""
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    signs = "".join(secrets.choice(alphabet) for _ in range(32))
    return "-".join(signs[start : start + 4] for start in range(0, 32, 4))


class Paper(models.TextChoices):
    """The papers of `vocabularies.md`."""

    WINNER = "winner", _("winner's diploma")
    PRIZE = "prize", _("prize-winner's diploma")
    PARTICIPANT = "participant", _("certificate of participation")
    HONOUR = "honour", _("certificate of honour")
    THANKS = "thanks", _("letter of thanks")
    BEST_PRACTICE = "best-practice", _("certificate of a best-practice school")


class PaperDesign(models.Model):
    """How a paper of an event or cohort looks and reads; the words may hold {name}, {event}, {award}, {date}, {hours}."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, null=True, blank=True, related_name="paper_designs")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, null=True, blank=True, related_name="paper_designs")
    paper = models.CharField(max_length=13, choices=Paper.choices)
    title = models.CharField(_("title"), max_length=80)
    words = models.CharField(_("words"), max_length=600)
    signer = models.CharField(_("who signs, with the office"), max_length=160, blank=True)
    colour = models.CharField(_("colour"), max_length=7, default="#1d5b45")

    class Meta:
        verbose_name = _("design of a paper")
        verbose_name_plural = _("designs of papers")
        constraints = [
            models.UniqueConstraint(fields=["event", "paper"], condition=Q(event__isnull=False), name="design_once_an_event"),
            models.UniqueConstraint(fields=["cohort", "paper"], condition=Q(cohort__isnull=False), name="design_once_a_cohort"),
        ]

    def __str__(self) -> str:
        return self.title


class Certificate(models.Model):
    """One paper of one recipient: issued once, whatever runs twice. Its facts are frozen; it may be revoked, never changed."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="certificates")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, null=True, blank=True, related_name="certificates")
    paper = models.CharField(max_length=13, choices=Paper.choices)
    # «teacher:12», «pupil:7»: who it is for, so that the constraint can say «once».
    recipient_key = models.CharField(max_length=40)
    # Whose it is: a teacher's own, or the coach's who hands it to the pupil.
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="certificates")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, null=True, blank=True, related_name="certificates")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=40, unique=True, default=certificate_code)
    # What is printed: title, words, name, masked name, event, date, signer, colour, hours.
    facts = models.JSONField()
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    revoke_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["year", "number"]
        constraints = [
            models.CheckConstraint(condition=Q(event__isnull=False, cohort=None) | Q(event=None, cohort__isnull=False), name="certificate_of_one_thing"),
            models.UniqueConstraint(
                fields=["event", "paper", "recipient_key"], condition=Q(event__isnull=False, revoked_at=None), name="certificate_of_event_once"
            ),
            models.UniqueConstraint(
                fields=["cohort", "paper", "recipient_key"], condition=Q(cohort__isnull=False, revoked_at=None), name="certificate_of_cohort_once"
            ),
            models.UniqueConstraint(fields=["year", "number"], name="certificate_number_once"),
        ]

    def __str__(self) -> str:
        return f"№ {self.year}-{self.number:05d}"


class CertificateSeries(models.Model):
    """The last number of a year, moved by a conditional UPDATE inside the issue."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("series of certificates")
        verbose_name_plural = _("series of certificates")

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class CertificateBatch(models.Model):
    """Papers of one kind for everybody of an event or cohort, issued by the worker; run twice or killed it issues each once."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, null=True, blank=True, related_name="certificate_batches")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, null=True, blank=True, related_name="certificate_batches")
    paper = models.CharField(max_length=13, choices=Paper.choices)
    asked_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("batch of certificates")
        verbose_name_plural = _("batches of certificates")
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.paper}: {self.done}/{self.total}"
