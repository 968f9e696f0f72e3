"""New versions of published materials: prepared beside the published one, reviewed like it, current at the moment of acceptance."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.notify import notify
from communities.models import Teacher
from resources.access import OPEN_VERSION, may_make_version
from resources.actions.copying import copied_files
from resources.actions.indexing import index_material
from resources.models import Material, MaterialFile, MaterialPreview, MaterialVersion
from resources.models.material import Preparation, Status
from resources.stored import delete_all_stored
from resources.versions import current_version, next_number, prepared_version, recount_files


def start_version(material: Material, *, by: Teacher, changes: str, with_files: bool = True) -> MaterialVersion:
    """Begin the next version: with copies of the current files to change some of them, or empty. Readers go on getting the published one.

    Raises PermissionDenied; ValidationError when a version is being prepared already; FileRejected when the copies do not fit the quota.
    """
    if not may_make_version(by, material):
        raise PermissionDenied("authors make new versions of what is published")
    if prepared_version(material):
        raise ValidationError(_("A new version is being prepared already."), code="in_preparation")
    current = current_version(material)
    sources = list(MaterialFile.objects.filter(version_id=current.content_id).order_by("order", "id")) if with_files and current else []
    try:
        with copied_files(sources, owner=material.created_by) as write, transaction.atomic():
            locked = Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
            version = MaterialVersion.objects.create(material=locked, number=next_number(locked), changes=changes, preparation=Preparation.DRAFT, created_by=by)
            write(version)
    except IntegrityError as taken:
        raise ValidationError(_("A new version is being prepared already."), code="in_preparation") from taken
    return version


@transaction.atomic
def describe_version(material: Material, *, by: Teacher, changes: str) -> None:
    """Say anew what changes in the version in preparation."""
    if not may_make_version(by, material):
        raise PermissionDenied("authors describe their versions")
    material.versions.filter(preparation__in=OPEN_VERSION).update(changes=changes)


def discard_version(material: Material, *, by: Teacher) -> None:
    """Give the version in preparation up: its files go. One that colleagues have reviewed stays in the history as not published."""
    if not may_make_version(by, material):
        raise PermissionDenied("authors give their versions up")
    with transaction.atomic():
        locked = Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
        version = locked.versions.filter(preparation__in=OPEN_VERSION).first()
        if version is None:
            return
        names = list(version.files.values_list("stored_name", flat=True))
        names += MaterialPreview.objects.filter(file__version=version).values_list("stored_name", flat=True)
        if version.reviews.exists():
            version.files.all().delete()
            MaterialVersion.objects.filter(pk=version.pk).update(preparation=Preparation.CLOSED)
        else:
            version.delete()
        transaction.on_commit(lambda: delete_all_stored(names))


def submit_version(version: MaterialVersion, *, at: datetime.datetime, due: datetime.date) -> None:
    """Send the version to the library's reviewers; part of `submit_material`'s transaction, the row is locked."""
    if not MaterialVersion.objects.filter(pk=version.pk, preparation__in=OPEN_VERSION).update(preparation=Preparation.REVIEW):
        raise ValidationError(_("This material has been sent already."), code="sent_already")
    Material.objects.filter(pk=version.material_id).update(submitted_at=at, review_due_on=due, changed_at=at)


@transaction.atomic
def withdraw_version(material: Material, *, by: Teacher) -> None:
    """Take the new version back from review. Raises ValidationError when somebody has decided meanwhile."""
    if not may_make_version(by, material):
        raise PermissionDenied("authors take back what waits for review")
    Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
    if not material.versions.filter(preparation=Preparation.REVIEW).update(preparation=Preparation.DRAFT):
        raise ValidationError(_("A reviewer has just decided; the material cannot be taken back."), code="decided_already")


def publish_version(version: MaterialVersion) -> None:
    """Readers get this version from now on, and those who used an older one are told. Part of the caller's transaction, on a locked material."""
    material = Material.objects.select_related("library__community").get(pk=version.material_id)
    newest = next_number(material) - 1
    if version.number < newest:
        # An import or a restored version came in between: the newest published one has the highest number.
        version.number = newest + 1
    version.preparation, version.created_at = Preparation.READY, timezone.now()
    version.save(update_fields=["preparation", "number", "created_at"])
    _become_current(material, version)


def refuse_version(version: MaterialVersion, *, is_final: bool) -> None:
    """A reviewer returned it with comments, or (`is_final`) does not want it at all; what is published stays published."""
    version.preparation = Preparation.CLOSED if is_final else Preparation.RETURNED
    version.save(update_fields=["preparation"])


@transaction.atomic
def restore_version(material: Material, number: int, *, by: Teacher) -> MaterialVersion:
    """Make an older version current again: a new version with its files, of which no byte is copied. They were reviewed once: no review now.

    Raises PermissionDenied; ValidationError when there is no such older version.
    """
    if not may_make_version(by, material):
        raise PermissionDenied("authors bring versions back")
    locked = Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
    current = current_version(locked)
    old = locked.versions.ready().filter(number=number).first()
    if old is not None and current is not None and old.content_id == current.content_id and old.number < current.number:
        # Pressed twice: it is current already.
        return current
    if old is None or current is None or old == current:
        raise ValidationError(_("There is no such older version."), code="no_version")
    words = _("Version %(number)s is brought back.") % {"number": old.number}
    version = MaterialVersion.objects.create(material=locked, number=next_number(locked), changes=words, restored_from_id=old.content_id, created_by=by)
    _become_current(locked, version)
    return version


def _become_current(material: Material, version: MaterialVersion) -> None:
    material.changed_at = timezone.now()
    material.save(update_fields=["changed_at"])
    recount_files(material, version)
    index_material(material)
    _tell_users(material, version)


def _tell_users(material: Material, version: MaterialVersion) -> None:
    """Whoever used the material and is not its author learns of the version."""
    used = material.reuses.exclude(teacher__in=material.authorships.values("teacher")).values("teacher")
    if material.status == Status.PUBLISHED:
        users = Teacher.objects.filter(pk__in=used)
        notify("new-version", to=users, about=material, by=version.created_by, key=str(version.number))
