"""Who works where: confirmed by the school's coordinator, roles by methodists, and what an ended workplace closes."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from communities.actions.employment import confirm_employment, employ_teacher, end_employment, refuse_employment, request_employment
from communities.actions.paper_code import add_teacher_on_paper
from communities.actions.teacher import give_network_role
from communities.models import AuditEntry, Employment, Position, School, Teacher
from foundation.activity import recorded
from tests.factories.people import employ, make_school, make_teacher

pytestmark = pytest.mark.django_db


def staff(school: School) -> str:
    return reverse("school_staff", args=[school.slug])


def act(name: str, place: Employment, school: School | None = None) -> str:
    return reverse(f"employment_{name}", args=[(school or place.school).slug, place.pk])


@pytest.mark.parametrize(("who", "status"), [("visitor", 302), ("zakhar", 403), ("anna", 403), ("boris", 403), ("gleb", 403), ("vera", 200), ("evgenia", 200)])
def test_the_coordinators_page_is_for_those_who_run_the_school(who: str, status: int, village_school: School, request: Any, client_of: Any) -> None:
    browser = client_of(request.getfixturevalue(who))
    assert browser.get(staff(village_school)).status_code == status


@pytest.mark.parametrize(("who", "status"), [("visitor", 302), ("anna", 403), ("boris", 403), ("zakhar", 403)])
def test_others_confirm_nobody(who: str, status: int, zakhar: Teacher, request: Any, client_of: Any) -> None:
    place = zakhar.employments.get()
    assert client_of(request.getfixturevalue(who)).post(act("confirm", place)).status_code == status
    place.refresh_from_db()
    assert place.confirmed_on is None


def test_the_coordinator_confirms_and_the_network_opens(vera: Teacher, zakhar: Teacher, village_school: School, client_of: Any) -> None:
    place, acts = zakhar.employments.get(), []

    def listen(sender: Any, **act: Any) -> None:
        acts.append((act["verb"], act["by"].pk, act["target"].pk))

    recorded.connect(listen)
    browser = client_of(vera)
    assert "Захар" in browser.get(staff(village_school)).content.decode()
    assert browser.get(act("confirm", place)).status_code == 405
    assert browser.post(act("confirm", place)).status_code == 302
    recorded.disconnect(listen)
    zakhar = Teacher.objects.get(pk=zakhar.pk)
    assert zakhar.is_confirmed
    assert zakhar.school == village_school
    assert acts == [("confirmed-teacher", vera.pk, zakhar.pk)]
    entry = AuditEntry.objects.get(action="confirm-employment")
    assert (entry.actor, entry.object_id, entry.details) == (vera, place.pk, {"teacher": zakhar.pk, "school": village_school.pk})
    assert client_of(zakhar).get("/teachers/").status_code == 200


def test_a_second_answer_changes_nothing(vera: Teacher, zakhar: Teacher) -> None:
    place = zakhar.employments.get()
    assert refuse_employment(place, by=vera, reason="stranger")
    assert not confirm_employment(place, by=vera)
    assert not Teacher.objects.get(pk=zakhar.pk).is_confirmed
    assert not AuditEntry.objects.filter(action="confirm-employment").exists()


def test_foreign_employment_is_404(vera: Teacher, lyceum: School, village_school: School, client_of: Any) -> None:
    stranger = make_teacher("Чужой", school=lyceum, confirmed=False)
    place = stranger.employments.get()
    assert client_of(vera).post(act("confirm", place, village_school)).status_code == 404
    assert client_of(vera).post(act("confirm", place)).status_code == 403
    assert not Teacher.objects.get(pk=stranger.pk).is_confirmed


def test_a_refused_person_reads_the_reason_and_asks_another_school(vera: Teacher, zakhar: Teacher, lyceum: School, client_of: Any) -> None:
    place = zakhar.employments.get()
    missing = client_of(vera).post(act("refuse", place), {"reason": "because"})
    assert missing.status_code == 200
    assert "reason" in missing.context["waiting"][0]["refusal_form"].errors
    client_of(vera).post(act("refuse", place), {"reason": "left"})
    browser = client_of(zakhar)
    assert "больше не работает в нашей школе" in browser.get("/profile/workplaces/").content.decode()
    browser.post("/profile/workplaces/", {"school": lyceum.pk, "position": Position.objects.get(code="teacher").pk})
    waiting = Employment.objects.waiting().get(teacher=zakhar)
    assert waiting.school == lyceum


def test_ending_the_only_workplace_closes_the_network(vera: Teacher, anna: Teacher, client_of: Any) -> None:
    place = anna.employments.get()
    browser = client_of(anna)
    assert browser.get("/teachers/").status_code == 200
    assert client_of(vera).get(act("end", place)).status_code == 200
    assert Teacher.objects.get(pk=anna.pk).is_confirmed
    client_of(vera).post(act("end", place))
    anna = Teacher.objects.get(pk=anna.pk)
    assert (anna.school, anna.confirmed_on) == (None, None)
    assert browser.get("/teachers/").status_code == 403


def test_the_first_current_workplace_counts(anna: Teacher, vera: Teacher, lyceum: School, village_school: School) -> None:
    employ(anna, lyceum)
    assert anna.school == village_school
    end_employment(anna.employments.get(school=village_school), by=vera)
    anna = Teacher.objects.get(pk=anna.pk)
    assert anna.school == lyceum
    assert anna.is_confirmed


def test_only_methodists_and_administrators_give_school_roles(vera: Teacher, anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    place = anna.employments.get()
    assert client_of(vera).post(act("roles", place), {"is_coordinator": "on"}).status_code == 403
    client_of(evgenia).post(act("roles", place), {"is_coordinator": "on"})
    place.refresh_from_db()
    assert (place.is_head, place.is_coordinator) == (False, True)
    assert AuditEntry.objects.get(action="give-school-roles").details["is_coordinator"] is True
    assert client_of(anna).get(staff(place.school)).status_code == 200


def test_a_coordinator_does_not_remove_the_head(vera: Teacher, gleb: Teacher, evgenia: Teacher, client_of: Any) -> None:
    place = gleb.employments.get()
    assert client_of(vera).post(act("end", place)).status_code == 403
    place.refresh_from_db()
    assert place.ended_on is None
    client_of(evgenia).post(act("end", place))
    place.refresh_from_db()
    assert place.ended_on is not None


def test_a_closed_school_takes_nobody(anna: Teacher) -> None:
    closed = make_school("Закрытая", closed_on="2025-01-01")
    with pytest.raises(ValidationError):
        request_employment(anna, closed, position=None, by=anna)


def test_nobody_is_employed_twice_at_a_school(anna: Teacher, vera: Teacher, village_school: School) -> None:
    with pytest.raises(ValidationError):
        employ_teacher(anna, village_school, by=vera)
    assert request_employment(anna, village_school, position=None, by=anna) == anna.employments.get()


def test_administrators_give_network_roles_and_keep_one_of_them(zhanna: Teacher, evgenia: Teacher, anna: Teacher, client_of: Any) -> None:
    address = reverse("teacher_role", args=[anna.pk])
    assert client_of(evgenia).post(address, {"role": "methodist"}).status_code == 403
    client_of(zhanna).post(address, {"role": "methodist"})
    assert Teacher.objects.get(pk=anna.pk).is_methodist
    assert AuditEntry.objects.get(action="give-network-role").details == {"before": "teacher", "after": "methodist"}
    client_of(zhanna).post(reverse("teacher_role", args=[zhanna.pk]), {"role": "teacher"})
    assert Teacher.objects.get(pk=zhanna.pk).is_administrator
    with pytest.raises(ValidationError):
        give_network_role(zhanna, "teacher", by=zhanna)


def test_the_list_costs_the_same_for_many_people(vera: Teacher, village_school: School, client_of: Any, django_assert_num_queries: Any) -> None:
    browser = client_of(vera)
    for number in (1, 12):
        for each in range(number):
            make_teacher("Ждущая", school=village_school, confirmed=False)
            make_teacher("Работающая", school=village_school)
            add_teacher_on_paper(village_school, by=vera, last_name=f"Бумажная{number}{each}", first_name="Ия")
        with django_assert_num_queries(10):
            browser.get(staff(village_school))


def test_methodists_without_a_second_factor_only_set_it_up(client_of: Any) -> None:
    browser = client_of(make_teacher("Новая", role="methodist"))
    for path in ("/teachers/", "/profile/", "/schools/"):
        assert browser.get(path).headers.get("Location", "") == reverse("mfa_activate_totp")
    assert browser.get(reverse("account_logout")).status_code == 200
    assert browser.get(reverse("mfa_activate_totp")).status_code == 200
    assert client_of(make_teacher("Обычная")).get("/teachers/").status_code == 200
