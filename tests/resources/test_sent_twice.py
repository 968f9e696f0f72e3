"""A plain form sent twice makes one thing, and the second sending leads to it; a form with too much in it is answered in words."""

import uuid
from typing import Any

import pytest
from django.contrib.messages import get_messages

from communities.models import Teacher
from foundation.files.receiving import check_received
from foundation.files.storage import stored_names
from resources.actions import collection as collections
from resources.actions.material_file import bring_material
from resources.models import Collection, Material
from tests.factories import files
from tests.factories.materials import sent
from tests.resources.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_worker(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def key_on(page: Any) -> str:
    return str(page.context["form"]["form_key"].value())


def test_a_new_material_sent_twice_is_one(anna: Teacher, client_of: Any) -> None:
    browser = client_of(anna)
    page = browser.get("/materials/new/")
    assert f'name="form_key" value="{key_on(page)}"' in page.content.decode()
    answers = [
        browser.post("/materials/new/", {"title": "Закон Ома", "form_key": key_on(page), "files": [sent("урок.txt", files.plain())], "do": "save"})
        for _time in range(2)
    ]
    made = Material.objects.get()
    assert [answer["Location"] for answer in answers] == [f"/materials/{made.pk}/edit/"] * 2
    assert (made.file_count, len(list(stored_names()))) == (1, 1)
    assert "уже отправлена" in str(list(get_messages(answers[1].wsgi_request))[-1])


def test_sent_for_review_twice_is_sent_once(anna: Teacher, client_of: Any) -> None:
    browser = client_of(anna)
    key = key_on(browser.get("/materials/new/"))
    answers = [
        browser.post("/materials/new/", {"title": "Закон Ома", "form_key": key, "files": [sent("урок.txt", files.plain())], "do": "submit"})
        for _time in range(2)
    ]
    made = Material.objects.get()
    assert made.status == "review"
    assert [answer["Location"] for answer in answers] == [made.get_absolute_url()] * 2


def test_another_form_is_another_material(anna: Teacher, client_of: Any) -> None:
    browser = client_of(anna)
    keys = [key_on(browser.get("/materials/new/")) for _time in range(2)]
    for key in [*keys, "", "не ключ"]:
        browser.post("/materials/new/", {"title": "Закон Ома", "form_key": key})
    assert sorted(str(key) for key in Material.objects.exclude(form_key=None).values_list("form_key", flat=True)) == sorted(keys)
    # A page that says no key is taken, one that says nonsense is not.
    assert Material.objects.count() == 3


def test_somebody_elses_key_leads_nowhere(anna: Teacher, boris: Teacher, client_of: Any) -> None:
    key = str(uuid.uuid4())
    client_of(anna).post("/materials/new/", {"title": "Тайный черновик", "form_key": key})
    client_of(anna).post("/collections/new/", {"title": "Тайная подборка", "visibility": "private", "form_key": key})
    for path, fields in (("/materials/new/", {"title": "Своё"}), ("/collections/new/", {"title": "Своё", "visibility": "private"})):
        answer = client_of(boris).post(path, {**fields, "form_key": key})
        assert answer.status_code == 403
        assert "Тайн" not in answer.content.decode()
    assert (Material.objects.count(), Collection.objects.count()) == (1, 1)


def test_a_form_with_a_mistake_keeps_its_key(anna: Teacher, client_of: Any) -> None:
    browser = client_of(anna)
    key = key_on(browser.get("/materials/new/"))
    assert key_on(browser.post("/materials/new/", {"form_key": key})) == key
    browser.post("/materials/new/", {"title": "Закон Ома", "form_key": key})
    assert str(Material.objects.get().form_key) == key


def test_a_new_collection_sent_twice_is_one(anna: Teacher, client_of: Any) -> None:
    browser = client_of(anna)
    page = browser.get("/collections/new/")
    form = {"title": "Оптика", "visibility": "private", "form_key": key_on(page)}
    answers = [browser.post("/collections/new/", form) for _time in range(2)]
    made = Collection.objects.get()
    assert [answer["Location"] for answer in answers] == [f"/collections/{made.pk}/edit/"] * 2
    browser.post("/collections/new/", {**form, "form_key": key_on(browser.get("/collections/new/"))})
    assert Collection.objects.count() == 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_at_the_same_moment_it_is_one_too(anna: Teacher, tmp_path: Any) -> None:
    """Both have looked for what the form made before either has made it."""
    key = uuid.uuid4()
    paths = [tmp_path / f"{number}.txt" for number in range(4)]
    for path in paths:
        path.write_bytes(files.plain())
    made: list[Any] = []

    def send(path: Any) -> None:
        made.append(bring_material({"title": "Закон Ома"}, [check_received(path, "урок.txt")], by=Teacher.objects.get(pk=anna.pk), form_key=key))
        made.append(collections.create_collection("Оптика", by=Teacher.objects.get(pk=anna.pk), form_key=key))

    at_once(send, paths)
    assert set(made) == {Material.objects.get(), Collection.objects.get()}
    assert len(list(stored_names())) == 1


# --- too much in one form -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/materials/new/", "/materials/batches/new/"])
def test_more_files_than_a_form_takes_is_said_in_words(path: str, anna: Teacher, client_of: Any) -> None:
    answer = client_of(anna).post(path, {"title": "Много", "files": [sent(f"{number}.txt", b"x") for number in range(101)]})
    page = answer.content.decode()
    assert answer.status_code == 413
    assert "не больше 100 файлов" in page
    assert f'href="{path}"' in page
    assert (Material.objects.count(), list(stored_names())) == (0, [])


def test_more_fields_or_text_than_a_form_takes_is_said_in_words(anna: Teacher, client_of: Any) -> None:
    browser = client_of(anna)
    many = browser.post("/materials/new/", "&".join(f"a{number}=1" for number in range(501)), content_type="application/x-www-form-urlencoded")
    large = browser.post("/materials/new/", "title=" + "x" * (2 * 1024 * 1024 + 1), content_type="application/x-www-form-urlencoded")
    assert [many.status_code, large.status_code] == [413, 413]
    assert "не больше 500 ответов" in many.content.decode()
    assert "не больше 2" in large.content.decode()


def test_a_script_is_told_the_same(anna: Teacher, client_of: Any) -> None:
    answer = client_of(anna).post("/materials/new/", {"files": [sent(f"{number}.txt", b"x") for number in range(101)]}, headers={"accept": "application/json"})
    assert (answer.status_code, "не больше 100 файлов" in answer.json()["error"]) == (413, True)
