"""Jobs whose worker was killed: found by the worker's place and process, or by the time they have been running, and put back into the queue."""

import hashlib
import os
import secrets
import socket
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from resources.batch_jobs import GIVEN_UP
from resources.jobs import mark_unreadable, read_file

# A worker bounds each look into a file to 40 s; what runs for so much longer was killed.
STALE = timedelta(minutes=15)
# A job that killed its worker that often is not tried again.
MAX_ATTEMPTS = 3


def _place() -> str:
    """One and the same for processes that know each other by number: this start of this machine, this container. Empty where Linux does not say."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        space = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return ""
    return hashlib.sha256(f"{socket.gethostname()} {boot} {space}".encode()).hexdigest()[:16]


def worker_name() -> str:
    """A name for this process as a worker, by which others here can tell whether it still lives."""
    return f"{_place() or 'worker'}-{os.getpid()}-{secrets.token_hex(8)}"


def is_dead(name: str, *, own: str = "") -> bool:
    """Whether the worker of this name surely runs no longer; one of another place may. A new process with the old number is `own`."""
    place, _dash, rest = name.partition("-")
    number = rest.partition("-")[0]
    if not place or place != _place() or not number.isdigit() or name == own:
        return False
    return int(number) == os.getpid() or not Path(f"/proc/{number}").exists()


def requeue_stale(older_than: timedelta = STALE, *, own: str = "") -> tuple[int, int]:
    """Put jobs whose worker was killed back into the queue; answers how many, and how many were given up. `own` is the asking worker's name.

    A job that has been begun MAX_ATTEMPTS times is given up: it may be what kills the worker.
    """
    edge = timezone.now() - older_than
    again = given_up = 0
    for job in DBTaskResult.objects.running():
        if job.started_at >= edge and not (job.worker_ids and is_dead(job.worker_ids[-1], own=own)):
            continue
        if len(job.worker_ids) < MAX_ATTEMPTS:
            again += DBTaskResult.objects.filter(pk=job.pk, status=TaskResultStatus.RUNNING, started_at=job.started_at).update(status=TaskResultStatus.READY)
        else:
            job.set_failed(TimeoutError(f"begun {len(job.worker_ids)} times"))
            given_up += 1
            _give_up(job)
    return again, given_up


def _give_up(job: DBTaskResult) -> None:
    deed = {**GIVEN_UP, read_file.module_path: mark_unreadable}.get(job.task_path)
    if deed is not None:
        with suppress(IndexError, KeyError, TypeError):
            deed(job.args_kwargs["args"][0])
