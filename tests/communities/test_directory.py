"""The directory of teachers: filters, order, pages, one cost."""

from typing import Any

import pytest
from django import forms
from django.test import Client
from pytest_django.asserts import assertHTMLEqual

from communities.forms.long_select import LongSelect
from communities.models import Position, School, Subject, Teacher
from tests.factories.people import make_school, make_teacher

pytestmark = pytest.mark.django_db


def found(browser: Client, query: str = "") -> list[str]:
    response = browser.get(f"/teachers/?{query}")
    assert response.status_code == 200
    page = response.content.decode()
    rows = [teacher.last_name for teacher in response.context["page"]]
    assert f'data-total="{response.context["page"].paginator.count}"' in page
    assert page.count('data-object="teacher:') == len(rows)
    return rows


@pytest.fixture
def people(anna: Teacher, boris: Teacher, zakhar: Teacher) -> None:
    anna.subjects.set(Subject.objects.filter(code__in=["physics", "chemistry"]))
    boris.subjects.set(Subject.objects.filter(code="physics"))
    Teacher.objects.filter(pk=anna.pk).update(category="highest", position=Position.objects.get(code="teacher"))
    Teacher.objects.filter(pk=boris.pk).update(position=Position.objects.get(code="deputy"))


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Власова", "Королёв"]),
        ("q=королев", ["Королёв"]),
        ("q=анна+влас", ["Власова"]),
        ("q=%25", []),
        ("subject=physics", ["Власова", "Королёв"]),
        ("subject=chemistry", ["Власова"]),
        ("school=lyceum-7", ["Королёв"]),
        ("position=deputy", ["Королёв"]),
        ("category=highest", ["Власова"]),
        ("subject=physics&category=highest&q=вла", ["Власова"]),
    ],
)
def test_filters(query: str, names: list[str], anna: Teacher, client_of: Any) -> None:
    assert found(client_of(anna), query) == names


@pytest.mark.usefixtures("people")
def test_filter_by_municipality(anna: Teacher, boris: Teacher, client_of: Any) -> None:
    assert found(client_of(anna), f"municipality={boris.school.municipality.slug}") == ["Королёв"]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    "query", ["subject=absent", "subject=%00", "school=9999999999999999999999", "category=best", "unknown=1", f"page={10**30}", "page=%00", "page=-1"]
)
def test_unknown_values_are_ignored(query: str, anna: Teacher, client_of: Any) -> None:
    assert found(client_of(anna), query) == ["Власова", "Королёв"]


@pytest.mark.usefixtures("people")
def test_hostile_words_fail_nothing(anna: Teacher, client_of: Any) -> None:
    for query in ("q=%00", "q=" + "я" * 3000, "q=%ED%A0%80", "q=%27%20OR%201=1--"):
        assert client_of(anna).get(f"/teachers/?{query}").status_code == 200


def test_the_waiting_and_the_blocked_are_in_no_list(anna: Teacher, vera: Teacher, zakhar: Teacher, evgenia: Teacher, client_of: Any) -> None:
    make_teacher("Заблокированная", school=anna.school, is_active=False)
    for person in (anna, vera, evgenia):
        names = found(client_of(person))
        assert {"Яшин", "Заблокированная"}.isdisjoint(names)
        assert "Власова" in names


def test_pages_and_one_cost(anna: Teacher, village_school: School, client_of: Any, django_assert_num_queries: Any) -> None:
    browser = client_of(anna)
    for number in (2, 40):
        for each in range(number):
            teacher = make_teacher(f"Учитель{number}-{each}", school=make_school(f"Школа {number}-{each}"))
            teacher.subjects.set(Subject.objects.filter(code="physics"))
        with django_assert_num_queries(10):
            first = found(browser)
    assert len(first) == 25
    assert len(found(browser, "page=2")) == 18
    assert not set(first) & set(found(browser, "page=2"))


def test_the_long_list_of_schools_is_djangos_select() -> None:
    choices = [("", "любая"), ("Северный <район>", [("a", "Школа «А» & Б"), ("b", "Б")]), ("c", "В")]
    for value in ("", "b", "c", None):
        widget, plain = LongSelect(choices=choices, attrs={"id": "x"}), forms.Select(choices=choices, attrs={"id": "x"})
        assertHTMLEqual(widget.render("school", value, {"required": True}), plain.render("school", value, {"required": True}))
