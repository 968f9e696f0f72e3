"""Files of a material: temporary file → durable in storage → row, in this order; and back in the opposite order."""

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Teacher
from foundation.files import receiving
from foundation.files.check import CheckedFile, check_upload
from foundation.files.errors import FileRejected, Unreadable
from foundation.files.human import human_size
from foundation.files.metadata import STRIPPABLE, strip_office_metadata
from foundation.files.receiving import Received
from foundation.files.storage import delete_stored, keep, local_copy, new_temporary
from resources.access import OPEN, OPEN_VERSION, may_change_files
from resources.actions.draft import create_draft, fill_guesses, save_draft
from resources.actions.indexing import index_material
from resources.jobs import read_file
from resources.models import Material, MaterialFile, MaterialVersion, Upload
from resources.models.file import Reading
from resources.quotas import check_shelf
from resources.stored import delete_all_stored
from resources.versions import recount_files, working_version

MAX_FILES = 20


def used_bytes(teacher: Teacher) -> int:
    """What the files of a teacher's materials take, with what was announced for these, by co-authors too, and is still on its way."""
    kept = MaterialFile.objects.filter(version__material__created_by=teacher).aggregate(total=Sum("size"))["total"] or 0
    coming = Upload.objects.filter(material__created_by=teacher, file=None).aggregate(total=Sum("size"))["total"] or 0
    return kept + coming


def check_room(owner: Teacher, sizes: Sequence[int], *, material: Material | None = None) -> None:
    """Raise FileRejected when files of these sizes (bytes) go over the owner's quota or the number of files of a material."""
    taken = 0
    if material is not None:
        taken = MaterialFile.objects.filter(version=working_version(material)).count() + material.uploads.filter(file=None).count()
    if taken + len(sizes) > MAX_FILES:
        text = ngettext("A material has at most %(number)s file.", "A material has at most %(number)s files.", MAX_FILES) % {"number": MAX_FILES}
        raise FileRejected("files_many", text)
    free = settings.TEACHER_QUOTA_BYTES - used_bytes(owner)
    if sum(sizes) > free:
        text = _("Your files would take more than %(limit)s, and %(free)s is free. Remove old drafts or choose smaller files.")
        raise FileRejected("over_quota", text, {"limit": human_size(settings.TEACHER_QUOTA_BYTES), "free": human_size(max(0, free))})


def kept_files(received: Sequence[Received], *, upload: Upload | None = None) -> AbstractContextManager[list[str]]:
    """As `receiving.kept_files`; what a resumable `upload` has brought stays where the storage is full or away, so that it goes on later."""
    return receiving.kept_files(received, spared=lambda path: _is_whole(path, upload))


def _is_whole(path: Path, upload: Upload | None) -> bool:
    """Whether the temporary file still holds what came: a picture that was encoded anew has another length."""
    return upload is not None and path.exists() and path.stat().st_size == upload.size


def made_of(form_key: uuid.UUID | None, by: Teacher) -> Material | None:
    """The material that this person's form has made already. One query, none without a key."""
    return Material.objects.filter(form_key=form_key, created_by=by).first() if form_key else None


def bring_material(values: Mapping[str, Any], received: Sequence[Received], *, by: Teacher, form_key: uuid.UUID | None = None) -> Material:
    """A new draft with its words and files: both or neither. `values` as for `save_draft`.

    The same form sent twice at the same moment is the material that the first one made; the files that came second are gone.
    """
    try:
        with kept_files(received) as stored, transaction.atomic():
            return write_material(values, received, stored, by=by, form_key=form_key)
    except IntegrityError:
        made = made_of(form_key, by)
        if made is None and form_key and Material.objects.filter(form_key=form_key).exists():
            raise PermissionDenied("somebody else's form") from None
        if made is None:
            raise
        return made


def write_material(
    values: Mapping[str, Any], received: Sequence[Received], stored: Sequence[str], *, by: Teacher, form_key: uuid.UUID | None = None
) -> Material:
    """The rows of a new draft whose files are kept (`kept_files`); inside the caller's transaction."""
    return _change(create_draft(values.get("title", ""), by=by, form_key=form_key), values, received, stored, by=by)


def change_material(
    material: Material, values: Mapping[str, Any], received: Sequence[Received], *, by: Teacher, seen: datetime.datetime | None = None
) -> Material:
    """Write changed words and add files: both or neither. Raises ChangedMeanwhile, and then the received files are gone, too."""
    with kept_files(received) as stored, transaction.atomic():
        return _change(material, values, received, stored, by=by, seen=seen)


def _change(
    material: Material, values: Mapping[str, Any], received: Sequence[Received], stored: Sequence[str], *, by: Teacher, seen: datetime.datetime | None = None
) -> Material:
    changed = save_draft(material, values, by=by, seen=seen)
    if received:
        if not may_change_files(by, changed):
            raise PermissionDenied("files of this material do not change now")
        _write_rows(changed, received, stored, None)
        changed.refresh_from_db()
    return changed


def add_files(material: Material, received: Sequence[Received], *, by: Teacher, upload: Upload | None = None) -> list[MaterialFile]:
    """Keep checked files and write their rows: all of them or none. `upload` is the resumable upload that the one file came by.

    Each file is durable before its row exists; when the rows fail, the files go. A crash in between leaves orphans for `sweep`.
    """
    if not may_change_files(by, material):
        raise PermissionDenied("files of this material do not change now")
    with kept_files(received, upload=upload) as stored, transaction.atomic():
        return _write_rows(material, received, stored, upload)


def _write_rows(material: Material, received: Sequence[Received], stored: Sequence[str], upload: Upload | None) -> list[MaterialFile]:
    fresh = Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
    if upload is None:
        # The owner's row is locked so that two forms sent at once do not both fit into the last free place; an upload has its place already.
        owner = Teacher.objects.select_for_update(of=("self",), no_key=True).get(pk=fresh.created_by_id)
        check_room(owner, [entry.checked.size for entry in received], material=fresh)
    check_shelf(fresh.library_id, [entry.checked.size for entry in received])
    version = _open_version(fresh)
    last = version.files.aggregate(last=Max("order"))["last"]
    first = 0 if last is None else last + 1
    files = [
        MaterialFile.objects.create(
            version=version,
            order=first + place,
            stored_name=name,
            original_name=entry.checked.safe_name,
            kind=entry.checked.kind.code,
            media_type=entry.checked.media_type,
            size=entry.checked.size,
            sha256=entry.checked.sha256,
            metadata=entry.checked.metadata,
        )
        for place, (entry, name) in enumerate(zip(received, stored, strict=True))
    ]
    if upload is not None and not Upload.objects.filter(pk=upload.pk, file=None).update(file=files[0], received=upload.size):
        raise Upload.DoesNotExist
    _after_change(fresh)
    for file in files:
        # The queue is in the database: the job lives or dies with the row.
        read_file.enqueue(file.pk)
    return files


def _after_change(material: Material) -> None:
    """Recount what lists show, guess anew, index; inside the transaction that changed the files. A version in preparation shows nowhere yet."""
    material.changed_at = timezone.now()
    material.save(update_fields=["changed_at"])
    version = working_version(material)
    if version.preparation:
        return
    recount_files(material, version)
    fill_guesses(material)
    index_material(material)


def remove_file(file: MaterialFile, *, by: Teacher) -> None:
    """Take a file off a material; its bytes go after the commit."""
    material = _opened(file, by)
    with transaction.atomic():
        fresh = Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
        _open_version(fresh)
        names = [file.stored_name, *file.previews.values_list("stored_name", flat=True)]
        file.delete()
        _after_change(fresh)
        _forget(names)


def move_file(file: MaterialFile, *, by: Teacher, up: bool) -> None:
    """Exchange a file with its neighbour; at the edge nothing happens."""
    material = _opened(file, by)
    with transaction.atomic():
        fresh = Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
        _open_version(fresh)
        files = list(MaterialFile.objects.filter(version=file.version_id))
        place = files.index(file)
        other = place - 1 if up else place + 1
        if not 0 <= other < len(files):
            return
        files[place], files[other] = files[other], files[place]
        for order, entry in enumerate(files):
            entry.order = order
        MaterialFile.objects.bulk_update(files, ["order"])
        _after_change(fresh)


def strip_metadata(file: MaterialFile, *, by: Teacher) -> list[str]:
    """Replace an office file by the same without its author, company and the like; answers what was cut. Raises FileRejected."""
    material = _opened(file, by)
    if file.kind not in STRIPPABLE:
        raise FileRejected("metadata_kind", _("The portal cannot remove personal details from files of this type. Save the file anew without them."))
    source, target = local_copy(file.stored_name), new_temporary()
    try:
        removed = strip_office_metadata(source, target)
        _replace_content(file, material, check_upload(target, file.original_name), target)
    except Unreadable as unreadable:
        raise FileRejected("metadata_failed", _("The personal details could not be removed: the file is too complex or damaged.")) from unreadable
    finally:
        source.unlink(missing_ok=True)
        target.unlink(missing_ok=True)
    return removed


def _replace_content(file: MaterialFile, material: Material, checked: CheckedFile, path: Path) -> None:
    old, new = file.stored_name, keep(path, checked)
    try:
        with transaction.atomic():
            fresh = Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
            _open_version(fresh)
            changed = {"stored_name": new, "size": checked.size, "sha256": checked.sha256, "metadata": checked.metadata}
            if not MaterialFile.objects.filter(pk=file.pk, stored_name=old).update(**changed):
                raise ValidationError(_("This file has just been changed by somebody else."), code="file_changed")
            _after_change(fresh)
            _forget([old])
            if MaterialFile.objects.filter(pk=file.pk, reading=Reading.WAITING).exists():
                # A job that is reading the old content will find it replaced and stop.
                read_file.enqueue(file.pk)
    except BaseException:
        delete_stored(new)
        raise


def _opened(file: MaterialFile, by: Teacher) -> Material:
    material = file.version.material
    if not may_change_files(by, material) or file.version_id != working_version(material).pk:
        raise PermissionDenied("files of this material do not change now")
    return material


def _open_version(material: Material) -> MaterialVersion:
    """The version whose files change, looked at under the material's lock: it may have been sent or published a moment ago."""
    version = working_version(material)
    if material.status not in OPEN and version.preparation not in OPEN_VERSION:
        raise PermissionDenied("files of this material do not change now")
    return version


def _forget(names: Iterable[str]) -> None:
    """Remove stored files once the rows are surely gone."""
    gone = list(names)
    transaction.on_commit(lambda: delete_all_stored(gone))
