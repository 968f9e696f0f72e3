"""What the worker does with a file."""

import datetime
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from django_tasks import default_task_backend
from django_tasks_db.models import DBTaskResult

from communities.models import Teacher
from foundation.files.errors import Unreadable
from foundation.files.storage import delete_stored, stored_names, temporary_folder
from foundation.text_search import parse_query
from resources import jobs
from resources.jobs import read_file
from resources.models import Material, MaterialFile, MaterialPreview
from resources.stale_jobs import MAX_ATTEMPTS, requeue_stale
from tests.factories import files
from tests.factories.materials import attach, make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_worker(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def file(anna: Teacher) -> MaterialFile:
    return attach(make_draft("", by=anna, files=()), by=anna, name="Документ1.docx", content=files.word("нихром"))


def found(word: str) -> int:
    return Material.objects.filter(search__everything__match=parse_query(word)).count()


def test_a_new_file_is_queued(file: MaterialFile) -> None:
    assert [job.args for job in default_task_backend.results] == [[file.pk]]
    assert (file.reading, found("нихромовая"), found("нихром")) == ("waiting", 0, 0)


def test_text_pictures_and_index(file: MaterialFile) -> None:
    read_file.func(file.pk)
    file.refresh_from_db()
    assert file.reading == "done"
    assert "нихром" in file.text
    assert found("нихрома") == 1
    pictures = list(MaterialPreview.objects.all())
    assert [picture.page for picture in pictures] == list(range(1, len(pictures) + 1))
    assert pictures
    for picture in pictures:
        assert default_storage.size(picture.stored_name) == picture.size
    assert list(temporary_folder().iterdir()) == []


def test_running_twice_is_running_once(file: MaterialFile, django_capture_on_commit_callbacks: Any) -> None:
    read_file.func(file.pk)
    before = list(MaterialPreview.objects.values_list("file", "page", "pages_total", "width", "height", "size"))
    with django_capture_on_commit_callbacks(execute=True):
        read_file.func(file.pk)
    assert list(MaterialPreview.objects.values_list("file", "page", "pages_total", "width", "height", "size")) == before
    assert len(list(stored_names())) == 1 + len(before)


def test_killed_between_pictures_and_rows_it_starts_anew(file: MaterialFile, monkeypatch: Any) -> None:
    def die(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "index_material", die)
        with pytest.raises(KeyboardInterrupt):
            read_file.func(file.pk)
    file.refresh_from_db()
    assert (file.text, file.reading, MaterialPreview.objects.count()) == ("", "waiting", 0)
    assert list(stored_names()) == [file.stored_name]
    read_file.func(file.pk)
    assert found("нихром") == 1


def test_what_cannot_be_read_is_kept_and_says_so(file: MaterialFile, monkeypatch: Any, anna: Teacher, client_of: Any) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise Unreadable("timeout")

    monkeypatch.setattr(jobs, "read_text", fail)
    monkeypatch.setattr(jobs, "render_previews", fail)
    read_file.func(file.pk)
    file.refresh_from_db()
    assert (file.reading, file.text) == ("failed", "")
    assert default_storage.exists(file.stored_name)
    page = client_of(anna).get(f"/materials/{file.version.material_id}/edit/").content.decode()
    assert "tag warn" in page


def test_an_unexpected_failure_is_said_too(file: MaterialFile, monkeypatch: Any) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(jobs, "render_previews", fail)
    with pytest.raises(RuntimeError):
        read_file.func(file.pk)
    file.refresh_from_db()
    assert file.reading == "failed"


def test_a_file_that_is_gone_is_no_failure(file: MaterialFile) -> None:
    MaterialFile.objects.all().delete()
    read_file.func(file.pk)
    delete_stored(file.stored_name)


def test_guesses_come_from_the_text(anna: Teacher) -> None:
    material = make_draft("", by=anna, files=())
    text = "Закон Ома для участка цепи\nЛабораторная работа, 8 класс\nСила тока, напряжение, сопротивление, амперметр".encode()
    file = attach(material, by=anna, name="Документ1.txt", content=text)
    material.refresh_from_db()
    assert (material.title, material.subject) == ("Документ1", None)
    read_file.func(file.pk)
    material.refresh_from_db()
    assert (material.title, material.subject.code, material.type.code, material.grade_from) == ("Закон Ома для участка цепи", "physics", "lab", 8)
    assert (material.slug, material.education_level.code) == ("zakon-oma-dlya-uchastka-tsepi", "basic")


def running(file: MaterialFile, *, minutes: int, begun: int) -> DBTaskResult:
    return DBTaskResult.objects.create(
        status="RUNNING",
        started_at=timezone.now() - datetime.timedelta(minutes=minutes),
        args_kwargs={"args": [file.pk], "kwargs": {}},
        task_path=read_file.module_path,
        worker_ids=[f"worker-{number}" for number in range(begun)],
        backend_name="default",
        run_after=timezone.now(),
    )


def test_the_job_of_a_killed_worker_is_put_back(file: MaterialFile) -> None:
    stale, fresh = running(file, minutes=20, begun=1), running(file, minutes=1, begun=1)
    assert requeue_stale() == (1, 0)
    assert [DBTaskResult.objects.get(pk=job.pk).status for job in (stale, fresh)] == ["READY", "RUNNING"]


def test_a_job_that_kills_its_workers_is_given_up(file: MaterialFile) -> None:
    deadly = running(file, minutes=20, begun=MAX_ATTEMPTS)
    assert requeue_stale() == (0, 1)
    assert DBTaskResult.objects.get(pk=deadly.pk).status == "FAILED"
    file.refresh_from_db()
    assert file.reading == "failed"
