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
from foundation.files.storage import append_chunk, temporary_folder
from resources.access import may_change_files
from resources.actions.draft import create_draft
from resources.actions.material_file import add_files, check_received, check_room
from resources.guessing import guess_title
from resources.models import Material, MaterialFile, Upload


class StillChecking(Exception):
    """Another request is finishing this upload at the moment: ask again."""


def temporary_path(upload: Upload) -> Path:
    """Where the bytes lie until the last one has come."""
    return temporary_folder() / f"upload-{upload.pk}"


def start_upload(name: str, size: int, *, by: Teacher, material: Material | None = None) -> Upload:
    """Announce a file of `size` bytes; without a material the draft is made here. Raises FileRejected; then nothing is made."""
    shown = safe_name(name)
    kind_by_name(shown)
    if size <= 0:
        raise rejected("file_empty")
    if size > max_bytes():
        raise rejected("file_large", limit=human_size(max_bytes()))
    if material is not None and not may_change_files(by, material):
        raise PermissionDenied("files of this material do not change now")
    with transaction.atomic():
        owner = Teacher.objects.select_for_update(of=("self",)).get(pk=material.created_by_id if material else by.pk)
        check_room(owner, [size], material=material)
        if material is None:
            material = create_draft("", by=by)
            material.title = guess_title(shown)
            material.save(update_fields=["title"])
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

    Raises FileRejected, and then the upload and its bytes are gone; StillChecking when another request is at it.
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
        abandon_upload(upload)
        raise


def abandon_upload(upload: Upload) -> None:
    """Forget an unfinished upload; a finished one is a file already and stays."""
    if Upload.objects.filter(pk=upload.pk, file=None).delete()[0]:
        temporary_path(upload).unlink(missing_ok=True)
