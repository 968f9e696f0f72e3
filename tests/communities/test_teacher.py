"""A teacher's page and the own profile: who sees what of whom."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from communities.models import AuditEntry, Community, Position, School, Teacher
from tests.factories.people import join, make_community, make_teacher

pytestmark = pytest.mark.django_db


def page(teacher: Teacher) -> str:
    return reverse("teacher", args=[teacher.pk])


def answers(**changes: Any) -> dict[str, Any]:
    return {
        "last_name": "Власова",
        "first_name": "Анна",
        "middle_name": "Игоревна",
        "position": Position.objects.get(code="teacher").pk,
        "category": "first",
        "subjects": ["physics", "chemistry"],
        "about": "Веду кружок",
        "phone": "+7 900 000-00-00",
        "show_email": "school",
        "show_phone": "network",
        **changes,
    }


def test_teachers_pages_are_for_confirmed_teachers(anna: Teacher, zakhar: Teacher, boris: Teacher, client_of: Any) -> None:
    assert Client().get(page(anna))["Location"].startswith("/accounts/login/")
    assert client_of(zakhar).get(page(anna)).status_code == 403
    response = client_of(boris).get(page(anna))
    assert response.status_code == 200
    assert f'data-object="teacher:{anna.pk}"' in response.content.decode()


def test_the_waiting_are_seen_by_their_coordinator_and_methodists_only(
    zakhar: Teacher, anna: Teacher, boris: Teacher, vera: Teacher, evgenia: Teacher, client_of: Any
) -> None:
    assert [client_of(person).get(page(zakhar)).status_code for person in (anna, boris, vera, evgenia)] == [404, 404, 200, 200]
    hidden, absent = (client_of(boris).get(address) for address in (page(zakhar), reverse("teacher", args=[10**30])))
    assert absent.status_code == 404
    assert hidden.content == absent.content


@pytest.mark.parametrize("audience", ["nobody", "school", "communities", "network"])
def test_contacts_are_seen_by_those_to_whom_they_are_shown(
    audience: str, anna: Teacher, boris: Teacher, gleb: Teacher, daria: Teacher, vera: Teacher, evgenia: Teacher, community: Community, client_of: Any
) -> None:
    Teacher.objects.filter(pk=anna.pk).update(show_email=audience, phone="+7 900 111-22-33", show_phone=audience)
    join(community, anna)
    seen = {}
    for name, person in {"boris": boris, "gleb": gleb, "daria": daria, "vera": vera, "evgenia": evgenia, "anna": anna}.items():
        content = client_of(person).get(page(anna)).content.decode()
        assert ("anna@example.org" in content) is ("+7 900 111-22-33" in content)
        seen[name] = "anna@example.org" in content
    always = {"vera": True, "evgenia": True, "anna": True}
    by_audience = {
        "nobody": {"boris": False, "gleb": False, "daria": False},
        "school": {"boris": False, "gleb": True, "daria": False},
        "communities": {"boris": False, "gleb": True, "daria": True},
        "network": {"boris": True, "gleb": True, "daria": True},
    }
    assert seen == by_audience[audience] | always


def test_a_foreign_coordinator_sees_no_hidden_contacts(anna: Teacher, lyceum: School, client_of: Any) -> None:
    foreign = make_teacher("Чужая", school=lyceum, is_coordinator=True)
    assert "anna@example.org" not in client_of(foreign).get(page(anna)).content.decode()


def test_the_profile_is_saved(anna: Teacher, client_of: Any) -> None:
    browser = client_of(anna)
    assert browser.get("/profile/").status_code == 200
    assert browser.post("/profile/", answers(last_name="Соловьёва")).status_code == 302
    anna = Teacher.objects.get(pk=anna.pk)
    assert (anna.last_name, anna.category, anna.show_email, anna.show_phone, anna.show_photo) == ("Соловьёва", "first", "school", "network", False)
    assert sorted(subject.code for subject in anna.subjects.all()) == ["chemistry", "physics"]
    assert list(Teacher.objects.named("соловьева")) == [anna]


def test_what_the_form_does_not_list_cannot_be_changed(anna: Teacher, lyceum: School, client_of: Any) -> None:
    client_of(anna).post("/profile/", answers(role="administrator", school=lyceum.pk, publishes_name="on", email="x@example.org", confirmed_on="2020-01-01"))
    after = Teacher.objects.get(pk=anna.pk)
    untouched = ("role", "school", "publishes_name", "email", "confirmed_on")
    assert [getattr(after, name) for name in untouched] == [getattr(anna, name) for name in untouched]
    assert not AuditEntry.objects.exists()


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(anna: Teacher, client_of: Any) -> None:
    bad = {"last_name": "", "about": "я" * 2001, "phone": "1\x002", "position": "9" * 40, "category": "none\x00", "subjects": ["9" * 40], "show_email": "all"}
    response = client_of(anna).post("/profile/", answers(first_name="Набранное имя", **bad))
    assert response.status_code == 200
    assert set(response.context["form"].errors) == set(bad)
    assert "Набранное имя" in response.content.decode()
    assert Teacher.objects.get(pk=anna.pk).first_name == "Анна"


def test_what_people_write_is_escaped(anna: Teacher, boris: Teacher, client_of: Any) -> None:
    client_of(anna).post("/profile/", answers(about="<script>alert(1)</script>", last_name="<b>Власова</b>"))
    content = client_of(boris).get(page(anna)).content.decode()
    assert "<script>alert" not in content
    assert "<b>Власова" not in content


def test_a_page_costs_the_same_with_many_communities(anna: Teacher, boris: Teacher, client_of: Any, django_assert_num_queries: Any) -> None:
    browser = client_of(boris)
    for number in (1, 8):
        for each in range(number):
            join(make_community(f"Сообщество {number}-{each}"), anna)
        with django_assert_num_queries(10):
            browser.get(page(anna))
