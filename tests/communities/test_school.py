"""The list of schools, a school's page and its passport."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from communities.actions.school import set_peculiarities
from communities.models import AuditEntry, ProblemArea, School, SchoolPeculiarity, Teacher
from communities.models.school import DIRECTIONS_OF, Peculiarity
from tests.factories.people import item, join, make_community, make_level, make_school, make_teacher

pytestmark = pytest.mark.django_db


def found(query: str = "") -> list[str]:
    response = Client().get(f"/schools/?{query}")
    assert response.status_code == 200
    rows = [school.short_name for school in response.context["page"]]
    assert f'data-total="{response.context["page"].paginator.count}"' in response.content.decode()
    assert response.content.decode().count('data-object="school:') == len(rows)
    return rows


@pytest.fixture
def schools(village_school: School, lyceum: School) -> None:
    set_peculiarities(village_school, ["isolation", "gifted"], by=None)
    set_peculiarities(lyceum, ["gifted"], by=None)
    set_peculiarities(lyceum, [], by=None)
    make_school("Закрытая школа", closed_on="2025-06-01")


@pytest.mark.usefixtures("schools")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Лицей № 7", "Малиновская школа"]),
        ("q=малинов", ["Малиновская школа"]),
        ("q=приозерск", ["Лицей № 7"]),
        ("level=secondary", ["Лицей № 7"]),
        ("level=basic", ["Лицей № 7", "Малиновская школа"]),
        ("peculiarity=gifted", ["Малиновская школа"]),
        ("peculiarity=poverty", ["Лицей № 7", "Малиновская школа"]),
        (f"page={10**30}", ["Лицей № 7", "Малиновская школа"]),
        ("municipality=%00&level=%00", ["Лицей № 7", "Малиновская школа"]),
    ],
)
def test_filters(query: str, names: list[str]) -> None:
    assert found(query) == names


def test_filter_by_municipality(village_school: School, lyceum: School) -> None:
    assert found(f"municipality={lyceum.municipality.slug}") == ["Лицей № 7"]


def test_the_list_costs_the_same_for_many_schools(db: Any, django_assert_num_queries: Any) -> None:
    for number in (1, 20):
        for each in range(number):
            make_school(f"Школа {number}-{each}")
        with django_assert_num_queries(5):
            Client().get("/schools/")


def test_peculiarities_lead_to_the_directions_of_the_source(village_school: School) -> None:
    set_peculiarities(village_school, list(Peculiarity.values), by=None)
    response = Client().get("/schools/malinovskaya/")
    shown = {row["code"]: [direction["title"] for direction in row["directions"]] for row in response.context["rows"]}
    assert shown == {peculiarity.value: [direction.label for direction in directions] for peculiarity, directions in DIRECTIONS_OF.items()}
    assert response.content.decode().count('data-object="peculiarity:') == 4


def test_a_direction_links_only_to_what_is_there(village_school: School, anna: Teacher) -> None:
    set_peculiarities(village_school, ["isolation", "gifted"], by=None)

    def links() -> dict[str, list[str]]:
        rows = Client().get("/schools/malinovskaya/").context["rows"]
        return {direction["title"]: [link["text"] for link in direction["links"]] for row in rows for direction in row["directions"] if direction["links"]}

    assert links() == {}
    gifted = {"subject": "", "kind": "problem", "problem_area": item(ProblemArea, "gifted")}
    make_community("Одарённые дети села", **gifted)
    make_community("Закрытый клуб", closed_on="2026-01-01", **gifted)
    join(make_community("Физика рядом"), anna)
    make_community("Чужая химия")
    assert sorted(text for texts in links().values() for text in texts) == ["Одарённые дети села", "Физика рядом"]


def test_visitors_read_no_names_on_a_schools_page(village_school: School, anna: Teacher, vera: Teacher, gleb: Teacher, zakhar: Teacher, client_of: Any) -> None:
    for browser in (Client(), client_of(zakhar)):
        page = browser.get("/schools/malinovskaya/").content.decode()
        assert not any(person.last_name in page for person in (anna, vera, gleb))
    page = client_of(anna).get("/schools/malinovskaya/").content.decode()
    assert "Мельник" in page
    assert "Сомов" in page


def test_the_teachers_tab_is_for_confirmed_teachers(
    village_school: School, anna: Teacher, vera: Teacher, boris: Teacher, zakhar: Teacher, client_of: Any
) -> None:
    address = reverse("school_teachers", args=["malinovskaya"])
    assert Client().get(address).status_code == 302
    assert client_of(zakhar).get(address).status_code == 403
    page = client_of(boris).get(address)
    assert [teacher.last_name for teacher in page.context["page"]] == ["Власова", "Мельник"]
    assert [tab["name"] for tab in Client().get("/schools/malinovskaya/").context["tabs"] if tab["name"] in ("teachers", "staff")] == []


def passport(**changes: Any) -> dict[str, Any]:
    return {
        "locality": "с. Новая Малиновка",
        "latitude": "56,83893",
        "longitude": "60.6057",
        "website": "https://school.example.org",
        "education_levels": ["primary", "basic"],
        "peculiarities": ["isolation", "infrastructure"],
        **changes,
    }


@pytest.mark.parametrize(("who", "status"), [("visitor", 302), ("zakhar", 403), ("anna", 403), ("boris", 403), ("gleb", 403)])
def test_others_do_not_edit_the_passport(who: str, status: int, village_school: School, request: Any, client_of: Any) -> None:
    address = reverse("school_edit", args=["malinovskaya"])
    browser = client_of(request.getfixturevalue(who))
    assert browser.get(address).status_code == browser.post(address, passport()).status_code == status
    assert School.objects.get(pk=village_school.pk).locality == "с. Малиновка"


@pytest.mark.parametrize("who", ["vera", "evgenia"])
def test_the_coordinator_and_methodists_edit_the_passport(who: str, village_school: School, request: Any, client_of: Any) -> None:
    make_level("primary")
    set_peculiarities(village_school, ["gifted", "isolation"], by=None)
    browser = client_of(request.getfixturevalue(who))
    assert browser.get(reverse("school_edit", args=["malinovskaya"])).status_code == 200
    assert browser.post(reverse("school_edit", args=["malinovskaya"]), passport()).status_code == 302
    school = School.objects.get(pk=village_school.pk)
    assert (school.locality, school.latitude, school.longitude) == ("с. Новая Малиновка", Decimal("56.83893"), Decimal("60.60570"))
    assert [level.code for level in school.education_levels.all()] == ["primary", "basic"]
    history = dict(SchoolPeculiarity.objects.filter(school=school).values_list("peculiarity", "ended_on"))
    assert set(history) == {"gifted", "isolation", "infrastructure"}
    assert history["gifted"] is not None
    assert history["isolation"] is history["infrastructure"] is None
    assert AuditEntry.objects.filter(action="edit-school").count() == 1
    assert found("q=новая") == ["Малиновская школа"]


def test_a_foreign_coordinator_does_not_edit(village_school: School, lyceum: School, client_of: Any) -> None:
    foreign = make_teacher("Чужая", school=lyceum, is_coordinator=True)
    assert client_of(foreign).post(reverse("school_edit", args=["malinovskaya"]), passport()).status_code == 403


def test_bad_input_is_a_form_error(village_school: School, vera: Teacher, client_of: Any) -> None:
    bad = {"locality": "a\x00b", "latitude": "1e400", "longitude": "181"}
    bad |= {"website": "javascript:alert(1)", "education_levels": ["9" * 40], "peculiarities": ["poverty"]}
    response = client_of(vera).post(reverse("school_edit", args=["malinovskaya"]), bad)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == set(bad)


def test_absent_school_is_404(db: Any) -> None:
    assert Client().get("/schools/absent/").status_code == 404
