"""What a variant of a material may be: which licences its original allows, and who may see it at most."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from resources.models import Material
from resources.models.material import Licence, Visibility

# Licence of the original → licences of a variant, the one proposed first. CC BY asks for the name alone; ShareAlike for the same terms;
# what is for the network stays in the network.
MATRIX: dict[str, tuple[str, ...]] = {
    Licence.CC_BY: (Licence.CC_BY, Licence.CC_BY_SA, Licence.NETWORK),
    Licence.CC_BY_SA: (Licence.CC_BY_SA,),
    Licence.NETWORK: (Licence.NETWORK,),
}
EXPLAINED: dict[str, Promise] = {
    Licence.CC_BY: _("The authors allow changes if they are named. You choose the terms of your variant; the portal names them on its page."),
    Licence.CC_BY_SA: _("The authors allow changes under the same terms: your variant gets the same licence, and they are named on its page."),
    Licence.NETWORK: _("The authors allow use inside the network alone: your variant stays in the network too, and they are named on its page."),
}
WIDTH = {Visibility.LIBRARY: 0, Visibility.NETWORK: 1, Visibility.PUBLIC: 2}


def original_of(material: Material) -> Material | None:
    """What the material is a variant of; None for an original. One query, unless it was fetched with the material."""
    version = material.derived_from
    return version.material if version else None


def allowed_licences(original: Material) -> tuple[str, ...]:
    """Licences of a variant of `original`."""
    return MATRIX[original.licence]


def widest_visibility(original: Material, licence: str) -> Visibility:
    """A variant is seen by no more people than its original, and one for the network never by everyone."""
    visibility = Visibility(original.visibility)
    return Visibility.NETWORK if licence == Licence.NETWORK and visibility == Visibility.PUBLIC else visibility


def fit_variant(variant: Material, original: Material) -> None:
    """Bring licence, visibility and shelf of a variant inside what its original allows; saves nothing.

    A licence that the variant was published under stays: licences once given are not taken back when the original's changes.
    """
    if variant.licence not in allowed_licences(original) and variant.published_on is None:
        variant.licence = allowed_licences(original)[0]
    widest = widest_visibility(original, variant.licence)
    if WIDTH[Visibility(variant.visibility)] > WIDTH[widest]:
        variant.visibility = widest
    if widest == Visibility.LIBRARY:
        variant.library = original.library
