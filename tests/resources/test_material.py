"""The page of a material: what it shows to whom, its address, its description for search engines."""

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.models import Community, Teacher
from network_portal.accessibility.preferences import Preferences
from resources.models import Material
from resources.models.file import Reading
from tests.factories.people import give_consent, make_teacher
from tests.factories.shelf import accept, add_file, add_preview, stand

pytestmark = pytest.mark.django_db


def page(browser: Client, material: Material, **params: str) -> str:
    response = browser.get(material.get_absolute_url(), params)
    assert response.status_code == 200
    return response.content.decode()


def described(html: str) -> dict[str, Any] | None:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert len(found) < 2
    return json.loads(found[0]) if found else None


def test_a_wrong_slug_leads_to_the_right_address(client: Client, anna: Teacher) -> None:
    material = stand(author=anna, slug="zakon-oma")
    response = client.get(f"/materials/{material.pk}-wrong/")
    assert (response.status_code, response["Location"]) == (301, material.get_absolute_url())


def test_a_wrong_slug_of_a_hidden_material_says_nothing(client: Client, anna: Teacher) -> None:
    hidden = stand(author=anna, slug="zakon-oma", status="draft")
    answers = [
        client.get(f"/materials/{pk}-{slug}/") for pk, slug in ((hidden.pk, "zakon-oma"), (hidden.pk, "wrong"), (hidden.pk + 1000, "wrong"), (10**30, "wrong"))
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_what_is_in_it_is_said_in_words(client: Client, anna: Teacher) -> None:
    material = stand(
        author=anna, annotation="Строка\n\nВторая <b>строка</b>", subject="physics", type="lab", grades=(8, 9), duration_minutes=40, files=("Текст",)
    )
    html = page(client, material)
    assert "CC BY 4.0" in html
    assert "&lt;b&gt;" in html
    assert f"/materials/{material.pk}/files/{material.versions.first().files.first().pk}/" in html
    assert f"/materials/{material.pk}/archive/" not in html


def test_several_files_come_as_an_archive(client: Client, anna: Teacher) -> None:
    material = stand(author=anna, files=("Один", "Два"))
    assert f'href="/materials/{material.pk}/archive/"' in page(client, material)


def test_text_that_could_not_be_read_is_said(client: Client, anna: Teacher) -> None:
    material = stand(author=anna)
    assert "tag warn" not in page(client, material)
    add_file(material.versions.first(), "", reading=Reading.FAILED)
    assert "tag warn" in page(client, material)


def test_pages_turn_without_a_script(client: Client, anna: Teacher) -> None:
    material = stand(author=anna, files=("Текст",))
    file = material.versions.first().files.first()
    first, second = add_preview(file, 1, 6), add_preview(file, 2, 6)
    html = page(client, material)
    assert f"/materials/{material.pk}/previews/{first.pk}/" in html
    assert f'href="?preview={second.pk}#preview"' in html
    html = page(client, material, preview=str(second.pk))
    assert f"/materials/{material.pk}/previews/{second.pk}/" in html
    assert f'href="?preview={first.pk}#preview"' in html
    assert f"/previews/{first.pk}/" in page(client, material, preview="9" * 400)


def test_without_images_the_page_says_what_the_picture_is(client: Client, anna: Teacher) -> None:
    material = stand(author=anna, files=("Текст",))
    preview = add_preview(material.versions.first().files.first())
    assert re.search(rf'<img src="/materials/{material.pk}/previews/{preview.pk}/" alt="[^"]+файл 1.txt[^"]*"', page(client, material))
    client.cookies["prefs"] = Preferences(images="off").to_cookie()
    html = page(client, material)
    assert "<img" not in html
    assert re.search(r'class="img-alt">[^<]+файл 1.txt', html)


def test_visitors_see_numbers_and_no_names(client: Client, client_of: Any, anna: Teacher, boris: Teacher, zakhar: Teacher) -> None:
    material = stand(author=anna, reuse_count=1, reuse_school_count=1)
    material.reuses.create(teacher=boris, school=boris.school, version=material.versions.first(), note="Уложились в 38 минут")
    for browser in (client, client_of(zakhar)):
        html = page(browser, material)
        for secret in ("Борис", "Королёв", "Уложились", "Власова", "Анна", "Малиновская"):
            assert secret not in html, secret
        assert "Захар" in html or browser is client
    colleague = page(client_of(boris), material)
    assert "Уложились" in colleague
    assert "Анна Игоревна Власова" in colleague
    assert "Борис Львович Королёв" in colleague


def test_a_published_name_is_shown_unlinked_to_visitors(client: Client, client_of: Any, anna: Teacher, boris: Teacher) -> None:
    give_consent(anna, "publication")
    material = stand(author=anna)
    html = page(client, material)
    assert "Анна Игоревна Власова" in html
    assert f'href="{anna.get_absolute_url()}"' not in html
    assert f'href="{anna.get_absolute_url()}"' in page(client_of(boris), material)


def test_search_engines_get_public_published_materials_alone(client: Client, client_of: Any, anna: Teacher) -> None:
    give_consent(anna, "publication")
    material = stand("Закон </script><b>Ома", author=anna, annotation="Коротко", subject="physics", duration_minutes=40)
    data = described(page(client, material))
    assert data is not None
    assert data["@type"] == "LearningResource"
    assert data["name"] == "Закон </script><b>Ома"
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert data["author"] == [{"@type": "Person", "name": "Анна Игоревна Власова"}]
    for hidden in (stand(author=anna, visibility="network"), stand(author=anna, status="review"), stand(author=anna, status="draft")):
        assert described(page(client_of(anna), hidden)) is None


def test_hidden_authors_are_not_in_the_description(client: Client, client_of: Any, anna: Teacher) -> None:
    material = stand(author=anna)
    for browser in (client, client_of(anna)):
        data = described(page(browser, material))
        assert data is not None
        assert "author" not in data


def test_status_is_said(client_of: Any, anna: Teacher, evgenia: Teacher) -> None:
    recommended = stand(author=anna)
    accept(recommended, evgenia)
    best = stand(author=anna, best_practice_reason="Помогает малым школам")
    assert "tag ok" in page(client_of(anna), recommended)
    html = page(client_of(anna), best)
    assert "tag info" in html
    assert "Помогает малым школам" in html
    assert "tag warn" in page(client_of(anna), stand(author=anna, status="review"))


# Session, person, memberships (methodists: second factor); the material with its authors and versions; files with their pages, reviews with
# their sheets; uses; the tree's neighbours and the original's authors; for authors how far it went; for reviewers whether it is theirs to review.
QUERIES = {"visitor": 7, "boris": 12, "anna": 12, "daria": 12, "evgenia": 12}


@pytest.mark.parametrize("person", QUERIES)
@pytest.mark.parametrize("size", [1, 25])
def test_queries_do_not_grow(request: Any, client_of: Any, anna: Teacher, daria: Teacher, community: Community, person: str, size: int) -> None:
    """A material with everything that a page can have, in one piece of each and in many."""
    reader, school = request.getfixturevalue(person), daria.school
    original = stand("Исходный", author=make_teacher("Авторова"))
    material = stand(
        author=anna, community=community, files=tuple(f"Текст {number}" for number in range(size)), subject="physics", grades=(8, 8),
        derived_from=original.versions.get(), best_practice_reason="Помогает", best_practice_by=make_teacher("Методистова"),
    )  # fmt: skip
    material.authorships.create(teacher=make_teacher("Соавторова", school=anna.school), order=1)
    version = material.versions.get()
    for number in range(size):
        for file in version.files.all():
            add_preview(file, number + 1, size)
        colleague = make_teacher(f"Коллега{number}", school=school)
        material.reuses.create(teacher=colleague, school=school, version=version, note="Прошло хорошо")
        review = material.reviews.create(version=version, reviewer=colleague, decision="accepted")
        review.marks.create(criterion="form", mark="yes")
        review.marks.create(criterion="method", mark="partly")
        material.versions.create(number=number + 2, created_by=anna, restored_from=version)
        stand(f"Вариант {number}", author=colleague, derived_from=version)
    material.versions.create(number=size + 2, preparation="review", created_by=anna)
    Material.objects.filter(pk=material.pk).update(reuse_count=size, submitted_at=timezone.now())
    browser = client_of(reader)
    browser.get(material.get_absolute_url())
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(material.get_absolute_url())
    assert len(page.context["files"]) == size
    assert len(queries) == QUERIES[person] <= 12, [query["sql"] for query in queries]
