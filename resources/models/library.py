"""Libraries: whose shelf a material stands on, who cares for it, by which rules."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.models import Community, School, Teacher


class Library(models.Model):
    """A library of the network (no owner), of one community or of one school; it decides who reviews and who its members are."""

    community = models.OneToOneField(Community, verbose_name=_("community"), on_delete=models.PROTECT, null=True, blank=True, related_name="library")
    school = models.OneToOneField(School, verbose_name=_("school"), on_delete=models.PROTECT, null=True, blank=True, related_name="library")
    # Review and tidy the shelf beside those who do so by office (methodists, the community's leaders, the school's coordinator).
    curators = models.ManyToManyField(Teacher, verbose_name=_("curators"), related_name="curated_libraries", blank=True)
    # What the library takes and what not, in words for its authors.
    rules = models.TextField(_("rules"), max_length=2000, blank=True)
    # A code of `Licence`; empty: the author chooses without a hint.
    default_licence = models.CharField(_("licence proposed to authors"), max_length=10, blank=True)
    # Accepting reviews that publish a material.
    reviews_needed = models.PositiveSmallIntegerField(_("reviews needed"), default=1)
    # Days from sending to the date by which a review is promised.
    review_days = models.PositiveSmallIntegerField(_("days for a review"), default=7)

    # Bytes that its materials may take; empty: LIBRARY_QUOTA_BYTES, and no bound for the network's own.
    quota_bytes = models.PositiveBigIntegerField(_("room for files"), null=True, blank=True)

    class Meta:
        verbose_name = _("library")
        verbose_name_plural = _("libraries")
        constraints = [
            models.UniqueConstraint(models.Value(1), condition=Q(community=None, school=None), name="one_network_library"),
            models.CheckConstraint(condition=Q(community=None) | Q(school=None), name="library_has_one_owner"),
            models.CheckConstraint(condition=Q(reviews_needed__gte=1, reviews_needed__lte=3), name="one_to_three_reviews"),
        ]

    def __str__(self) -> str:
        return str(self.owner or _("Library of the network"))

    @property
    def owner(self) -> Community | School | None:
        """The community or school it belongs to; None for the network's own."""
        return self.community or self.school
