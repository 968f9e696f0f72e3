"""The library with its files in an S3 bucket: everything that a folder does, and what people meet when it is full or away."""

import datetime
import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from communities.actions.photo import set_photo
from communities.models import Teacher
from foundation.files import storage
from foundation.files.errors import StorageAway
from network_portal.exchange import ImportRefused, run_export, run_import
from resources import storage_care
from resources.actions import material_file
from resources.jobs import read_file
from resources.models import Material, MaterialFile, MaterialPreview, Upload
from tests.factories import files
from tests.factories.bucket import BucketServer, free_port, refusing_server, use
from tests.factories.materials import attach, make_draft, sent
from tests.factories.shelf import add_file, stand

pytestmark = pytest.mark.django_db

NEW = "/materials/new/"
AWAY, FULL = "Хранилище файлов сейчас не отвечает", "закончилось место для файлов"


@pytest.fixture(autouse=True)
def no_worker(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def bad_port(request: pytest.FixtureRequest) -> Iterator[int]:
    """A port at which nobody listens, a server that does not know the key, or one that has no room; beside it the words to expect."""
    if request.param == "nobody":
        yield free_port()
        return
    status, code = {"wrong-key": (403, "InvalidAccessKeyId"), "full": (507, "XMinioStorageFull")}[request.param]
    with refusing_server(status, code) as port:
        yield port


TROUBLES = pytest.mark.parametrize(("bad_port", "words"), [("nobody", AWAY), ("wrong-key", AWAY), ("full", FULL)], indirect=["bad_port"])


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def piece(browser: Client, url: str, offset: int, data: bytes) -> Any:
    return browser.patch(url, data, content_type="application/octet-stream", headers={"Upload-Offset": str(offset), "Accept": "application/json"})


def temporary_left() -> list[str]:
    return [path.name for path in storage.temporary_folder().iterdir()]


# --- all is well ----------------------------------------------------------------------------------------------------------


def test_from_the_form_to_every_way_out(anna: Teacher, client_of: Any, bucket: BucketServer) -> None:
    word, sound = files.word(), files.mp3(2000)
    browser = client_of(anna)
    assert browser.post(NEW, {"files": [sent("конспект.docx", word), sent("урок.mp3", sound)]}).status_code == 302
    material = Material.objects.get()
    paper, record = MaterialFile.objects.all()
    assert sorted(bucket.keys("portal")) == sorted([f"files/{paper.stored_name}", f"files/{record.stored_name}"])
    assert temporary_left() == []

    answer = browser.get(f"/materials/{material.pk}/files/{paper.pk}/")
    assert (body(answer), answer["Content-Length"]) == (word, str(len(word)))
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == ("nosniff", "sandbox; default-src 'none'")

    answer = browser.get(f"/materials/{material.pk}/media/{record.pk}/", headers={"Range": "bytes=1000-1999"})
    assert (answer.status_code, answer["Content-Range"], body(answer)) == (206, f"bytes 1000-1999/{len(sound)}", sound[1000:2000])

    answer = browser.get(f"/materials/{material.pk}/archive/")
    packed = body(answer)
    assert len(packed) == int(answer["Content-Length"])
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {entry.filename: archive.read(entry) for entry in archive.infolist()} == {"конспект.docx": word, "урок.mp3": sound}

    read_file.func(paper.pk)
    paper.refresh_from_db()
    assert "нихром" in paper.text
    picture = MaterialPreview.objects.order_by("page").first()
    answer = browser.get(f"/materials/{material.pk}/previews/{picture.pk}/")
    assert (answer["Content-Type"], body(answer)[:4], int(answer["Content-Length"])) == ("image/webp", b"RIFF", picture.size)
    assert temporary_left() == []
    call_command("check_storage")


def test_a_resumable_upload_ends_in_the_bucket(anna: Teacher, client_of: Any, bucket: BucketServer) -> None:
    content, browser = files.word(), client_of(anna)
    state = browser.post("/materials/uploads/", {"name": "конспект.docx", "size": len(content)}).json()
    assert piece(browser, state["url"], 0, content[:1000]).json()["offset"] == 1000
    assert bucket.keys("portal") == []
    assert piece(browser, state["url"], 1000, content[1000:]).json()["done"] is True
    file = MaterialFile.objects.get()
    with storage.open_stored(file.stored_name) as stream:
        assert stream.read() == content
    assert temporary_left() == []


def test_removing_stripping_and_photos(anna: Teacher, client_of: Any, bucket: BucketServer, django_capture_on_commit_callbacks: Any) -> None:
    material = make_draft(by=anna, files=("1.txt",))
    attach(material, by=anna, name="имя.docx", content=files.word())
    plain, word = MaterialFile.objects.all()
    with django_capture_on_commit_callbacks(execute=True):
        material_file.strip_metadata(word, by=anna)
        material_file.remove_file(plain, by=anna)
        set_photo(anna, io.BytesIO(files.picture()), by=anna)
    word.refresh_from_db()
    assert sorted(storage.stored_names()) == sorted([word.stored_name, anna.photo])
    assert body(client_of(anna).get(reverse("teacher_photo", args=[anna.pk])))[:4] == b"RIFF"
    call_command("check_storage")


def test_a_variant_and_a_new_version_copy_inside_the_bucket(anna: Teacher, boris: Teacher, client_of: Any, bucket: BucketServer) -> None:
    material = stand(author=anna, licence="cc-by", files=("Закон Ома",))
    original = MaterialFile.objects.get()
    assert client_of(boris).post(reverse("material_adapt", args=[material.pk]), {"licence": "cc-by"}).status_code == 302
    copy = MaterialFile.objects.exclude(pk=original.pk).get()
    assert copy.stored_name != original.stored_name
    with storage.open_stored(copy.stored_name) as stream:
        assert stream.read().decode() == "Закон Ома"


def test_sweep_and_check_storage_in_a_bucket(anna: Teacher, bucket: BucketServer, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make_draft(by=anna, files=("1.txt", "2.txt", "3.txt"))
    bucket.client.put_object(Bucket="portal", Key="files/files/aa/orphan.txt", Body=b"x")
    # Of another installation in the same bucket: not ours to sweep.
    bucket.client.put_object(Bucket="portal", Key="other/files/aa/foreign.txt", Body=b"x")
    call_command("sweep")
    assert "files/files/aa/orphan.txt" in bucket.keys("portal")
    monkeypatch.setattr(storage_care, "orphans", lambda known: storage.orphans(known, older_than=datetime.timedelta(seconds=-5)))
    call_command("sweep")
    assert sorted(bucket.keys("portal")) == sorted(["other/files/aa/foreign.txt", *(f"files/{file.stored_name}" for file in MaterialFile.objects.all())])
    call_command("check_storage")
    missing, changed, _whole = MaterialFile.objects.all()
    storage.delete_stored(missing.stored_name)
    bucket.client.put_object(Bucket="portal", Key=f"files/{changed.stored_name}", Body=b"y" * changed.size)
    capsys.readouterr()
    with pytest.raises(CommandError):
        call_command("check_storage")
    assert capsys.readouterr().out.splitlines() == [f"missing: {missing.stored_name}", f"changed: {changed.stored_name}"]


def test_a_network_goes_out_of_a_bucket_and_into_it(anna: Teacher, bucket: BucketServer, tmp_path: Path) -> None:
    stand("Закон Ома", author=anna, files=("Маятник и рычаг",))
    run_export(tmp_path / "out")
    exported = [path for path in (tmp_path / "out" / "files").rglob("*") if path.is_file()]
    assert [path.read_text() for path in exported] == ["Маятник и рычаг"]
    exported[0].write_text("Маятник, рычаг и блок")
    imported = run_import(tmp_path / "out")
    assert imported.problems.errors == []
    newest = MaterialFile.objects.order_by("-pk").first()
    assert MaterialFile.objects.count() == 2
    with storage.open_stored(newest.stored_name) as stream:
        assert stream.read().decode() == "Маятник, рычаг и блок"
    call_command("check_storage")


# --- full or away -----------------------------------------------------------------------------------------------------------


@TROUBLES
def test_the_form_says_it_and_keeps_every_word(anna: Teacher, client_of: Any, bucket: BucketServer, settings: Any, bad_port: int, words: str) -> None:
    browser = client_of(anna)
    use(settings, bad_port)
    page = browser.post(NEW, {"title": "Моё название", "annotation": "Мои слова", "files": [sent("конспект.txt", files.plain())]})
    assert page.status_code == 503
    assert list(page.context["form"].errors) == ["files"]
    text = page.content.decode()
    assert all(said in text for said in (words, "Моё название", "Мои слова"))
    assert not Material.objects.exists()
    assert temporary_left() == []
    # Words alone need no storage.
    assert browser.post(NEW, {"title": "Без файла"}).status_code == 302
    draft = Material.objects.get()
    page = browser.post(f"/materials/{draft.pk}/edit/", {"title": "Иначе", "files": [sent("конспект.txt", files.plain())]})
    assert (page.status_code, list(page.context["form"].errors)) == (503, ["files"])
    draft.refresh_from_db()
    assert (draft.title, draft.file_count) == ("Без файла", 0)
    # And once the storage is back nobody has to do anything.
    use(settings, bucket.port)
    assert browser.post(f"/materials/{draft.pk}/edit/", {"title": "Иначе", "files": [sent("конспект.txt", files.plain())]}).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.file_count, len(bucket.keys("portal"))) == ("Иначе", 1, 1)


@TROUBLES
def test_an_upload_waits_and_goes_on_without_sending_anew(
    anna: Teacher, client_of: Any, bucket: BucketServer, settings: Any, bad_port: int, words: str
) -> None:
    content, browser = files.word(), client_of(anna)
    use(settings, bad_port)
    state = browser.post("/materials/uploads/", {"name": "конспект.docx", "size": len(content)}).json()
    answer = piece(browser, state["url"], 0, content)
    assert answer.status_code == 503
    assert words in answer.json()["error"]
    assert int(answer["Retry-After"]) > 0
    assert not MaterialFile.objects.exists()
    assert browser.get(state["url"]).json()["offset"] == len(content)
    use(settings, bucket.port)
    assert piece(browser, state["url"], len(content), b"").json()["done"] is True
    assert MaterialFile.objects.get().size == len(content)
    assert temporary_left() == []


@pytest.mark.parametrize(("language", "words"), [("ru", AWAY), ("en", "The storage of files does not answer at the moment")])
def test_readers_get_a_503_in_their_language(anna: Teacher, client: Client, settings: Any, language: str, words: str) -> None:
    material = stand(author=anna, files=("Один", "Два"))
    read = MaterialFile.objects.first()
    record = add_file(material.versions.get(), "0123456789", name="урок.mp3", kind="mp3", order=2)
    use(settings, free_port())
    client.get(f"/accessibility/language/{language}/")
    for door in (f"files/{read.pk}/", f"media/{record.pk}/", "archive/"):
        answer = client.get(f"/materials/{material.pk}/{door}")
        assert answer.status_code == 503
        assert words in answer.content.decode()
        assert answer["Retry-After"] == "120"
    # Everything that needs no file stays open.
    for door in (material.get_absolute_url(), f"/materials/{material.pk}/text/{read.pk}/", "/materials/"):
        assert client.get(door).status_code == 200


def test_what_one_may_not_see_is_404_even_when_the_storage_is_away(anna: Teacher, client: Client, settings: Any) -> None:
    material = stand(author=anna, visibility="network", files=("Тайна",))
    use(settings, free_port())
    assert client.get(f"/materials/{material.pk}/files/{MaterialFile.objects.get().pk}/").status_code == 404


def test_deleting_is_done_and_the_file_stays_for_sweep(anna: Teacher, bucket: BucketServer, settings: Any, django_capture_on_commit_callbacks: Any) -> None:
    make_draft(by=anna, files=("1.txt",))
    use(settings, free_port())
    with django_capture_on_commit_callbacks(execute=True):
        material_file.remove_file(MaterialFile.objects.get(), by=anna)
    assert not MaterialFile.objects.exists()
    use(settings, bucket.port)
    assert storage.orphans((), older_than=datetime.timedelta(seconds=-5)) == list(storage.stored_names()) != []


def test_the_worker_tries_again_later(anna: Teacher, bucket: BucketServer, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    make_draft(by=anna, files=("1.txt",))
    file = MaterialFile.objects.get()
    DBTaskResult.objects.all().delete()
    use(settings, free_port())
    read_file.func(file.pk)
    file.refresh_from_db()
    assert file.reading == "waiting"
    job = DBTaskResult.objects.get()
    assert timezone.now() + datetime.timedelta(minutes=1) < job.run_after < timezone.now() + datetime.timedelta(hours=1)
    use(settings, bucket.port)
    read_file.func(*job.args_kwargs["args"])
    file.refresh_from_db()
    assert file.reading == "done"
    assert temporary_left() == []


def test_commands_say_away_not_missing(anna: Teacher, settings: Any, tmp_path: Path, capsys: Any) -> None:
    stand(author=anna, files=("Закон Ома",))
    run_export(tmp_path / "out")
    next(path for path in (tmp_path / "out" / "files").rglob("*.txt")).write_text("Другое")
    use(settings, free_port())
    for command in ("check_storage", "sweep"):
        with pytest.raises(CommandError, match=AWAY):
            call_command(command)
    assert capsys.readouterr().out == ""
    with pytest.raises(ImportRefused, match=AWAY):
        run_export(tmp_path / "again")
    assert not (tmp_path / "again").exists()
    with pytest.raises(ImportRefused, match=AWAY):
        run_import(tmp_path / "out")
    assert MaterialFile.objects.count() == 1


def test_a_photo_and_a_variant_say_it_on_their_pages(anna: Teacher, boris: Teacher, client_of: Any, settings: Any) -> None:
    material = stand(author=anna, licence="cc-by", files=("Закон Ома",))
    use(settings, free_port())
    page = client_of(anna).post(reverse("profile_photo"), {"photo": sent("я.png", files.picture())})
    assert page.status_code == 503
    assert AWAY in page.content.decode()
    page = client_of(boris).post(reverse("material_adapt", args=[material.pk]), {"licence": "cc-by"})
    assert page.status_code == 503
    assert AWAY in page.content.decode()
    page = client_of(anna).post(reverse("material_version", args=[material.pk]), {"changes": "Новые ответы", "with_files": "on"})
    assert page.status_code == 503
    assert all(said in page.content.decode() for said in (AWAY, "Новые ответы"))
    assert Material.objects.count() == 1
    assert material.versions.count() == 1


def test_a_full_disk_says_so_before_the_form_is_read(anna: Teacher, client_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a form go to the disk while Django reads it, before any view."""

    class FullDisk(TemporaryUploadedFile):
        def write(self, data: bytes) -> int:
            raise OSError(28, os.strerror(28))

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", FullDisk)
    browser = client_of(anna)
    for enforced in (True, False):
        browser.handler.enforce_csrf_checks = enforced
        page = browser.post(NEW, {"title": "Название", "files": [sent("конспект.txt", files.plain())]})
        assert page.status_code == 503
        assert FULL in page.content.decode()
    assert not Material.objects.exists()


def test_a_full_disk_under_a_resumable_upload(anna: Teacher, client_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    content, browser = files.word(), client_of(anna)
    state = browser.post("/materials/uploads/", {"name": "конспект.docx", "size": len(content)}).json()
    assert piece(browser, state["url"], 0, content[:1000]).status_code == 200
    sync = os.fsync

    def full(*args: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    answer = piece(browser, state["url"], 1000, content[1000:])
    assert answer.status_code == 503
    assert FULL in answer.json()["error"]
    monkeypatch.setattr(os, "fsync", sync)
    offset = browser.get(state["url"]).json()["offset"]
    assert piece(browser, state["url"], offset, content[offset:]).json()["done"] is True
    with storage.open_stored(MaterialFile.objects.get().stored_name) as stream:
        assert stream.read() == content


def test_a_database_without_room_says_so(anna: Teacher, client_of: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a quota of pages is SQLite's")
    browser = client_of(anna)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count={cursor.fetchone()[0]}")
        try:
            page = browser.post(NEW, {"title": "Название", "annotation": "слово " * 400})
        finally:
            cursor.execute("PRAGMA max_page_count=1073741823")
    if page.status_code == 302:
        pytest.skip("there was room on the last pages")
    assert page.status_code == 503
    assert FULL in page.content.decode()


def test_other_errors_go_on(anna: Teacher, client_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise ValueError("not the storage")

    monkeypatch.setattr("resources.views.download.file_response", broken)
    material = stand(author=anna, files=("Текст",))
    with pytest.raises(ValueError, match="not the storage"):
        client_of(anna).get(f"/materials/{material.pk}/files/{MaterialFile.objects.get().pk}/")


def test_nothing_is_announced_that_cannot_be_kept(anna: Teacher, settings: Any) -> None:
    """Actions by themselves: the files of a failed change are gone from the bucket and from the temporary folder."""
    material = make_draft(by=anna, files=())
    use(settings, free_port())
    with pytest.raises(StorageAway):
        attach(material, by=anna)
    assert (MaterialFile.objects.count(), Upload.objects.count(), temporary_left()) == (0, 0, [])
