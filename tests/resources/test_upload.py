"""Uploads: the form without a script, and pieces with one."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from communities.models import Teacher
from foundation.files import receiving
from foundation.files.errors import FileRejected
from foundation.files.storage import stored_names, temporary_folder
from resources.actions import material_file
from resources.actions.draft import add_author
from resources.actions.material_file import remove_file
from resources.actions.upload import start_upload
from resources.models import Material, MaterialFile, Upload
from tests.factories import files
from tests.factories.materials import attach, make_draft, sent

pytestmark = pytest.mark.django_db

NEW = "/materials/new/"
START = "/materials/uploads/"


@pytest.fixture(autouse=True)
def no_worker(settings: Any) -> None:
    """Jobs stay in the queue: what they do is tested beside them."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def left_behind() -> list[str]:
    """Everything in storage and in the temporary folder."""
    return [*stored_names(), *(path.name for path in temporary_folder().iterdir())]


def start(browser: Client, name: str = "Лабораторная_5_закон_Ома.docx", size: int = 0, **fields: Any) -> Any:
    return browser.post(START, {"name": name, "size": size, **fields})


def piece(browser: Client, url: str, offset: Any, data: bytes) -> Any:
    return browser.patch(url, data, content_type="application/octet-stream", headers={"Upload-Offset": str(offset)})


# --- the form ---------------------------------------------------------------------------------------------------------


def test_one_form_makes_a_draft_with_its_files(anna: Teacher, client_of: Any) -> None:
    word, table = files.word(), files.workbook()
    page = client_of(anna).post(NEW, {"files": [sent("Лабораторная_5_закон_Ома.docx", word), sent("таблица.xlsx", table)]})
    material = Material.objects.get()
    assert page.status_code == 302
    assert page["Location"] == f"/materials/{material.pk}/edit/"
    assert (material.title, material.status, material.visibility, material.licence) == ("Лабораторная 5 закон Ома", "draft", "public", "cc-by")
    assert (material.file_count, material.main_kind, material.size) == (2, "docx", len(word) + len(table))
    assert [file.original_name for file in MaterialFile.objects.all()] == ["Лабораторная_5_закон_Ома.docx", "таблица.xlsx"]
    assert list(material.authors.all()) == [anna]
    assert material.subject.code == "physics"
    assert material.type.code == "lab"
    call_command("check_storage")


def test_a_title_alone_is_a_draft(anna: Teacher, client_of: Any) -> None:
    client_of(anna).post(NEW, {"title": "Маятник"})
    assert [(material.title, material.slug, material.file_count) for material in Material.objects.all()] == [("Маятник", "mayatnik", 0)]


def test_nothing_is_no_draft(anna: Teacher, client_of: Any) -> None:
    page = client_of(anna).post(NEW, {"title": " "})
    assert page.status_code == 200
    assert "title" in page.context["form"].errors
    assert not Material.objects.exists()


REFUSED = [
    ("программа.docx", files.program, "type_mismatch"),
    ("страница.pdf", files.web_page, "type_mismatch"),
    ("старый.doc", files.old_word, "type_old_office"),
    ("пусто.pdf", lambda: b"", "file_empty"),
    ("битый.docx", lambda: files.word()[:2000], "archive_broken"),
    ("закрытый.docx", files.protected_word, "office_encrypted"),
    ("закрытый.pdf", files.protected_pdf, "pdf_encrypted"),
    ("бомба.zip", files.zip_bomb, "archive_ratio"),
    ("ю" * 300 + ".pdf", files.pdf, "name_long"),
]


@pytest.mark.parametrize(("name", "make", "code"), REFUSED, ids=[case[2] + str(number) for number, case in enumerate(REFUSED)])
def test_a_bad_file_is_a_form_error_and_stores_nothing(name: str, make: Any, code: str, anna: Teacher, client_of: Any) -> None:
    page = client_of(anna).post(NEW, {"title": "Моё название", "files": [sent("хороший.txt", files.plain()), sent(name, make())]})
    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["files"]
    assert "Моё название" in page.content.decode()
    assert not Material.objects.exists()
    assert left_behind() == []


def test_marks_that_turn_a_name_around_are_never_kept(anna: Teacher, client_of: Any) -> None:
    """Of a form's file Django itself cuts them out; an announced name is refused."""
    client_of(anna).post(NEW, {"files": [sent("план\u202exslx.pdf", files.pdf())]})
    assert [file.original_name for file in MaterialFile.objects.all()] == ["планxslx.pdf"]
    assert start(client_of(anna), "план\u202exslx.pdf", 5).status_code == 422
    assert start(client_of(anna), "../план.pdf", 5).status_code == 422


def test_a_path_in_the_name_is_refused_or_cut(anna: Teacher, client_of: Any) -> None:
    client_of(anna).post(NEW, {"files": [sent("../../etc/конспект.txt", files.plain())]})
    assert [file.original_name for file in MaterialFile.objects.all()] in ([], ["конспект.txt"])
    assert all(name.startswith("files/") for name in left_behind())


def test_the_quota_counts_what_is_kept_and_what_is_coming(anna: Teacher, client_of: Any, settings: Any) -> None:
    content = files.plain()
    settings.TEACHER_QUOTA_BYTES = 3 * len(content)
    browser = client_of(anna)
    browser.post(NEW, {"files": [sent("1.txt", content)]})
    assert start(browser, "2.txt", len(content)).status_code == 201
    page = browser.post(NEW, {"files": [sent("3.txt", content), sent("4.txt", content)]})
    assert list(page.context["form"].errors) == ["files"]
    assert start(browser, "5.txt", len(content)).status_code == 201
    assert start(browser, "6.txt", 1).status_code == 422
    assert MaterialFile.objects.count() == 1


def test_a_file_over_the_limit_is_refused(anna: Teacher, client_of: Any, settings: Any) -> None:
    settings.FILE_MAX_BYTES = 1000
    page = client_of(anna).post(NEW, {"files": [sent("большой.txt", b"a" * 1001)]})
    assert list(page.context["form"].errors) == ["files"]
    assert start(client_of(anna), "большой.txt", 1001).status_code == 422
    assert left_behind() == []


def test_twenty_files_and_no_more(anna: Teacher, client_of: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(material_file, "MAX_FILES", 2)
    material = make_draft(by=anna, files=("1.txt", "2.txt"))
    assert start(client_of(anna), "3.txt", 5, material=material.pk).status_code == 422
    page = client_of(anna).post(f"/materials/{material.pk}/edit/", {"title": "Закон Ома", "files": [sent("3.txt", files.plain())]})
    assert list(page.context["form"].errors) == ["files"]
    assert MaterialFile.objects.count() == 2


@pytest.mark.parametrize("step", ["_write_rows", "read_file", "keep"])
def test_a_failure_between_the_steps_leaves_no_row_without_file(step: str, anna: Teacher, client_of: Any, monkeypatch: Any) -> None:
    class Enqueue:
        @staticmethod
        def enqueue(*args: Any) -> None:
            raise RuntimeError

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(receiving if step == "keep" else material_file, step, Enqueue if step == "read_file" else fail)
    with pytest.raises(RuntimeError):
        client_of(anna).post(NEW, {"files": [sent("1.txt", files.plain())]})
    assert not Material.objects.exists()
    assert not MaterialFile.objects.exists()
    assert left_behind() == []


# --- in pieces --------------------------------------------------------------------------------------------------------


def test_a_file_in_pieces_becomes_the_draft_of_the_first_piece(anna: Teacher, client_of: Any) -> None:
    browser, content = client_of(anna), files.word()
    begun = start(browser, size=len(content))
    assert begun.status_code == 201
    upload, material = begun.json(), Material.objects.get()
    assert (upload["offset"], upload["material"], upload["edit_url"]) == (0, material.pk, f"/materials/{material.pk}/edit/")
    assert (material.title, material.status, material.file_count) == ("Лабораторная 5 закон Ома", "draft", 0)
    half = piece(browser, upload["url"], 0, content[:5000]).json()
    assert (half["offset"], half["done"]) == (5000, False)
    assert browser.get(upload["url"]).json()["offset"] == 5000
    done = piece(browser, upload["url"], 5000, content[5000:]).json()
    assert done["done"] is True
    assert done["values"]["title"] == "Лабораторная 5 закон Ома"
    assert done["values"]["subject"] == str(Material.objects.get().subject_id)
    stored = MaterialFile.objects.get()
    assert f'data-file="{stored.pk}"' in done["row"]
    assert default_storage.open(stored.stored_name).read() == content
    assert [path.name for path in temporary_folder().iterdir()] == []


def test_of_several_files_the_most_telling_one_gives_the_title(anna: Teacher, client_of: Any) -> None:
    browser, content = client_of(anna), files.plain()
    material: dict[str, Any] = {}
    for name in ("notes.txt", "table.txt", "Олимпиадные задачи по физике 8 класс.txt"):
        url = start(browser, name, len(content), **material).json()["url"]
        done = piece(browser, url, 0, content).json()
        material = {"material": done["material"]}
    subject = str(Material.objects.get().subject_id)
    assert (done["values"]["title"], done["values"]["subject"], done["values"]["grades"]) == ("Олимпиадные задачи по физике 8 класс", subject, ["8"])
    assert done["values"]["type"] == str(Material.objects.get(type__code="olympiad-tasks").type_id)
    assert done["reading"] is True
    MaterialFile.objects.update(reading="done")
    assert browser.get(url).json()["reading"] is False


def test_a_wrong_offset_says_the_right_one(anna: Teacher, client_of: Any) -> None:
    browser, content = client_of(anna), files.plain()
    url = start(browser, "a.txt", len(content)).json()["url"]
    piece(browser, url, 0, content[:10])
    again = piece(browser, url, 0, content[:10])
    assert (again.status_code, again.json()["offset"]) == (409, 10)
    assert piece(browser, url, 11, b"x").json()["offset"] == 10


@pytest.mark.parametrize("offset", ["", "-1", "x", "1" * 40, "٣"])
def test_a_senseless_offset_is_refused(offset: str, anna: Teacher, client_of: Any) -> None:
    browser = client_of(anna)
    url = start(browser, "a.txt", 10).json()["url"]
    assert piece(browser, url, offset.encode("utf-8").decode("latin-1"), b"x").status_code == 422


def test_a_lost_last_answer_is_answered_again(anna: Teacher, client_of: Any) -> None:
    browser, content = client_of(anna), files.plain()
    url = start(browser, "a.txt", len(content)).json()["url"]
    first = piece(browser, url, 0, content).json()
    second = piece(browser, url, len(content), b"").json()
    assert (first["done"], second["done"], browser.get(url).json()["done"]) == (True, True, True)
    assert MaterialFile.objects.count() == 1


def test_more_than_announced_is_refused_and_forgotten(anna: Teacher, client_of: Any) -> None:
    browser = client_of(anna)
    url = start(browser, "a.txt", 5).json()["url"]
    assert piece(browser, url, 0, b"123456").status_code == 422
    assert not Upload.objects.exists()
    assert left_behind() == []


def test_a_piece_over_a_megabyte_is_refused(anna: Teacher, client_of: Any) -> None:
    browser = client_of(anna)
    url = start(browser, "a.txt", 2_000_000).json()["url"]
    assert piece(browser, url, 0, b"a" * 1_048_577).status_code == 413


def test_a_bad_file_in_pieces_is_refused_in_words(anna: Teacher, client_of: Any) -> None:
    browser, content = client_of(anna), files.program()
    url = start(browser, "урок.docx", len(content)).json()["url"]
    answer = piece(browser, url, 0, content)
    assert answer.status_code == 422
    assert answer.json()["error"]
    # Nothing stored: no file, and no draft that nobody has written a word in; the page goes on as a new one.
    assert answer.json()["new_url"] == NEW
    assert not Material.objects.exists()
    assert not Upload.objects.exists()
    assert left_behind() == []


def test_more_than_announced_takes_the_empty_draft_along(anna: Teacher, client_of: Any) -> None:
    browser = client_of(anna)
    answer = piece(browser, start(browser, "a.txt", 5).json()["url"], 0, b"123456")
    assert (answer.status_code, answer.json()["new_url"]) == (422, NEW)
    assert not Material.objects.exists()


@pytest.mark.parametrize("more", ["words", "quiet words", "file", "file removed", "upload", "colleague", "not the first"])
def test_a_refused_file_leaves_a_draft_that_is_more(more: str, anna: Teacher, boris: Teacher, client_of: Any) -> None:
    browser, content = client_of(anna), files.program()
    state = start(browser, "урок.docx", len(content)).json()
    material = Material.objects.get()
    if more == "words":
        browser.post(state["edit_url"], {"title": "Моё"})
    elif more == "quiet words":
        browser.post(state["edit_url"], {"title": material.title, "annotation": "Слова"})
    elif more.startswith("file"):
        file = attach(material, by=anna)
        if more == "file removed":
            remove_file(file, by=anna)
    elif more == "upload":
        start(browser, "b.txt", 5, material=material.pk)
    elif more == "colleague":
        add_author(material, boris, by=anna)
    else:
        browser.delete(state["url"])
        state = start(browser, "урок.docx", len(content), material=material.pk).json()
    answer = piece(browser, state["url"], 0, content)
    assert answer.status_code == 422
    assert "new_url" not in answer.json()
    assert Material.objects.filter(pk=material.pk).exists()


@pytest.mark.parametrize(
    "fields", [{"size": -1}, {"size": 10**30}, {"size": "x"}, {"size": 5, "name": ""}, {"size": 5, "name": "a\x00.txt"}, {"size": 5, "name": "a.exe"}]
)
def test_a_senseless_announcement_is_refused(fields: dict[str, Any], anna: Teacher, client_of: Any) -> None:
    answer = client_of(anna).post(START, {"name": "a.txt", **fields})
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert not Material.objects.exists()


def test_taken_back(anna: Teacher, client_of: Any) -> None:
    browser = client_of(anna)
    url = start(browser, "a.txt", 50).json()["url"]
    piece(browser, url, 0, b"12345")
    assert browser.delete(url).json() == {"removed": True}
    assert left_behind() == []
    assert browser.get(url).status_code == 404


def test_foreign_upload_is_404(anna: Teacher, boris: Teacher, evgenia: Teacher, client_of: Any) -> None:
    url = start(client_of(anna), "a.txt", 50).json()["url"]
    absent = reverse("upload_piece", args=["00000000-0000-4000-8000-000000000000"])
    for stranger in (boris, evgenia):
        browser = client_of(stranger)
        for method in (browser.get, browser.patch, browser.delete):
            assert method(url).status_code == 404
        assert browser.get(url).content == browser.get(absent).content
        assert start(browser, "b.txt", 5, material=Material.objects.get().pk).status_code == 404
    assert Upload.objects.count() == 1


def test_uploads_need_the_forms_token(anna: Teacher) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(anna)
    assert start(browser, "a.txt", 5).status_code == 403
    assert not Upload.objects.exists()


def test_the_unconfirmed_upload_nothing(zakhar: Teacher, client_of: Any) -> None:
    assert client_of(zakhar).get(NEW).status_code == 403
    assert start(client_of(zakhar), "a.txt", 5).status_code == 403


def test_an_unfinished_upload_is_on_the_page_of_the_draft(anna: Teacher, client_of: Any) -> None:
    browser = client_of(anna)
    state = start(browser, "a.txt", 50).json()
    piece(browser, state["url"], 0, b"12345")
    page = browser.get(state["edit_url"]).content.decode()
    assert f'data-unfinished="{state["id"]}"' in page
    browser.post(state["edit_url"], {"title": "Название", "do": f"drop-upload:{state['id']}"})
    assert not Upload.objects.exists()


KILLED = """
    import os, signal, sys
    import django
    django.setup()
    from foundation.files import receiving
    from resources.actions import material_file
    from resources.models import Material
    from communities.models import Teacher
    from foundation.files.storage import new_temporary
    path = new_temporary()
    path.write_bytes("Закон Ома и ещё слова".encode())
    received = receiving.check_received(path, "a.txt")
    def die(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(receiving if sys.argv[1] == "keep" else material_file, sys.argv[1], die)
    material = Material.objects.get()
    material_file.add_files(material, [received], by=material.created_by)
"""


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("step", ["keep", "_write_rows", "_after_change"])
def test_a_killed_server_leaves_no_row_without_file(step: str, anna: Teacher, settings: Any) -> None:
    """A real process, killed at each step: what it left is swept."""
    make_draft(by=anna, files=())
    database = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        # A second process cannot see a database in memory: it gets a copy.
        database = str(Path(settings.UPLOAD_TMP).parent / "copy.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [database])
    script = textwrap.dedent(KILLED)
    setting = f"""
    from tests.settings import *
    DATABASES["default"]["NAME"] = {database!r}
    MEDIA_ROOT = {str(settings.MEDIA_ROOT)!r}
    UPLOAD_TMP = {str(settings.UPLOAD_TMP)!r}
    """
    folder = Path(settings.UPLOAD_TMP).parent
    (folder / "killed_settings.py").write_text(textwrap.dedent(setting))
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "killed_settings", "PYTHONPATH": f"{folder}{os.pathsep}{django_settings.BASE_DIR}"}
    ended = subprocess.run([sys.executable, "-c", script, step], env=environment, check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert not MaterialFile.objects.exists()
    if connection.vendor == "sqlite":
        with sqlite3.connect(database) as copy:
            assert copy.execute("SELECT count(*) FROM resources_materialfile").fetchall() == [(0,)]
    assert len(left_behind()) == 1
    for path in [*temporary_folder().iterdir(), *(Path(default_storage.path(name)) for name in stored_names())]:
        os.utime(path, (0, 0))
    call_command("sweep")
    assert left_behind() == []
    call_command("check_storage")


def test_what_co_authors_announce_counts_for_the_owner(anna: Teacher, boris: Teacher, settings: Any) -> None:
    material = make_draft(by=anna, files=())
    add_author(material, boris, by=anna)
    settings.TEACHER_QUOTA_BYTES = 100
    start_upload("план.txt", 60, by=boris, material=material)
    with pytest.raises(FileRejected):
        start_upload("ещё план.txt", 60, by=boris, material=material)
    # Nothing of it is Борис's own.
    assert start_upload("своё.txt", 60, by=boris).size == 60
