"""Later: text and pictures of files, read by the worker. Run twice or killed at any point, the outcome is the same."""

import logging
import tempfile
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from foundation.files.errors import StorageTrouble, Unreadable
from foundation.files.previews import Preview, render_previews
from foundation.files.reading import read_text
from foundation.files.storage import keep_preview, local_copy, temporary_folder
from foundation.files.text_marks import without_marks
from foundation.text_similarity import signature
from resources.actions.care import write_warnings
from resources.actions.draft import fill_guesses
from resources.actions.indexing import index_material
from resources.actions.signatures import write_signatures
from resources.models import Material, MaterialFile, MaterialPreview
from resources.models.file import Reading
from resources.stored import delete_all_stored

logger = logging.getLogger(__name__)

# The storage was full or away: so long until the next try.
READ_LATER = timedelta(minutes=5)


@task()
def read_file(file_id: int) -> None:
    """Read a file's text and make pictures of its first pages; then guess and index, in the transaction that writes both.

    A file that cannot be read stays and says so. One that is gone in the meantime is no failure.
    """
    file = MaterialFile.objects.filter(pk=file_id).first()
    if file is None:
        return
    try:
        _read(file)
    except StorageTrouble as trouble:
        logger.error("file %s is read later: %s: %s", file_id, type(trouble).__name__, trouble)
        _read_later(file_id)
    except Exception:
        mark_unreadable(file_id)
        raise


def _read_later(file_id: int) -> None:
    """Once the storage answers again. A queue that knows no «later» (the tests' own) leaves the file waiting."""
    if read_file.get_backend().supports_defer:
        read_file.using(run_after=timezone.now() + READ_LATER).enqueue(file_id)


def _read(file: MaterialFile) -> None:
    source = local_copy(file.stored_name)
    try:
        with tempfile.TemporaryDirectory(dir=temporary_folder(), ignore_cleanup_errors=True) as folder:
            text, reading = _text_of(source, file.kind)
            _write(file, text, reading, _pictures_of(source, file.kind, Path(folder)))
    finally:
        source.unlink(missing_ok=True)


def _text_of(source: Path, kind: str) -> tuple[str, Reading]:
    try:
        return read_text(source, kind), Reading.DONE
    except Unreadable as unreadable:
        logger.warning("text of a %s file was not read: %s", kind, unreadable)
        return "", Reading.FAILED


def _pictures_of(source: Path, kind: str, folder: Path) -> list[Preview]:
    try:
        return render_previews(source, kind, folder)
    except Unreadable as unreadable:
        logger.warning("pages of a %s file were not drawn: %s", kind, unreadable)
        return []


def _write(file: MaterialFile, text: str, reading: Reading, pictures: list[Preview]) -> None:
    """Pictures into storage, then their rows with the text; the pictures of an earlier run go after the commit."""
    kept: list[tuple[str, int]] = []
    packed = signature(text)
    try:
        for picture in pictures:
            size = picture.path.stat().st_size
            kept.append((keep_preview(picture.path), size))
        with transaction.atomic():
            # The material first, as every action does: the same order of locks everywhere.
            material = Material.objects.select_for_update(of=("self",)).get(versions=file.version_id)
            if not MaterialFile.objects.filter(pk=file.pk, stored_name=file.stored_name).update(text=text, reading=reading):
                raise MaterialFile.DoesNotExist
            write_signatures({file.pk: packed})
            old = list(MaterialPreview.objects.filter(file=file).values_list("stored_name", flat=True))
            MaterialPreview.objects.filter(file=file).delete()
            MaterialPreview.objects.bulk_create(
                MaterialPreview(
                    file=file,
                    page=picture.page,
                    pages_total=picture.pages_total or len(pictures),
                    stored_name=name,
                    width=picture.width,
                    height=picture.height,
                    size=size,
                )
                for picture, (name, size) in zip(pictures, kept, strict=True)
            )
            write_warnings(file, without_marks(text))
            fill_guesses(material)
            index_material(material)
            transaction.on_commit(lambda: delete_all_stored(old))
    except BaseException as failure:
        delete_all_stored(name for name, _size in kept)
        if not isinstance(failure, (MaterialFile.DoesNotExist, Material.DoesNotExist)):
            raise


def mark_unreadable(file_id: int) -> None:
    """Say on the page that a file's text was not read, instead of promising it for ever."""
    MaterialFile.objects.filter(pk=file_id, reading=Reading.WAITING).update(reading=Reading.FAILED)
