"""The worker's side of a batch: its sources become lines, a line is checked, a line becomes a draft.

Every step may run twice or be killed at any point: a line is the key, its state is changed under its lock, and with the draft in one transaction.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities.models import EducationLevel, Subject, Teacher
from foundation.files.bundles import take_member
from foundation.files.check import max_bytes
from foundation.files.errors import FileRejected, StorageTrouble, rejected
from foundation.files.human import human_size
from foundation.files.receiving import Received, check_received
from foundation.files.storage import CHUNK, new_temporary, open_stored, opened_in_place, temporary_folder
from foundation.files.trouble import trouble_of
from resources.access import may_put
from resources.actions.material_file import kept_files, write_material
from resources.batch_sources import ReadLine
from resources.batch_table import at
from resources.guessing import guess, most_telling
from resources.models import Batch, BatchFile, BatchLine, Equipment, Material, MaterialType, Purpose
from resources.models.batch import LineState, Stage
from resources.stored import delete_all_stored

logger = logging.getLogger(__name__)

# Fields of a draft that a line keeps by primary key.
REFERENCES = {"subject": Subject, "type": MaterialType, "education_level": EducationLevel, "purpose": Purpose, "equipment": Equipment}


class Overtaken(Exception):
    """The line is further than this job believes."""


# --- sources ------------------------------------------------------------------------------------------------------------


@contextmanager
def source_path(file: BatchFile) -> Iterator[Path]:
    """The bytes of a file of a batch as a local path; where the storage is elsewhere, of a copy that the batch's other lines use, too.

    Raises FileNotFoundError. A copy that is left is swept as every temporary file.
    """
    name = file.stored_name or ""
    if (in_place := opened_in_place(name)) is not None:
        yield in_place
        return
    path = temporary_folder() / f"batch-{file.pk}"
    if not path.exists():
        part = new_temporary()
        try:
            with open_stored(name) as source, part.open("wb") as target:
                while chunk := source.read(CHUNK):
                    target.write(chunk)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    yield path


def write_lines(batch: Batch, lines: list[ReadLine], *, problems: list[str], notes: list[str]) -> list[BatchLine]:
    """Lines of a batch that is being checked, once; with `problems` of the whole it goes back to its teacher. Answers what is to be checked."""
    with transaction.atomic():
        locked = Batch.objects.select_for_update().get(pk=batch.pk)
        if locked.stage != Stage.CHECKING or locked.lines.exists():
            return []
        locked.problems, locked.notes, locked.changed_at = problems, notes, timezone.now()
        if problems:
            locked.stage = Stage.COLLECTING
            locked.save()
            return []
        locked.save()
        rows = [
            BatchLine(
                batch=locked,
                order=order,
                row=line.row,
                files=line.files,
                values=line.values,
                row_problems=line.problems,
                notes=line.notes,
                state=LineState.WAITING if line.files else LineState.BROKEN,
            )
            for order, line in enumerate(lines, 1)
        ]
        written = BatchLine.objects.bulk_create(rows, batch_size=200)
    settle(batch.pk)
    return [line for line in written if line.state == LineState.WAITING]


def settle(batch_id: Any) -> None:
    """Bring the stage of a batch in line with its lines. When the last is done, the files that were sent go after the commit."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update().filter(pk=batch_id).exclude(stage=Stage.COLLECTING).first()
        if batch is None:
            return
        counts = dict(batch.lines.order_by().values_list("state").annotate(count=Count("pk")))
        stage = stage_of(counts)
        if stage == batch.stage:
            Batch.objects.filter(pk=batch.pk).update(changed_at=timezone.now())
            return
        batch.stage, batch.changed_at = stage, timezone.now()
        batch.save(update_fields=["stage", "changed_at"])
        if stage == Stage.DONE:
            forget_files(batch)


def stage_of(counts: dict[str, int]) -> Stage:
    """The stage that follows from how many lines are in which state."""
    if counts.get(LineState.WAITING):
        return Stage.CHECKING
    if counts.get(LineState.QUEUED):
        return Stage.MAKING
    return Stage.CHECKED if counts.get(LineState.READY) or counts.get(LineState.BROKEN) else Stage.DONE


def forget_files(batch: Batch) -> None:
    """Remove what was sent: rows now, bytes after the commit. Inside the caller's transaction."""
    files = list(batch.files.values_list("pk", "stored_name"))
    names = [name for _pk, name in files if name]
    copies = [temporary_folder() / f"{kind}-{pk}" for pk, _name in files for kind in ("batch", "upload")]
    batch.files.all().delete()

    def forget() -> None:
        delete_all_stored(names)
        for path in copies:
            path.unlink(missing_ok=True)

    transaction.on_commit(forget)


# --- one line -------------------------------------------------------------------------------------------------------------


@contextmanager
def unpacked(line: BatchLine) -> Iterator[list[Received]]:
    """The checked files of a line in temporary files, gone at the end unless somebody kept them. Raises FileRejected, FileNotFoundError, StorageTrouble."""
    paths: list[Path] = []
    files = BatchFile.objects.filter(batch=line.batch_id).in_bulk([entry["file"] for entry in line.files])
    known = {str(pk): file for pk, file in files.items()}
    try:
        received = []
        for entry in line.files:
            if entry["file"] not in known:
                raise FileNotFoundError(entry["name"])
            paths.append(path := new_temporary())
            received.append(_take(known[entry["file"]], entry, path, many=len(line.files) > 1))
        yield received
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def _take(file: BatchFile, entry: dict[str, Any], path: Path, *, many: bool) -> Received:
    name = PurePosixPath(entry["name"]).name
    try:
        if entry["size"] > max_bytes():
            raise rejected("file_large", limit=human_size(max_bytes()))
        if entry["place"] is not None and name.lower().endswith(".zip"):
            raise rejected("archive_nested", member=name)
        with source_path(file) as source:
            if entry["place"] is not None:
                take_member(source, entry["place"], path)
            else:
                _copy(source, path)
        return check_received(path, name)
    except FileRejected as rejection:
        if not many:
            raise
        raise FileRejected(rejection.code or "", f"“{name}”: {' '.join(rejection.messages)}") from rejection


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as read, target.open("wb") as written:
        while chunk := read.read(CHUNK):
            written.write(chunk)


@contextmanager
def _troubles(line: BatchLine, found: list[str]) -> Iterator[None]:
    """What may happen to a line, as sentences for its teacher; what nobody foresaw is said and raised."""
    try:
        yield
    except FileRejected as rejection:
        found.append(at(line.row, "file", " ".join(rejection.messages)) if line.row else " ".join(rejection.messages))
    except FileNotFoundError:
        found.append(_("The file that was sent is no longer there. Choose it again in the correction of this line."))
    except PermissionDenied:
        found.append(_("You may no longer put materials into this library."))
    except (OSError, StorageTrouble) as failure:
        trouble = trouble_of(failure)
        if trouble is None:
            raise
        logger.exception("storage trouble with line %s of a batch", line.pk)
        found.append(str(trouble.words))


def check_waiting_line(line: BatchLine) -> None:
    """Look into the files of a line that waits: whether they are taken, their hashes, what their names tell."""
    problems: list[str] = []
    with override(line.batch.language), _troubles(line, problems), unpacked(line) as received:
        for entry, got in zip(line.files, received, strict=True):
            entry |= {"sha256": got.checked.sha256, "size": got.checked.size}
        line.guessed = _guessed(line, received)
    state = LineState.BROKEN if problems or line.row_problems else LineState.READY
    fields = {"files": line.files, "guessed": line.guessed, "problems": problems, "state": state}
    BatchLine.objects.filter(pk=line.pk, state=LineState.WAITING).update(**fields)
    settle(line.batch_id)


def _guessed(line: BatchLine, received: list[Received]) -> dict[str, Any]:
    """What the names tell of fields that nobody has said."""
    names = [entry.checked.safe_name for entry in received]
    leading = most_telling(names)
    kind = received[leading].checked.kind.code
    own = list(line.batch.teacher.subjects.values_list("code", flat=True))
    others = [name for place, name in enumerate(names) if place != leading]
    found = guess(names[leading], "", kind=kind, own_subjects=own, other_names=others)
    told = {"title": found.title, "type": found.type, "subject": found.subject, "grades": list(found.grades or ())}
    return {name: value for name, value in told.items() if value and name not in line.values}


def make_queued_line(line: BatchLine) -> None:
    """Make the draft of a line that is to be made. Draft, files and the line's new state are one transaction: killed anywhere, there is all or nothing."""
    problems: list[str] = []
    with override(line.batch.language), suppress(Overtaken), _troubles(line, problems), unpacked(line) as received, kept_files(received) as stored:
        _write_draft(line, received, stored)
    if problems:
        BatchLine.objects.filter(pk=line.pk, state=LineState.QUEUED).update(state=LineState.BROKEN, problems=problems)
    settle(line.batch_id)


def _write_draft(line: BatchLine, received: list[Received], stored: list[str]) -> None:
    with transaction.atomic():
        # The owner's row before the draft that refers to it: two lines at once would otherwise wait for each other.
        owner = Teacher.objects.select_for_update(of=("self",), no_key=True).get(pk=line.batch.teacher_id)
        locked = BatchLine.objects.select_for_update(of=("self",)).filter(pk=line.pk, state=LineState.QUEUED).first()
        if locked is None:
            # Another worker was faster: what this one kept goes.
            raise Overtaken
        if line.batch.library is None or not may_put(owner, line.batch.library):
            raise PermissionDenied("left the community or school meanwhile")
        locked.material = write_material(draft_values(line), received, stored, by=owner)
        locked.state, locked.problems = LineState.MADE, []
        locked.save(update_fields=["material", "state", "problems"])


def draft_values(line: BatchLine) -> dict[str, Any]:
    """What was said of a line, as `save_draft` takes it. One query for each list that is named."""
    batch = line.batch
    values = dict(line.values)
    for name, model in REFERENCES.items():
        if name in values:
            values[name] = model.objects.filter(pk=values[name]).first()  # type: ignore[attr-defined]
    if "grades" in values:
        values["grades"] = tuple(values["grades"]) if values["grades"] else None
    values.setdefault("licence", batch.licence)
    if "visibility" not in values:
        values["visibility"] = Material._meta.get_field("visibility").default
    return values | {"library": batch.library.owner if batch.library else None}


def give_up_line(line_id: int) -> None:
    """Its job has ended the worker too often: the line waits for a person instead of for ever."""
    line = BatchLine.objects.select_related("batch").filter(pk=line_id).first()
    if line is not None:
        break_line(line)


def break_line(line: BatchLine) -> None:
    """Something went wrong that nobody foresaw: the line says so and can be tried again."""
    with override(line.batch.language):
        text = _("The portal could not do this line. Try again; if it does not help, choose the file anew or leave the line out.")
    BatchLine.objects.filter(pk=line.pk, state__in=[LineState.WAITING, LineState.QUEUED]).update(state=LineState.BROKEN, problems=[text])
    settle(line.batch_id)
