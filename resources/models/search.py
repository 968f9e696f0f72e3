"""What the search reads: stems of a material's words, written in the transaction that changes the material."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.text_search.fields import StemsField
from resources.models.material import Material


class MaterialSearch(models.Model):
    """The search document of one material; can be rebuilt at any time from the material and its files."""

    material = models.OneToOneField(Material, on_delete=models.CASCADE, primary_key=True, related_name="search")
    # Stems of the title alone, for ranking; and of everything: title, annotation, topic, authors, files' text.
    title = StemsField()
    everything = StemsField()

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")

    def __str__(self) -> str:
        return str(self.material_id)
