"""Many materials at once, the teacher's side: files are sent, the check is asked for, lines are put right or left out, drafts are made."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from communities.models import Community, School, Teacher
from foundation.files.check import CheckedFile, kind_by_name, max_bytes, safe_name, sha256_of
from foundation.files.errors import FileRejected, rejected
from foundation.files.human import human_size
from foundation.files.storage import append_chunk, delete_stored, keep, temporary_folder
from resources.access import may_put, may_upload
from resources.actions.batch_line import forget_files, settle
from resources.actions.draft import library_of
from resources.actions.material_file import used_bytes
from resources.actions.upload import StillChecking
from resources.batch_jobs import check_line, make_line, read_sources
from resources.models import Batch, BatchFile, BatchLine
from resources.models.batch import LineState, Stage
from resources.quotas import check_shelf
from resources.stored import delete_all_stored

# Batches of one person that are not finished, and files sent for one.
MAX_OPEN, MAX_FILES = 20, 600


# --- files come -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_batch(key: UUID, *, by: Teacher) -> Batch:
    """The person's batch of this key, made when it is not there. Raises Batch.DoesNotExist for somebody else's, ValidationError for one too many."""
    if not may_upload(by):
        raise PermissionDenied("only confirmed teachers upload")
    owner = Teacher.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    batch = Batch.objects.filter(pk=key).first()
    if batch is None:
        if Batch.objects.filter(teacher=owner).unfinished().count() >= MAX_OPEN:
            text = ngettext(
                "You have %(number)s unfinished batch. Finish or discard one first.",
                "You have %(number)s unfinished batches. Finish or discard one first.",
                MAX_OPEN,
            )
            raise ValidationError(text % {"number": MAX_OPEN}, code="batches_many")
        # Two may say the same key at once: one of them makes the row.
        batch = Batch.objects.get_or_create(pk=key, defaults={"teacher": owner, "language": get_language() or settings.LANGUAGE_CODE})[0]
    if batch.teacher_id != by.pk:
        raise Batch.DoesNotExist
    return batch


def limit_of(name: str) -> int:
    """Bytes that a file of a batch may have: a ZIP holds many."""
    return settings.BATCH_MAX_BYTES if name.lower().endswith(".zip") else max_bytes()


@transaction.atomic
def announce_file(batch: Batch, name: str, size: int, *, by: Teacher, line: BatchLine | None = None) -> BatchFile:
    """A file of `size` bytes is on its way; the same one that broke off goes on. Raises FileRejected before a byte is sent.

    What is announced has its room: it is counted under the lock of the person's row.
    """
    shown = safe_name(name)
    kind_by_name(shown)
    if size <= 0:
        raise rejected("file_empty")
    if size > limit_of(shown):
        raise rejected("file_large", limit=human_size(limit_of(shown)))
    owner = Teacher.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    locked = _own(batch, by)
    if locked.stage != Stage.COLLECTING and line is None:
        raise FileRejected("batch_closed", _("The files of this batch are being checked or are checked already. Begin a new batch for more."))
    broken_off = locked.files.filter(name=shown, size=size, stored_name=None, line=line).first()
    if broken_off is not None:
        return broken_off
    if locked.files.count() >= MAX_FILES:
        raise FileRejected("files_many", _("There are too many files in this batch; expected at most %(limit)s. Pack them into a ZIP.") % {"limit": MAX_FILES})
    _check_room(owner, size)
    Batch.objects.filter(pk=locked.pk).update(changed_at=timezone.now())
    return BatchFile.objects.create(batch=locked, name=shown, size=size, line=line)


def _check_room(owner: Teacher, size: int) -> None:
    """The person's quota, with what was sent for batches and has not become drafts."""
    sent = BatchFile.objects.filter(batch__teacher=owner).aggregate(total=Sum("size"))["total"] or 0
    free = settings.TEACHER_QUOTA_BYTES - used_bytes(owner) - sent
    if size > free:
        text = _("Your files would take more than %(limit)s, and %(free)s is free. Remove old drafts or choose smaller files.")
        raise FileRejected("over_quota", text, {"limit": human_size(settings.TEACHER_QUOTA_BYTES), "free": human_size(max(0, free))})


def temporary_path(file: BatchFile) -> Path:
    """Where the bytes lie until the last one has come."""
    return temporary_folder() / f"upload-{file.pk}"


def received_bytes(file: BatchFile) -> int:
    """How much has surely come: the offset to go on from."""
    if file.stored_name:
        return file.size
    path = temporary_path(file)
    return path.stat().st_size if path.exists() else 0


def receive_piece(file: BatchFile, offset: int, stream: IO[bytes]) -> int:
    """Write a piece that begins at `offset`; answers how much has come in all. Raises WrongOffset, FileRejected, StorageTrouble."""
    path = temporary_path(file)
    path.touch(mode=0o600)
    received = append_chunk(path, offset, stream, limit=file.size)
    BatchFile.objects.filter(pk=file.pk, stored_name=None).update(received=received)
    Batch.objects.filter(pk=file.batch_id).update(changed_at=timezone.now())
    return received


def finish_file(file: BatchFile) -> BatchFile:
    """All bytes are there: the file is durable in storage before its row says so. A second call changes nothing. Raises StillChecking, StorageTrouble."""
    path = temporary_path(file)
    try:
        digest = sha256_of(path)
        name = keep(path, CheckedFile(kind_by_name(file.name), file.size, digest, file.name))
    except FileNotFoundError as gone:
        file.refresh_from_db()
        if file.stored_name is None:
            raise StillChecking from gone
        return file
    if not BatchFile.objects.filter(pk=file.pk, stored_name=None).update(stored_name=name, sha256=digest, received=file.size):
        delete_stored(name)
    file.refresh_from_db()
    return file


def bring_file(batch: Batch, name: str, path: Path, *, by: Teacher, line: BatchLine | None = None) -> BatchFile:
    """A file that came whole, with a plain form; the temporary file is taken over. Raises FileRejected, StorageTrouble, and then nothing is left of it."""
    try:
        same = batch.files.filter(name=safe_name(name), sha256=sha256_of(path), line=line).first()
        if same is not None:
            # The form was sent twice.
            path.unlink()
            return same
        file = announce_file(batch, name, path.stat().st_size, by=by, line=line)
        path.replace(temporary_path(file))
        return finish_file(file)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@transaction.atomic
def remove_file(file: BatchFile, *, by: Teacher) -> None:
    """Take a file out of a batch whose files are still being collected; its bytes go after the commit."""
    if _own(file.batch, by).stage != Stage.COLLECTING:
        return
    names, path = [file.stored_name] if file.stored_name else [], temporary_path(file)
    file.delete()

    def forget() -> None:
        delete_all_stored(names)
        path.unlink(missing_ok=True)

    transaction.on_commit(forget)


# --- check, make ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def start_check(batch: Batch, owner: Community | School | None, licence: str, *, by: Teacher) -> None:
    """Have the worker read what was sent, for the library of `owner`; asked twice, it is done once. Raises ValidationError for what has not come whole."""
    locked = _own(batch, by)
    if locked.stage != Stage.COLLECTING:
        return
    library = library_of(owner)
    if not may_put(by, library):
        raise PermissionDenied("not a library of this teacher")
    files = list(locked.files.filter(line=None))
    if not files:
        raise ValidationError(_("Choose a ZIP or several files first."), code="no_files")
    if late := [file.name for file in files if file.stored_name is None]:
        text = _("Not all files have come whole: %(names)s. Choose them again, the upload goes on from the same place, or remove them.")
        raise ValidationError(text % {"names": ", ".join(late[:5])}, code="not_whole")
    locked.library, locked.licence, locked.stage, locked.problems, locked.notes = library, licence, Stage.CHECKING, [], []
    locked.language, locked.changed_at = get_language() or settings.LANGUAGE_CODE, timezone.now()
    locked.save()
    read_sources.enqueue(str(locked.pk))


@transaction.atomic
def reopen_files(batch: Batch, *, by: Teacher) -> None:
    """Back to the files, to mend the table or to add what is missing; the lines are read anew then. Not once a draft was made."""
    locked = _own(batch, by)
    if locked.stage != Stage.CHECKED:
        return
    if locked.lines.filter(state=LineState.MADE).exists():
        raise ValidationError(_("Drafts of this batch are made already: mend its lines one by one, or begin a new batch for the rest."), code="made_already")
    locked.lines.all().delete()
    Batch.objects.filter(pk=locked.pk).update(stage=Stage.COLLECTING, notes=[], problems=[], changed_at=timezone.now())


@transaction.atomic
def make_drafts(batch: Batch, *, by: Teacher) -> int:
    """Queue every line that is ready; answers how many, 0 the second time. Raises FileRejected when they do not fit: then nothing is queued."""
    owner = Teacher.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    locked = _own(batch, by)
    if locked.stage != Stage.CHECKED or locked.library_id is None:
        return 0
    ready = list(locked.lines.filter(state=LineState.READY))
    sizes = [line.size for line in ready]
    free = settings.TEACHER_QUOTA_BYTES - used_bytes(owner)
    if sum(sizes) > free:
        text = _("The drafts take %(size)s, and %(free)s of your %(limit)s is free. Remove old drafts, or leave lines out here.")
        params = {"size": human_size(sum(sizes)), "free": human_size(max(0, free)), "limit": human_size(settings.TEACHER_QUOTA_BYTES)}
        raise FileRejected("over_quota", text, params)
    check_shelf(locked.library_id, sizes)
    BatchLine.objects.filter(pk__in=[line.pk for line in ready]).update(state=LineState.QUEUED)
    for line in ready:
        make_line.enqueue(line.pk)
    settle(locked.pk)
    return len(ready)


# --- lines ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def drop_line(line: BatchLine, *, by: Teacher) -> None:
    """Leave a line out; nothing happens to one that is being made or is made."""
    _own(line.batch, by)
    BatchLine.objects.filter(pk=line.pk, state__in=[LineState.READY, LineState.BROKEN]).update(state=LineState.DROPPED)
    settle(line.batch_id)


@transaction.atomic
def drop_broken(batch: Batch, *, by: Teacher) -> None:
    """Leave out every line that needs a hand."""
    locked = _own(batch, by)
    locked.lines.filter(state=LineState.BROKEN).update(state=LineState.DROPPED)
    settle(locked.pk)


@transaction.atomic
def retry_lines(batch: Batch, *, by: Teacher, line: BatchLine | None = None) -> int:
    """Check broken lines once more, or a line that was left out; answers how many. Without files there is nothing to check."""
    locked = _own(batch, by)
    if locked.stage == Stage.DONE:
        return 0
    lines = locked.lines.filter(state=LineState.BROKEN) if line is None else locked.lines.filter(pk=line.pk, state__in=[LineState.BROKEN, LineState.DROPPED])
    again = [entry for entry in lines if entry.files]
    BatchLine.objects.filter(pk__in=[entry.pk for entry in again]).update(state=LineState.WAITING, problems=[])
    for entry in again:
        check_line.enqueue(entry.pk)
    settle(locked.pk)
    return len(again)


@transaction.atomic
def correct_line(line: BatchLine, values: Mapping[str, Any], file: BatchFile | None, *, by: Teacher) -> None:
    """Put a line right: what a person says replaces what its row said, `file` its files; then it is checked again."""
    locked = _own(line.batch, by)
    fresh = BatchLine.objects.select_for_update(of=("self",)).get(pk=line.pk, batch=locked)
    if fresh.state not in (LineState.READY, LineState.BROKEN, LineState.DROPPED) or locked.stage == Stage.DONE:
        return
    fresh.values = {name: value for name, value in (fresh.values | dict(values)).items() if value not in (None, "", [])}
    if file is not None:
        fresh.files = [{"file": str(file.pk), "place": None, "name": file.name, "size": file.size}]
    fresh.row_problems, fresh.problems, fresh.guessed = [], [], {}
    if not fresh.files:
        raise ValidationError(_("This line has no file: choose one."), code="no_files")
    fresh.state = LineState.WAITING
    fresh.save()
    check_line.enqueue(fresh.pk)
    settle(locked.pk)


@transaction.atomic
def discard_batch(batch: Batch, *, by: Teacher) -> None:
    """Forget a batch with everything that was sent for it; drafts that were made stay."""
    locked = _own(batch, by)
    forget_files(locked)
    locked.delete()


@transaction.atomic
def forget_batch(batch: Batch, *, untouched_since: datetime.datetime) -> bool:
    """The same for one that nobody has touched since; answers whether it was so."""
    locked = Batch.objects.select_for_update(of=("self",)).filter(pk=batch.pk, changed_at__lt=untouched_since).first()
    if locked is None:
        return False
    forget_files(locked)
    locked.delete()
    return True


def _own(batch: Batch, by: Teacher) -> Batch:
    """The batch, locked until the transaction ends."""
    if not may_upload(by) or batch.teacher_id != by.pk:
        raise PermissionDenied("one's own batches alone")
    return Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
