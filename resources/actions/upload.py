"""Resumable uploads: a file comes in pieces and becomes a MaterialFile with the last one. A broken line loses nothing.

The temporary file is the truth about how much has come; the row's `received` is for showing.
"""

from contextlib import suppress
from pathlib import Path
from typing import IO

from django.core.exceptions import PermissionDenied
from django.db import transaction

from communities.models import Teacher
from foundation.files.check import kind_by_name, max_bytes, safe_name
from foundation.files.errors import FileRejected, rejected
from foundation.files.human import human_size
from foundation.files.receiving import check_received
from foundation.files.storage import append_chunk, temporary_folder
from resources.access import may_change_files, may_discard
from resources.actions.draft import create_draft, discard_draft
from resources.actions.material_file import add_files, check_room
from resources.guessing import guess_title
from resources.models import Material, MaterialFile, Upload


class StillChecking(Exception):
    """Another request is finishing this upload at the moment: ask again."""


def temporary_path(upload: Upload) -> Path:
    """Where the bytes lie until the last one has come."""
    return temporary_folder() / f"upload-{upload.pk}"


def start_upload(name: str, size: int, *, by: Teacher, material: Material | None = None) -> Upload:
    """Announce a file of `size` bytes; without a material the draft is made here. Raises FileRejected, Material.DoesNotExist; then nothing is made."""
    shown = safe_name(name)
    kind_by_name(shown)
    if size <= 0:
        raise rejected("file_empty")
    if size > max_bytes():
        raise rejected("file_large", limit=human_size(max_bytes()))
    if material is not None and not may_change_files(by, material):
        raise PermissionDenied("files of this material do not change now")
    with transaction.atomic():
        if material is not None:
            # The material first, as everywhere: it may be going at this moment with the upload that made it.
            material = Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
        owner = Teacher.objects.select_for_update(of=("self",), no_key=True).get(pk=material.created_by_id if material else by.pk)
        check_room(owner, [size], material=material)
        if material is None:
            material = create_draft("", by=by)
            material.title, material.changed_at = guess_title(shown), material.created_at
            material.save(update_fields=["title", "changed_at"])
            # One moment for both: by it `_is_nothing_else` knows the upload that made the draft.
            return Upload.objects.create(material=material, teacher=by, name=shown, size=size, created_at=material.created_at)
        return Upload.objects.create(material=material, teacher=by, name=shown, size=size)


def received_bytes(upload: Upload) -> int:
    """How much has surely come: the offset to go on from. A temporary file that was swept away means from the beginning."""
    if upload.file_id:
        return upload.size
    with suppress(FileNotFoundError):
        return temporary_path(upload).stat().st_size
    return 0


def receive_chunk(upload: Upload, offset: int, stream: IO[bytes]) -> int:
    """Write a piece that begins at `offset`; answers how much has come in all. Raises WrongOffset, FileRejected."""
    path = temporary_path(upload)
    path.touch(mode=0o600)
    received = append_chunk(path, offset, stream, limit=upload.size)
    Upload.objects.filter(pk=upload.pk, file=None).update(received=received)
    return received


def finish_upload(upload: Upload, *, by: Teacher) -> MaterialFile:
    """Check the whole file and make it a file of the material; a second call answers the same row.

    Raises FileRejected, and then what `refuse_upload` takes away is gone; StillChecking when another request is at it.
    """
    if upload.file is not None:
        return upload.file
    path = temporary_path(upload)
    try:
        received = check_received(path, upload.name)
        return add_files(upload.material, [received], by=by, upload=upload)[0]
    except FileNotFoundError as gone:
        upload.refresh_from_db()
        if upload.file is None:
            raise StillChecking from gone
        return upload.file
    except FileRejected:
        refuse_upload(upload)
        raise


def abandon_upload(upload: Upload) -> None:
    """Forget an unfinished upload; a finished one is a file already and stays."""
    if Upload.objects.filter(pk=upload.pk, file=None).delete()[0]:
        temporary_path(upload).unlink(missing_ok=True)


def refuse_upload(upload: Upload) -> None:
    """Forget an upload whose file was not taken, and the draft that was made for it alone: of a refused file nothing stays."""
    with transaction.atomic():
        material = Material.objects.select_for_update(of=("self",)).filter(pk=upload.material_id).first()
        abandon_upload(upload)
        if material is not None and _is_nothing_else(material, upload):
            discard_draft(material, by=upload.teacher)


def _is_nothing_else(material: Material, upload: Upload) -> bool:
    """Whether this upload made the draft and nothing has come to it since: no file, no other upload, no word, no colleague."""
    untouched = upload.created_at == material.created_at == material.changed_at and not material.filled_by
    alone = not MaterialFile.objects.filter(version__material=material).exists() and not material.uploads.exists() and material.authorships.count() == 1
    return untouched and alone and may_discard(upload.teacher, material)
