"""A worker that is killed in the middle: the batch goes on by the queue, no material is made twice, nothing is half-made. Real processes."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django_tasks_db.models import DBTaskResult

from communities.models import Teacher
from foundation.files.storage import stored_names
from resources.models import Batch, BatchFile, Material, MaterialFile, MaterialPreview
from resources.models.batch import LineState, Stage
from tests.factories.batches import lessons, press, send, sent
from tests.factories.files import zipped

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PATIENCE = 120
MANY = 12

# Dies at a step of the third draft, at each of three places: before its files are kept, with everything written and not committed, right after the commit.
DEADLY = """
    import os, signal, sys
    import django
    django.setup()
    from django.core.management import call_command
    from resources import batch_jobs
    from foundation.files import receiving
    from resources.actions import batch_line, draft, material_file
    from resources.models import BatchLine
    place, calls = sys.argv[1], 0
    module = {"keep": receiving, "settle": batch_line, "index_material": material_file}[place]
    real = getattr(module, place)
    def deadly(*args, **kwargs):
        global calls
        making = BatchLine.objects.filter(state="queued").exists() or place == "settle"
        calls += making
        if calls == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    setattr(module, place, deadly)
    call_command("worker", "--batch", "--no-startup-delay")
"""


@pytest.fixture
def processes(settings: Any) -> Any:
    """Environment for processes on the test's own database, files and queue."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    folder = Path(settings.UPLOAD_TMP).parent
    lines = f"""
        from tests.settings import *
        DATABASES["default"]["NAME"] = {str(connection.settings_dict["NAME"])!r}
        MEDIA_ROOT = {str(settings.MEDIA_ROOT)!r}
        UPLOAD_TMP = {str(settings.UPLOAD_TMP)!r}
        TASKS = {{"default": {{"BACKEND": "django_tasks_db.DatabaseBackend"}}}}
    """
    (folder / "killed_settings.py").write_text(textwrap.dedent(lines))
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "killed_settings", "PYTHONPATH": f"{folder}{os.pathsep}{django_settings.BASE_DIR}"}


def worker(environment: dict[str, str], *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "worker", "--interval", "0.1", "--no-startup-delay", *more]
    return subprocess.Popen(command, cwd=django_settings.BASE_DIR, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)


def run_dry(environment: dict[str, str]) -> None:
    """A worker that ends when nothing is left to do."""
    ended = subprocess.run(
        [sys.executable, "manage.py", "worker", "--batch", "--no-startup-delay"],
        cwd=django_settings.BASE_DIR, env=environment, capture_output=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr.decode()


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def sent_batch(anna: Teacher, client_of: Any, many: int) -> tuple[Client, Batch]:
    desk = client_of(anna)
    return desk, send(desk, sent("уроки.zip", zipped(lessons(*(f"Урок {number:02}.txt" for number in range(many))))))


def everything_once(batch: Batch, many: int) -> None:
    batch.refresh_from_db()
    assert batch.stage == Stage.DONE
    assert set(batch.lines.values_list("state", flat=True)) == {LineState.MADE}
    assert sorted(Material.objects.values_list("title", flat=True)) == [f"Урок {number:02}" for number in range(many)]
    assert MaterialFile.objects.count() == many
    assert not BatchFile.objects.exists()


def nothing_left_behind() -> None:
    """After a sweep exactly the rows' files are there."""
    for name in stored_names():
        os.utime(Path(django_settings.MEDIA_ROOT) / name, (0, 0))
    for path in Path(django_settings.UPLOAD_TMP).iterdir():
        os.utime(path, (0, 0))
    call_command("sweep")
    kept = [*MaterialFile.objects.values_list("stored_name", flat=True), *MaterialPreview.objects.values_list("stored_name", flat=True)]
    assert sorted(stored_names()) == sorted(kept)
    call_command("check_storage")


def test_a_worker_killed_while_checking_and_while_making(anna: Teacher, client_of: Any, processes: dict[str, str]) -> None:
    desk, batch = sent_batch(anna, client_of, MANY)
    for state, begin in ((LineState.READY, None), (LineState.MADE, "make")):
        if begin:
            press(desk, batch, begin)
        working = worker(processes)
        wait_for(lambda state=state: batch.lines.filter(state=state).count() >= 2)
        os.killpg(working.pid, signal.SIGKILL)
        working.wait()
        assert batch.lines.filter(state=state).count() < MANY
        run_dry(processes)
        assert batch.lines.filter(state=state).count() == MANY
    everything_once(batch, MANY)
    nothing_left_behind()


@pytest.mark.parametrize("place", ["keep", "index_material", "settle"])
def test_a_worker_killed_at_the_worst_moment(place: str, anna: Teacher, client_of: Any, processes: dict[str, str]) -> None:
    desk, batch = sent_batch(anna, client_of, 4)
    run_dry(processes)
    press(desk, batch, "make")
    command = [sys.executable, "-c", textwrap.dedent(DEADLY), place]
    ended = subprocess.run(command, cwd=django_settings.BASE_DIR, env=processes, capture_output=True, timeout=PATIENCE, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    # Whatever was cut off: a material has its file, its line knows it.
    assert Material.objects.count() == MaterialFile.objects.count() == batch.lines.filter(state=LineState.MADE).count() < 4
    assert DBTaskResult.objects.running().count() == 1
    run_dry(processes)
    everything_once(batch, 4)
    nothing_left_behind()


def test_a_line_that_kills_its_worker_is_given_up_and_says_so(anna: Teacher, client_of: Any, processes: dict[str, str]) -> None:
    _desk, batch = sent_batch(anna, client_of, 1)
    run_dry(processes)
    press(_desk, batch, "make")
    job = DBTaskResult.objects.ready().get()
    for _time in range(3):
        job.claim(f"{'0' * 16}-1-dead")
        DBTaskResult.objects.filter(pk=job.pk).update(started_at="2020-01-01T00:00:00Z")
        job.refresh_from_db()
        call_command("sweep")
        job.refresh_from_db()
    assert batch.lines.get().state == LineState.BROKEN
    assert "не справился" in batch.lines.get().problems[0]
    batch.refresh_from_db()
    assert batch.stage == Stage.CHECKED
