"""Libraries: whose shelf a material stands on."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.models import Community


class Library(models.Model):
    """A library of the network (community empty) or of one community; it decides who reviews and who its members are."""

    community = models.OneToOneField(Community, verbose_name=_("community"), on_delete=models.PROTECT, null=True, blank=True, related_name="library")
    # Accepting reviews that publish a material.
    reviews_needed = models.PositiveSmallIntegerField(_("reviews needed"), default=1)

    class Meta:
        verbose_name = _("library")
        verbose_name_plural = _("libraries")
        constraints = [models.UniqueConstraint(models.Value(1), condition=Q(community=None), name="one_network_library")]

    def __str__(self) -> str:
        return str(self.community) if self.community_id else str(_("Library of the network"))
