"""New versions of published materials: readers get the published one until the new one is accepted; old ones stay, and come back."""

import datetime
from typing import Any

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from communities.models import Notification, Teacher
from foundation.files.storage import stored_names
from resources.actions.indexing import index_material
from resources.actions.reuse import mark_used
from resources.actions.review import review_material
from resources.actions.version import discard_version, restore_version, start_version
from resources.models import Material, MaterialFile, Review
from tests.factories import files
from tests.factories.shelf import accept, add_file, add_preview, stand

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_worker(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def material(anna: Teacher) -> Material:
    return stand(author=anna, files=("Старый текст",))


def prepared(material: Material, *, by: Teacher, text: str = "Новое слово нихром") -> Any:
    """A version in preparation with one file of its own."""
    version = start_version(material, by=by, changes="Добавлены ответы", with_files=False)
    add_preview(add_file(version, text, name="новый.txt"))
    return version


def send(browser: Any, material: Material) -> None:
    assert browser.post(f"/materials/{material.pk}/submit/").status_code == 302


def body(response: Any) -> str:
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode()


def test_from_a_new_version_to_its_acceptance(anna: Teacher, evgenia: Teacher, client: Any, client_of: Any, material: Material) -> None:
    author = client_of(anna)
    page = author.post(f"/materials/{material.pk}/version/", {"changes": "Исправлены опечатки", "with_files": "on"})
    assert page["Location"] == f"/materials/{material.pk}/edit/"
    copy = material.versions.get(number=2).files.get()
    old = material.versions.get(number=1).files.get()
    assert (copy.original_name, copy.sha256) == (old.original_name, old.sha256)
    assert copy.stored_name != old.stored_name
    author.post(page["Location"], {"title": material.title, "do": f"remove-file:{copy.pk}"})
    author.post(page["Location"], {"title": material.title, "files": SimpleUploadedFile("новый.txt", files.plain("Совсем новый текст"))})
    assert body(client.get(f"/materials/{material.pk}/files/{old.pk}/")) == "Старый текст"
    send(author, material)
    material.refresh_from_db()
    assert (material.status, material.versions.get(number=2).preparation, material.file_count) == ("published", "review", 1)
    assert material.pk in [row["material"].pk for row in client_of(evgenia).get("/materials/review/").context["rows"]]
    review_material(material, by=evgenia, decision="accepted")
    assert Review.objects.get().version.number == 2
    page = client.get(material.get_absolute_url())
    assert (page.context["version"].number, [entry.number for entry in page.context["versions"]]) == (2, [2, 1])
    assert "Исправлены опечатки" in page.content.decode()
    earlier = client.get(f"{material.get_absolute_url()}?version=1")
    assert [file.pk for file, *_rest in earlier.context["files"]] == [old.pk]
    assert body(client.get(f"/materials/{material.pk}/files/{old.pk}/")) == "Старый текст"


def test_the_history_is_told_in_its_order(anna: Teacher, evgenia: Teacher, client: Any, client_of: Any, material: Material) -> None:
    Material.objects.filter(pk=material.pk).update(submitted_at=timezone.now() - datetime.timedelta(days=9))
    first = accept(material, evgenia)
    Review.objects.filter(pk=first.pk).update(decided_at=timezone.now() - datetime.timedelta(days=8))

    def titles(browser: Client) -> list[str]:
        return [step["title"] for step in browser.get(material.get_absolute_url()).context["steps"]]

    assert titles(client) == ["Отправлен автором", "Экспертиза коллеги", "Опубликовано"]
    prepared(material, by=anna)
    send(client_of(anna), material)
    assert titles(client) == ["Экспертиза коллеги", "Опубликовано"]
    material.refresh_from_db()
    review_material(material, by=evgenia, decision="accepted")
    assert titles(client) == ["Экспертиза коллеги", "Опубликовано", "Новая версия отправлена автором", "Экспертиза коллеги"]


@pytest.mark.parametrize("person", ["visitor", "zakhar", "boris", "daria"])
def test_what_is_in_preparation_leaks_nowhere(request: pytest.FixtureRequest, person: str, anna: Teacher, client_of: Any, material: Material) -> None:
    version = prepared(material, by=anna)
    index_material(material)
    file = version.files.get()
    browser = client_of(request.getfixturevalue(person))
    absent = browser.get(f"/materials/{material.pk}/files/999999/").content
    for state in ("draft", "review", "returned", "closed"):
        version.preparation = state
        version.save()
        page = browser.get(f"{material.get_absolute_url()}?version=2")
        assert page.content == browser.get(f"{material.get_absolute_url()}?version=77").content or page.context["version"].number == 1
        assert "Добавлены ответы" not in page.content.decode()
        assert "новый" not in page.content.decode()
        doors = [f"files/{file.pk}", f"previews/{file.previews.get().pk}", f"text/{file.pk}", f"media/{file.pk}"]
        for door in doors:
            answer = browser.get(f"/materials/{material.pk}/{door}/")
            assert (answer.status_code, answer.content) == (404, absent)
        assert browser.get("/materials/", {"q": "нихром"}).context["catalogue"].page.paginator.count == 0
    assert {version.number for version in browser.get(material.get_absolute_url()).context["versions"]} == {1}


def test_its_authors_and_reviewers_see_it(anna: Teacher, evgenia: Teacher, client_of: Any, material: Material) -> None:
    version = prepared(material, by=anna)
    for person in (anna, evgenia):
        page = client_of(person).get(f"{material.get_absolute_url()}?version=2")
        assert page.context["version"] == version
        assert body(client_of(person).get(f"/materials/{material.pk}/files/{version.files.get().pk}/")) == "Новое слово нихром"


@pytest.mark.parametrize(("decision", "state"), [("returned", "returned"), ("rejected", "closed")])
def test_a_refusal_leaves_the_published_one(anna: Teacher, evgenia: Teacher, client_of: Any, material: Material, decision: str, state: str) -> None:
    version = prepared(material, by=anna)
    send(client_of(anna), material)
    review_material(material, by=evgenia, decision=decision, comment="Нет ответов")
    version.refresh_from_db()
    material.refresh_from_db()
    assert (version.preparation, material.status) == (state, "published")
    page = client_of(anna).get(material.get_absolute_url())
    assert page.context["version"].number == 1
    assert "Нет ответов" in client_of(anna).get(f"/materials/{material.pk}/edit/").content.decode() or state == "closed"


def test_files_of_the_published_version_do_not_change_meanwhile(anna: Teacher, client_of: Any, material: Material) -> None:
    prepared(material, by=anna)
    old = material.versions.get(number=1).files.get()
    for deed in ("remove-file", "strip-file", "lower-file"):
        assert client_of(anna).post(f"/materials/{material.pk}/edit/", {"title": material.title, "do": f"{deed}:{old.pk}"}).status_code == 403
    assert MaterialFile.objects.filter(pk=old.pk).exists()
    assert default_storage.exists(old.stored_name)


def test_only_authors_make_versions(anna: Teacher, boris: Teacher, evgenia: Teacher, client_of: Any, material: Material) -> None:
    restore = f"/materials/{material.pk}/versions/1/restore/"
    for stranger in (boris, evgenia):
        for door in (f"/materials/{material.pk}/version/", f"/materials/{material.pk}/version/discard/", restore):
            assert client_of(stranger).post(door, {"changes": "чужое"}).status_code == 403
        assert client_of(stranger).post(f"/materials/{material.pk}/version/withdraw/").status_code == 403
    hidden = stand(author=anna, status="draft")
    assert client_of(boris).post(f"/materials/{hidden.pk}/version/", {"changes": "чужое"}).status_code == 404
    assert material.versions.count() == 1


def test_one_version_at_a_time(anna: Teacher, client_of: Any, material: Material) -> None:
    prepared(material, by=anna)
    client_of(anna).post(f"/materials/{material.pk}/version/", {"changes": "Другие слова"})
    assert [version.changes for version in material.versions.in_preparation()] == ["Другие слова"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_giving_up_removes_the_bytes(anna: Teacher, material: Material) -> None:
    before = set(stored_names())
    start_version(material, by=anna, changes="Проба")
    assert len(set(stored_names())) == len(before) + 1
    discard_version(material, by=anna)
    assert set(stored_names()) == before
    assert material.versions.count() == 1


def test_a_reviewed_version_that_is_given_up_stays_in_the_history(anna: Teacher, evgenia: Teacher, client_of: Any, material: Material) -> None:
    prepared(material, by=anna)
    send(client_of(anna), material)
    review_material(material, by=evgenia, decision="returned", comment="Нет ответов")
    discard_version(material, by=anna)
    assert (Review.objects.count(), material.versions.get(number=2).preparation, material.versions.get(number=2).files.count()) == (1, "closed", 0)


def test_restoring_copies_no_byte_and_names_its_source(anna: Teacher, client: Any, material: Material) -> None:
    add_file(material.versions.create(number=2, created_by=anna), "Вторая редакция вольтметр")
    before = set(stored_names())
    version = restore_version(material, 1, by=anna)
    assert (version.number, version.restored_from.number) == (3, 1)
    assert set(stored_names()) == before
    material.refresh_from_db()
    assert (material.file_count, material.size) == (1, len("Старый текст".encode()))
    old = material.versions.get(number=1).files.get()
    assert [file.pk for file, *_rest in client.get(material.get_absolute_url()).context["files"]] == [old.pk]
    assert client.get("/materials/", {"q": "вольтметр"}).context["catalogue"].page.paginator.count == 0
    again = restore_version(material, 2, by=anna)
    assert restore_version(material, 3, by=anna).restored_from.number == 1
    assert again.restored_from.number == 2


def test_a_use_remembers_its_version_and_authors_see_it(anna: Teacher, boris: Teacher, client_of: Any, material: Material) -> None:
    prepared(material, by=anna)
    assert mark_used(material, by=boris).version.number == 1
    page = client_of(anna).get(f"/materials/{material.pk}/uses/")
    assert (page.context["people"], page.context["schools"], [use.version.number for use in page.context["page"]]) == (1, 1, [1])
    assert "Королёв" in page.content.decode()
    assert client_of(boris).get(f"/materials/{material.pk}/uses/").status_code == 403


def test_schools_of_the_authors_are_not_other_schools(anna: Teacher, vera: Teacher, client_of: Any, material: Material) -> None:
    mark_used(material, by=vera)
    page = client_of(anna).get(f"/materials/{material.pk}/uses/")
    assert (page.context["people"], page.context["schools"]) == (1, 0)


# --- who is told ------------------------------------------------------------------------------------------------------


def test_who_used_it_is_told_of_a_new_version_once(anna: Teacher, boris: Teacher, material: Material, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    mark_used(material, by=boris)
    material.versions.create(number=2, created_by=anna)
    restore_version(material, 1, by=anna)
    assert [(row.recipient, row.kind, row.target) for row in Notification.objects.all()] == [(boris, "new-version", material)]
    assert [letter.to for letter in mail.outbox] == [["boris@example.org"]]
    assert material.get_absolute_url() in mail.outbox[0].body
