"""«Make my variant»: an attributed derivative of what is published."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from communities.models import Teacher
from resources.access import may_adapt
from resources.actions.copying import copied_files
from resources.actions.draft import AUTHOR, create_draft
from resources.actions.indexing import index_material
from resources.licences import allowed_licences, fit_variant
from resources.models import Material, MaterialFile, MaterialVersion
from resources.models.material import Status
from resources.versions import current_version, recount_files

COPIED = ("annotation", "type", "subject", "education_level", "grade_from", "grade_to", "purpose", "topic", "equipment", "duration_minutes", "visibility")
# What would be guessed from the files again: the original's words are a person's choice.
SAID = ("title", "type", "subject", "grades", "topic", "education_level")


def adapt_material(material: Material, *, by: Teacher, licence: str) -> Material:
    """A draft of `by` with the words and copies of the files of the current version; `derived_from` names the original for ever.

    Pressed twice it is the same draft, as long as nobody has touched it.
    The original's licence decides: raises ValidationError for one it does not allow, FileRejected when the copies do not fit the quota.
    """
    if not may_adapt(by, material):
        raise PermissionDenied("confirmed teachers adapt what is published")
    version = current_version(material)
    if licence not in allowed_licences(material) or version is None:
        raise ValidationError(_("The authors' terms do not allow this licence for a variant."), code="licence")
    sources = list(MaterialFile.objects.filter(version_id=version.content_id).order_by("order", "id"))
    try:
        return _write_variant(material, version, sources, by=by, licence=licence)
    except _AlreadyMade as twice:
        return twice.variant


class _AlreadyMade(Exception):
    """The button was pressed twice: the second copies go again."""

    def __init__(self, variant: Material) -> None:
        super().__init__()
        self.variant = variant


def _write_variant(material: Material, version: MaterialVersion, sources: list[MaterialFile], *, by: Teacher, licence: str) -> Material:
    with copied_files(sources, owner=by) as write, transaction.atomic():
        # Two presses at once come one after the other.
        Material.objects.select_for_update(of=("self",)).only("pk").get(pk=material.pk)
        same = Material.objects.filter(derived_from=version, created_by=by, licence=licence, status=Status.DRAFT, changed_at=F("created_at")).first()
        if same is not None:
            raise _AlreadyMade(same)
        variant = create_draft(material.title, by=by)
        for name in COPIED:
            setattr(variant, name, getattr(material, name))
        variant.derived_from, variant.licence, variant.changed_at = version, licence, variant.created_at
        variant.filled_by = dict.fromkeys(SAID, AUTHOR)
        fit_variant(variant, material)
        variant.save()
        first = variant.versions.get()
        write(first)
        recount_files(variant, first)
        index_material(variant)
    return variant
