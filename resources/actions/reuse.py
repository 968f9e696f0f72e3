"""«Used at a lesson»: marking, telling how it went, taking the mark back."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.levels import derive_level
from communities.models import School, Teacher
from foundation import activity
from foundation.activity import InteractionLevel
from resources.models import Material, Reuse
from resources.models.material import Status
from resources.versions import current_version


def why_not_mark(material: Material, teacher: Teacher) -> str:
    """Why this confirmed teacher cannot mark the material as used, in words for the person; empty when they can."""
    if material.status not in (Status.PUBLISHED, Status.REVIEW):
        return _("Only a published material can be marked as used at a lesson.")
    if any(authorship.teacher_id == teacher.pk for authorship in material.authorships.all()):
        return _("You are an author of this material. Uses by colleagues are counted: they show that it helps others too.")
    return ""


@transaction.atomic
def mark_used(material: Material, *, by: Teacher, on: datetime.date | None = None, group: str = "", note: str = "") -> Reuse:
    """`by` used the material at a lesson on that day (today). A second mark of the same day is the same row, and tells more if it brings words.

    Raises ValidationError with the reason when the person cannot mark it (an author their own), or for a day to come.
    """
    reason = why_not_mark(material, by)
    if reason:
        raise ValidationError(reason, code="not_for_you")
    day = on or timezone.localdate()
    if day > timezone.localdate():
        raise ValidationError(_("This lesson has not taken place yet: choose today or an earlier day."), code="future")
    _lock(material)
    told = {"group": group, "note": note}
    created = {**told, "version": current_version(material), "school": by.school}
    reuse, is_new = Reuse.objects.get_or_create(material=material, teacher=by, used_on=day, defaults=created)
    if is_new:
        _recount(material)
        activity.record("reused", by=by, target=material, community=material.library.community, level=_level(material, by.school), on=day)
    elif group or note:
        _tell(reuse, **told)
    return reuse


@transaction.atomic
def report_use(reuse: Reuse, *, by: Teacher, group: str, note: str) -> Reuse:
    """Tell in which class it was and how it went. Only the person who used it may: PermissionDenied."""
    _own(reuse, by)
    return _tell(reuse, group=group, note=note)


@transaction.atomic
def undo_use(reuse: Reuse, *, by: Teacher) -> None:
    """Take the mark back: the row goes, the ledger gets a compensating one. Only the person who used it may: PermissionDenied.

    Of two undos at once one does the work.
    """
    _own(reuse, by)
    material = reuse.material
    _lock(material)
    removed, _rows = Reuse.objects.filter(pk=reuse.pk).delete()
    if removed:
        _recount(material)
        activity.record(
            "reused", by=by, target=material, community=material.library.community, level=_level(material, reuse.school), on=reuse.used_on, delta=-1
        )


def _own(reuse: Reuse, by: Teacher) -> None:
    if reuse.teacher_id != by.pk:
        raise PermissionDenied("somebody else's use")


def _tell(reuse: Reuse, *, group: str, note: str) -> Reuse:
    reuse.group, reuse.note = group, note
    reuse.save(update_fields=["group", "note"])
    return reuse


def _lock(material: Material) -> None:
    # Two marks at once are recounted one after the other; otherwise PostgreSQL would count each without the other's row.
    Material.objects.select_for_update().only("pk").get(pk=material.pk)


def _recount(material: Material) -> None:
    uses = Reuse.objects.filter(material=OuterRef("pk")).order_by().values("material")
    Material.objects.filter(pk=material.pk).update(
        reuse_count=Coalesce(Subquery(uses.annotate(count=Count("pk")).values("count")), 0),
        reuse_school_count=Coalesce(Subquery(uses.annotate(count=Count("school", distinct=True)).values("count")), 0),
    )
    material.refresh_from_db(fields=["reuse_count", "reuse_school_count"])


def _level(material: Material, school: School | None) -> InteractionLevel:
    """Between the user's school and the authors'."""
    authors = material.authorships.select_related("teacher__school")
    return derive_level([school, *(authorship.teacher.school for authorship in authors)])
