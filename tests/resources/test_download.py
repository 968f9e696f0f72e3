"""Downloads: the right bytes, counted once a person and day."""

import io
import zipfile
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage

from communities.models import Teacher
from metrics.models import Activity
from resources.archive import unique_names
from resources.models import Download, Material
from tests.factories.shelf import add_file, add_preview, stand

pytestmark = pytest.mark.django_db


@pytest.fixture
def material(anna: Teacher) -> Material:
    return stand(author=anna, files=("Закон Ома", "Ответы"))


def body(response: Any) -> bytes:
    assert response.status_code in (200, 206)
    return b"".join(response.streaming_content)


def file_url(material: Material, number: int = 0) -> str:
    return f"/materials/{material.pk}/files/{material.versions.first().files.all()[number].pk}/"


def test_a_file_comes_as_it_was(client: Any, material: Material) -> None:
    response = client.get(file_url(material), headers={"Accept-Encoding": "gzip"})
    assert body(response).decode() == "Закон Ома"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_all_files_come_in_one_archive(client: Any, material: Material) -> None:
    response = client.get(f"/materials/{material.pk}/archive/", headers={"Accept-Encoding": "gzip"})
    data = body(response)
    assert len(data) == int(response["Content-Length"])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {entry.filename: archive.read(entry).decode() for entry in archive.infolist()} == {"файл 1.txt": "Закон Ома", "файл 2.txt": "Ответы"}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
    assert response["Content-Disposition"] == 'attachment; filename="material.zip"'


def test_the_length_is_right_beyond_two_gigabytes_too(client: Any, anna: Teacher, monkeypatch: pytest.MonkeyPatch) -> None:
    """The format changes at a limit; here the limit comes down to the files."""
    material = stand(author=anna, files=("а" * 40, "б" * 47, "в" * 48, "г" * 49, "д" * 60, "е" * 900))
    for limit in range(60, 2500, 7):
        monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
        response = client.get(f"/materials/{material.pk}/archive/")
        data = body(response)
        assert len(data) == int(response["Content-Length"]), limit
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None


def test_names_in_an_archive_differ_for_any_file_system() -> None:
    assert unique_names(["План.docx", "план.docx", "план (2).docx", "план.docx", "без типа", "без типа"]) == [
        "План.docx",
        "план (2).docx",
        "план (2) (2).docx",
        "план (3).docx",
        "без типа",
        "без типа (2)",
    ]


def test_no_files_no_archive(client: Any, anna: Teacher) -> None:
    assert client.get(f"/materials/{stand(author=anna).pk}/archive/").status_code == 404


def test_a_lost_file_is_404_not_a_broken_archive(client: Any, material: Material) -> None:
    default_storage.delete(material.versions.first().files.first().stored_name)
    assert client.get(f"/materials/{material.pk}/archive/").status_code == 404
    assert client.get(file_url(material)).status_code == 404


def test_a_download_counts_once_a_person_and_day(client_of: Any, material: Material, boris: Teacher, daria: Teacher) -> None:
    browser = client_of(boris)
    for url in (file_url(material), file_url(material, 1), f"/materials/{material.pk}/archive/", file_url(material)):
        body(browser.get(url))
    body(client_of(daria).get(file_url(material)))
    material.refresh_from_db()
    assert material.download_count == 2
    assert set(Download.objects.values_list("teacher", flat=True)) == {boris.pk, daria.pk}
    assert sorted(Activity.objects.filter(verb="downloaded").values_list("actor__first_name", "delta")) == [("Борис", 1), ("Дарья", 1)]


def test_looking_and_going_on_do_not_count(client_of: Any, material: Material, boris: Teacher) -> None:
    browser = client_of(boris)
    assert browser.head(file_url(material)).status_code == 200
    assert browser.head(f"/materials/{material.pk}/archive/").status_code == 200
    assert body(browser.get(file_url(material), headers={"Range": "bytes=4-"})) == "Закон Ома".encode()[4:]
    assert not Download.objects.exists()
    body(browser.get(file_url(material), headers={"Range": "bytes=0-"}))
    assert Download.objects.count() == 1


@pytest.mark.parametrize("person", ["visitor", "zakhar"])
def test_who_is_not_a_known_colleague_is_not_counted(request: pytest.FixtureRequest, client_of: Any, material: Material, person: str) -> None:
    body(client_of(request.getfixturevalue(person)).get(file_url(material)))
    assert not Download.objects.exists()
    assert not Activity.objects.exists()


def test_a_file_of_another_material_is_404_and_one_of_an_older_version_stays(client: Any, anna: Teacher, material: Material) -> None:
    other = stand(author=anna, files=("Чужой",))
    foreign = other.versions.first().files.first()
    assert client.get(f"/materials/{material.pk}/files/{foreign.pk}/").status_code == 404
    old = file_url(material)
    add_file(material.versions.create(number=2, created_by=anna), "Новый")
    assert body(client.get(old)).decode() == "Закон Ома"
    assert body(client.get(file_url(material))).decode() == "Новый"


@pytest.mark.parametrize("tail", ["files/{huge}/", "previews/{huge}/", "use/{huge}/undo/"])
def test_huge_numbers_are_404(client_of: Any, boris: Teacher, material: Material, tail: str) -> None:
    for pk in (material.pk, 10**30):
        url = f"/materials/{pk}/" + tail.format(huge=10**30)
        assert client_of(boris).post(url).status_code in (404, 405)
        assert client_of(boris).get(url).status_code in (404, 405)


def test_pictures_are_inline_and_kept_by_caches_only_when_public(client_of: Any, anna: Teacher, boris: Teacher) -> None:
    public, network = stand(author=anna, files=("Текст",)), stand(author=anna, files=("Тайна",), visibility="network")
    answers = {}
    for material in (public, network):
        preview = add_preview(material.versions.first().files.first())
        for person in (AnonymousUser(), boris):
            response = client_of(person).get(f"/materials/{material.pk}/previews/{preview.pk}/")
            answers[material.visibility, person.is_authenticated] = (response.status_code, response["Cache-Control"])
            if response.status_code == 200:
                assert response["Content-Type"] == "image/webp"
                assert response["Content-Disposition"].startswith("inline")
    assert answers["public", False] == (200, "public, max-age=86400")
    assert answers["public", True] == (200, "private, no-store")
    assert answers["network", False][0] == 404
    assert answers["network", True] == (200, "private, no-store")
