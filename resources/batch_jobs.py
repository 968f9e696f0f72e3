"""Jobs of batches. Behind the others in the queue: five hundred lines must not hold up the mails. Run twice or killed, the outcome is the same."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from foundation.files.trouble import trouble_of
from resources.actions.batch_line import break_line, check_waiting_line, give_up_line, make_queued_line, settle, source_path, write_lines
from resources.batch_sources import read_batch
from resources.models import Batch, BatchLine
from resources.models.batch import LineState, Stage

PRIORITY = -10


@task(priority=PRIORITY)
def read_sources(batch_id: str) -> None:
    """List what a batch was sent as and queue the check of each line."""
    batch = Batch.objects.filter(pk=batch_id, stage=Stage.CHECKING).first()
    if batch is None:
        return
    with override(batch.language):
        try:
            read = read_batch(batch, source_path)
            lines, problems, notes = read.lines, read.problems, read.notes
        except Exception as failure:
            trouble = trouble_of(failure)
            _return(batch, str(trouble.words) if trouble else _unread())
            raise
        # The queue is in the database: lines and their jobs come together or not at all.
        with transaction.atomic():
            waiting = write_lines(batch, lines, problems=problems, notes=notes)
            for line in waiting:
                check_line.enqueue(line.pk)


def _unread() -> str:
    return _("The portal could not read what was sent. Save the archive and the table anew and choose them again.")


def _return(batch: Batch, sentence: str) -> None:
    write_lines(batch, [], problems=[sentence], notes=[])


@task(priority=PRIORITY)
def check_line(line_id: int) -> None:
    """Look into the files of one line."""
    _run(line_id, LineState.WAITING, check_waiting_line)


@task(priority=PRIORITY)
def make_line(line_id: int) -> None:
    """Make the draft of one line."""
    _run(line_id, LineState.QUEUED, make_queued_line)


def _run(line_id: int, state: LineState, step: Callable[[BatchLine], None]) -> None:
    """A line that is gone or further by now is no failure."""
    line = BatchLine.objects.select_related("batch__teacher", "batch__library__community", "batch__library__school").filter(pk=line_id).first()
    if line is None:
        return
    if line.state != state:
        settle(line.batch_id)
        return
    try:
        step(line)
    except Exception:
        break_line(line)
        raise


def give_up_batch(batch_id: str | UUID) -> None:
    """Reading has ended the worker too often."""
    batch = Batch.objects.filter(pk=batch_id, stage=Stage.CHECKING).first()
    if batch is not None:
        with override(batch.language):
            _return(batch, _unread())


# What becomes of a job that was begun too often, by the path of its function.
GIVEN_UP: dict[str, Callable[..., None]] = {read_sources.module_path: give_up_batch, check_line.module_path: give_up_line, make_line.module_path: give_up_line}
