"""The closed lists of the library; their entries come with data migrations."""

from django.utils.translation import gettext_lazy as _

from foundation.models import ReferenceItem


class MaterialType(ReferenceItem):
    """Type of a material: lesson map, worksheet, olympiad tasks …"""

    class Meta(ReferenceItem.Meta):
        verbose_name = _("type of a material")
        verbose_name_plural = _("types of materials")


class Purpose(ReferenceItem):
    """Level of difficulty a material is meant for: basic, advanced, olympiad, special needs, mixed-grade class."""

    class Meta(ReferenceItem.Meta):
        verbose_name = _("level of difficulty")
        verbose_name_plural = _("levels of difficulty")


class Equipment(ReferenceItem):
    """What a lesson with the material needs."""

    class Meta(ReferenceItem.Meta):
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")
