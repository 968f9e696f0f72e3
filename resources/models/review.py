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


class Criterion(models.TextChoices):
    """The sheet a reviewer goes through (vocabularies.md)."""

    STANDARDS = "standards", _("conformity with the federal standards and programmes")
    ACCURACY = "accuracy", _("accuracy")
    METHOD = "method", _("method")
    REUSE = "reuse", _("reproducibility")
    RIGHTS = "rights", _("authorship and rights")
    SAFETY = "safety", _("personal data and safety")
    FORM = "form", _("design")


class Mark(models.TextChoices):
    YES = "yes", _("met")
    PARTLY = "partly", _("partly met")
    NO = "no", _("not met")


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


class ReviewMark(models.Model):
    """One line of a review's sheet."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="marks")
    criterion = models.CharField(max_length=12, choices=Criterion.choices)
    mark = models.CharField(max_length=8, choices=Mark.choices)

    class Meta:
        verbose_name = _("mark of a review")
        verbose_name_plural = _("marks of reviews")
        constraints = [models.UniqueConstraint(fields=["review", "criterion"], name="criterion_marked_once")]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.mark}"


class Suggestion(models.Model):
    """A reviewer's proposal for one field of a material; the author accepts or declines it."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="suggestions")
    # Name of a field of Material: title, annotation, topic, grades, type, purpose …
    field = models.CharField(max_length=20)
    # What stood there when it was proposed, and what is proposed: as a form would post it.
    before = models.TextField(blank=True)
    value = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    accepted = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["review", "field"], name="one_suggestion_a_field")]

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"
