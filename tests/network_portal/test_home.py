"""Home, search, about and directions: composed of several rooms, within their queries, leaking nothing."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localtime

from communities.models import Community, GoalVersion, Invitation, JoinRequest, School, Subject, Teacher
from resources.models import MaterialCall
from tests.factories.people import join, make_community, make_teacher
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db


# A curator without an office, and somebody who has every office at once.
QUERIES = {"anna": 11, "vera": 11, "daria": 11, "evgenia": 12, "curator": 11, "everything": 11}


@pytest.mark.parametrize("size", [1, 9])
@pytest.mark.parametrize("role", list(QUERIES))
def test_home_costs_at_most_twelve_queries_for_everybody(
    role: str, size: int, request: Any, client_of: Any, django_assert_num_queries: Any, boris: Teacher, village_school: School
) -> None:
    person = make_teacher("Всякова", school=village_school, is_coordinator=True) if role == "everything" else None
    person = person or request.getfixturevalue("anna" if role == "curator" else role)
    person.subjects.set(Subject.objects.filter(code="physics"))
    for number in range(size):
        community = make_community(f"Сообщество {number}", subject="physics")
        GoalVersion.objects.create(community=community, text=community.goal)
        stand(f"Материал {number}", author=boris, subject="physics")
        stand(f"На проверке {number}", author=boris, status="review", community=community)
        stand(f"Черновик {number}", author=person, status="draft")
        join(community, person, role="leader" if role in ("daria", "everything") else "member")
        JoinRequest.objects.create(community=community, teacher=boris)
        join(community, boris)
        Invitation.objects.create(community=make_community(f"Зовут {number}"), teacher=person, invited_by=boris)
        MaterialCall.objects.create(subject=community.subject, grade=8, community=community, called_by=boris)
        if role in ("vera", "everything"):
            make_teacher(f"Новая {number}", school=village_school, confirmed=False)
        if role == "curator":
            community.library.curators.add(person)
    browser = client_of(person)
    browser.get("/")
    with django_assert_num_queries(QUERIES[role]):
        page = browser.get("/")
    kinds = {"anna": 4, "vera": 6, "daria": 7, "evgenia": 5, "curator": 5, "everything": 9}
    assert len({task.verb for task in page.context["tasks"]}) == kinds[role]


def test_tasks_are_bounded_and_the_newest_stand_first(client_of: Any, anna: Teacher, boris: Teacher) -> None:
    for number in range(7):
        invited, joined = make_community(f"Зовут {number}"), make_community(f"Наше {number}")
        Invitation.objects.create(community=invited, teacher=anna, invited_by=boris)
        join(joined, anna)
        GoalVersion.objects.create(community=joined, text="Прежняя")
        GoalVersion.objects.create(community=joined, text=f"Цель {number}")
    tasks = client_of(anna).get("/").context["tasks"]
    assert [task.url for task in tasks if task.verb == "Решить"] == [
        f"/communities/{invited.slug}/" for invited in Community.objects.filter(name__startswith="Зовут").order_by("-pk")[:5]
    ]
    assert [task.detail for task in tasks if task.verb == "Прочитать цель"] == ["Цель 6", "Цель 5", "Цель 4"]


def test_visitors_see_only_what_is_public(client: Client, boris: Teacher) -> None:
    stand("Открытый урок для всех", author=boris, status="published")
    stand("Тайный черновик", author=boris, status="draft")
    stand("Только для сети", author=boris, status="published", visibility="network")
    page = client.get("/").content.decode()
    assert "Открытый урок для всех" in page
    assert "Тайный черновик" not in page
    assert "Только для сети" not in page
    assert boris.last_name not in page


def test_the_unconfirmed_are_told_to_wait(client_of: Any, zakhar: Teacher) -> None:
    page = client_of(zakhar).get("/").content.decode()
    assert "Малиновская школа" in page
    assert "/profile/" in page


def test_what_waits_has_a_verb_for_those_who_can_act(client_of: Any, vera: Teacher, zakhar: Teacher, anna: Teacher) -> None:
    assert "/schools/malinovskaya/staff/" in client_of(vera).get("/").content.decode()
    assert "/schools/malinovskaya/staff/" not in client_of(anna).get("/").content.decode()


def test_leaders_see_who_asks_to_join(client_of: Any, daria: Teacher, anna: Teacher, community: Community) -> None:
    JoinRequest.objects.create(community=community, teacher=anna)
    assert "requests/" in client_of(daria).get("/").content.decode()


@pytest.mark.parametrize(
    "text", ["", "физика", "\x00", "a" * 5000, "'; drop table", "%%%", "«»", "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace")]
)
def test_search_survives_anything(client: Client, text: str) -> None:
    assert client.get("/search/", {"q": text}).status_code == 200


def test_search_finds_every_noun_a_reader_may_see(
    client_of: Any, client: Client, anna: Teacher, boris: Teacher, village_school: School, community: Community
) -> None:
    stand("Физика на кухне", author=boris, status="published")
    seen = client_of(anna).get("/search/", {"q": "физика"}).content.decode()
    assert "Физика на кухне" in seen
    assert community.name in seen
    assert "Королёв" in client_of(anna).get("/search/", {"q": "королев"}).content.decode()
    assert "Королёв" not in client.get("/search/", {"q": "королев"}).content.decode()
    assert "Малиновская школа" in client.get("/search/", {"q": "малин"}).content.decode()


def test_directions_show_the_whole_table_of_the_source(client: Client) -> None:
    page = client.get("/directions/").content.decode()
    assert page.count('data-object="peculiarity:') == 4
    assert page.count("<li>") >= 10


def test_a_direction_nobody_carries_has_no_link(client: Client) -> None:
    page = client.get("/directions/").content.decode()
    assert "problem_area=gifted" not in page


def test_documents_are_public(client: Client) -> None:
    for path in ("/about/", "/about/rules/", "/about/personal-data/", "/robots.txt", "/sitemap.xml"):
        assert client.get(path).status_code == 200


def test_the_sitemap_names_public_materials_only(client: Client, boris: Teacher) -> None:
    public = stand("Открытый", author=boris, status="published")
    hidden = stand("Скрытый", author=boris, status="published", visibility="network")
    parts = re.findall("<loc>([^<]*)</loc>", client.get("/sitemap.xml").content.decode())
    # Materials come in pages by key; after other tests on PostgreSQL keys are high.
    assert len({part.partition("?")[0] for part in parts}) == 5
    sitemap = "".join(client.get(part.removeprefix("http://testserver")).content.decode() for part in parts)
    assert f"/materials/{public.pk}-" in sitemap
    assert f"/materials/{hidden.pk}-" not in sitemap


def test_the_sitemap_comes_in_pages_and_knows_its_newest_change(client: Client, boris: Teacher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resources.sitemaps.MaterialSitemap.limit", 2)
    stood = [stand(f"Открытый {number}", author=boris, status="published") for number in range(3)]
    index = client.get("/sitemap.xml").content.decode()
    # Two keys a page, so that the last page costs what the first does.
    last = (stood[2].pk + 1) // 2
    assert f"/sitemap-materials.xml?p={last}<" in index
    assert f"/sitemap-materials.xml?p={last + 1}<" not in index
    assert client.get(f"/sitemap-materials.xml?p={last + 1}").status_code == 404
    assert f"{localtime(max(material.changed_at for material in stood)):%Y-%m-%d}" in index
    assert f"/materials/{stood[2].pk}-" in client.get(f"/sitemap-materials.xml?p={last}").content.decode()
    assert client.get("/sitemap-materials.xml?p=" + "9" * 30).status_code == 404
    assert client.get("/sitemap-people.xml").status_code == 404


def test_a_name_in_quotes_has_inner_quotes(client_of: Any, daria: Teacher, community: Community) -> None:
    Community.objects.filter(pk=community.pk).update(name="Кружок «Приозёрье»")
    community.goal_versions.create(text=community.goal)
    assert "«Кружок „Приозёрье“»" in client_of(daria).get("/").content.decode()
