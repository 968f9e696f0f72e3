"""Reviews: a colleague's decision on a material."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Teacher
from resources.models.material import Material, MaterialVersion


class Decision(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    RETURNED = "returned", _("returned with comments")
    REJECTED = "rejected", _("rejected")


class Review(models.Model):
    """A review of one version. A decision other than acceptance says why."""

    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="reviews")
    version = models.ForeignKey(MaterialVersion, on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="reviews")
    decision = models.CharField(_("decision"), max_length=8, choices=Decision.choices)
    comment = models.TextField(_("comment for the authors"), max_length=4000, blank=True)
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["decided_at", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(decision="accepted") | ~models.Q(comment=""), name="refusal_says_why")]

    def __str__(self) -> str:
        return f"{self.material}: {self.decision}"
