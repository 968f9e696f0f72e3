"""The coverage map: the catalogue's own numbers for each reader, holes in words, calls for materials."""

import datetime
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from communities.models import Community, Subject, SubjectGrades, Teacher
from resources.actions.material_call import call_for_materials, close_call
from resources.models import Material, MaterialCall, Purpose, Reuse
from tests.factories.people import join, make_community, make_teacher
from tests.factories.shelf import accept, stand
from tests.resources.reading import total

pytestmark = pytest.mark.django_db
CALL = "/materials/coverage/call/?subject=physics&grade=8"
SOON = (timezone.localdate() + datetime.timedelta(days=20)).isoformat()


def cells(response: Any) -> dict[tuple[str, int], tuple[int, str]]:
    """(subject, grade) → (materials, state) of every cell of the table."""
    found = re.findall(r'data-cell="([\w-]+):(\d+):(\d+):(\w+)"', response.content.decode())
    return {(subject, int(grade)): (int(count), state) for subject, grade, count, state in found}


def holes(response: Any) -> list[tuple[str, int]]:
    """(subject, grade) of every hole, in the order of the page."""
    rows = re.findall(r'data-hole="([\w-]+)"(.*?)</li>', response.content.decode(), re.DOTALL)
    return [(subject, int(grade)) for subject, row in rows for grade in re.findall(r"/coverage/[\w-]+/(\d+)/", row)]


@pytest.fixture
def physics() -> Subject:
    return Subject.objects.get(code="physics")


def test_the_curriculum_says_which_cells_exist(client: Any) -> None:
    expected = {(row.subject.code, grade) for row in SubjectGrades.objects.select_related("subject") for grade in range(row.grade_from, row.grade_to + 1)}
    found = cells(client.get("/materials/coverage/"))
    assert set(found) == expected
    assert set(found.values()) == {(0, "none")}


def test_states_and_grades(client: Any, anna: Teacher) -> None:
    for number in range(5):
        stand(f"Опыт {number}", author=anna, subject="physics", grades=(7, 8), reuse_count=number)
    stand("Один", author=anna, subject="physics", grades=(9, 9), purpose="olympiad")
    for number in range(5):
        stand(f"Без уроков {number}", author=anna, subject="physics", grades=(10, 11), reuse_count=number // 3)
    stand("Без класса", author=anna, subject="physics")
    stand("Не тот класс", author=anna, subject="physics", grades=(1, 2))
    found = {grade: cell for (subject, grade), cell in cells(client.get("/materials/coverage/")).items() if subject == "physics"}
    assert found == {7: (5, "proven"), 8: (5, "proven"), 9: (1, "few"), 10: (5, "enough"), 11: (5, "enough")}
    olympiad = {grade: cell for (subject, grade), cell in cells(client.get("/materials/coverage/?purpose=olympiad")).items() if subject == "physics"}
    assert {grade for grade, cell in olympiad.items() if cell[0]} == {9}
    basic = cells(client.get("/materials/coverage/?level=basic"))
    assert {grade for _subject, grade in basic} == {5, 6, 7, 8, 9}


@pytest.mark.parametrize("person", ["visitor", "zakhar", "boris", "member", "anna", "evgenia"])
def test_every_number_is_the_catalogue_s_for_this_reader(
    person: str, request: Any, client_of: Any, anna: Teacher, boris: Teacher, community: Community
) -> None:
    member = make_teacher("Участникова", school=boris.school)
    join(community, member)
    words: dict[str, Any] = {"author": anna, "subject": "physics", "grades": (8, 8)}
    stand("Открытый", **words)
    stand("Сетевой", visibility="network", **words)
    stand("Внутренний", visibility="library", community=community, **words)
    stand("На проверке", status="review", community=community, **words)
    for status in ("draft", "returned", "withdrawn"):
        stand(status, status=status, **words)
    browser = client_of(member if person == "member" else request.getfixturevalue(person))
    count = cells(browser.get("/materials/coverage/"))["physics", 8][0]
    assert count == {"visitor": 1, "zakhar": 1, "boris": 2, "member": 4, "anna": 4, "evgenia": 4}[person]
    assert count == total(browser.get("/materials/?subject=physics&grade=8"))


def test_holes_are_the_empty_cells_own_subjects_first(client_of: Any, visitor: Any, boris: Teacher, physics: Subject) -> None:
    stand("Есть", author=boris, subject="physics", grades=(8, 8))
    for query in ("", "?purpose=advanced"):
        page = client_of(visitor).get(f"/materials/coverage/{query}")
        assert sorted(holes(page)) == sorted(cell for cell, (count, _state) in cells(page).items() if not count)
    boris.subjects.set([physics])
    assert holes(client_of(boris).get("/materials/coverage/"))[:4] == [("physics", 7), ("physics", 9), ("physics", 10), ("physics", 11)]


def levels(response: Any) -> dict[str, tuple[int, ...]]:
    """Difficulty → materials, lessons, recommended, best practice of a cell's page."""
    found = re.findall(r'data-level="([\w-]*):(\d+):(\d+):(\d+):(\d+)"', response.content.decode())
    return {code: tuple(map(int, numbers)) for code, *numbers in found if any(map(int, numbers))}


def test_a_cell_says_how_proven_it_is(client_of: Any, visitor: Any, anna: Teacher, boris: Teacher, daria: Teacher, evgenia: Teacher) -> None:
    words: dict[str, Any] = {"author": anna, "subject": "physics", "grades": (7, 9)}
    used = stand("Опыт", purpose="olympiad", best_practice_reason="Просто", **words)
    other = stand("Другой", **words)
    stand("Тайный", author=anna, subject="physics", grades=(8, 8), purpose="olympiad", visibility="network")
    accept(used, evgenia)
    for material, teachers in ((used, (boris, daria)), (other, (boris,))):
        for teacher in teachers:
            Reuse.objects.create(material=material, version=material.versions.get(), teacher=teacher, school=teacher.school)
        Material.objects.filter(pk=material.pk).update(reuse_count=len(teachers))
    page = client_of(visitor).get("/materials/coverage/physics/8/")
    assert levels(page) == {"olympiad": (1, 2, 1, 1), "": (1, 1, 0, 0)}
    total = page.context["cell"].total
    assert (total.materials, total.lessons, page.context["cell"].schools, total.recommended, total.best) == (2, 3, 1, 1, 1)
    assert levels(client_of(boris).get("/materials/coverage/physics/8/")) == {"olympiad": (2, 2, 1, 1), "": (1, 1, 0, 0)}
    chosen = client_of(visitor).get("/materials/coverage/physics/8/?purpose=olympiad").context["cell"]
    assert (chosen.total.materials, chosen.total.lessons, [row.pk for row in chosen.rows]) == (1, 2, [used.pk])


def test_a_cell_that_nobody_teaches_does_not_exist(client_of: Any, visitor: Any) -> None:
    for tail in ("physics/2/", "nothing/8/", "physics/99999999999999999999/", "physics/8/?purpose=%00", "physics/8/?purpose=nothing"):
        assert client_of(visitor).get(f"/materials/coverage/{tail}").status_code == 404


@pytest.mark.parametrize("size", [1, 12])
def test_a_cell_costs_the_same_for_few_and_many(
    client_of: Any, daria: Teacher, anna: Teacher, physics: Subject, django_assert_num_queries: Any, size: int
) -> None:
    for number in range(size):
        stand(f"Материал {number}", author=anna, subject="physics", grades=(8, 8))
        join(made := make_community(f"Ещё {number}", subject="physics"), daria, role="leader")
        MaterialCall.objects.create(subject=physics, grade=8, community=made, called_on=datetime.date(2026, 8, 1))
    browser = client_of(daria)
    browser.get("/materials/coverage/physics/8/")
    with django_assert_num_queries(12):
        assert len(browser.get("/materials/coverage/physics/8/").context["cell"].calls) == size


@pytest.mark.parametrize("query", [{"purpose": "\x00"}, {"level": "9" * 400}, {"purpose": ["a", "b"], "grade": "-1"}])
def test_unknown_filters_are_left_out(client: Any, query: dict[str, Any]) -> None:
    assert client.get("/materials/coverage/", query).status_code == 200


@pytest.mark.parametrize("size", [2, 20])
def test_one_grouped_query(
    client_of: Any, visitor: Any, daria: Teacher, anna: Teacher, community: Community, django_assert_num_queries: Any, size: int
) -> None:
    subjects = list(Subject.objects.values_list("code", flat=True))
    for number in range(size):
        stand(f"Материал {number}", author=anna, subject=subjects[number], grades=(1 + number % 9, 2 + number % 9))
        MaterialCall.objects.create(subject=community.subject, grade=number % 11 + 1, community=make_community(f"Ещё {number}", subject="physics"))
    for person, queries in ((visitor, 5), (daria, 10)):
        browser = client_of(person)
        browser.get("/materials/coverage/")
        with django_assert_num_queries(queries):
            browser.get("/materials/coverage/?purpose=advanced")


# --- calls ----------------------------------------------------------------------------------------------------------


def test_leaders_call_their_own_community_and_methodists_all(client_of: Any, community: Community, daria: Teacher, boris: Teacher, evgenia: Teacher) -> None:
    other, foreign = make_community("Физики района", subject="physics"), make_community("Химики", subject="chemistry")
    assert client_of(boris).get(CALL).status_code == 403
    assert client_of(daria).get("/materials/coverage/call/?subject=chemistry&grade=8").status_code == 403
    for wrong in ("?subject=physics&grade=2", "?subject=physics&grade=x", "?subject=нет&grade=8", "?subject=physics&grade=8&purpose=нет", "?grade=" + "9" * 50):
        assert client_of(evgenia).get(f"/materials/coverage/call/{wrong}").status_code == 404
    client_of(daria).post(CALL, {"communities": [other.pk], "due_on": SOON})
    assert not MaterialCall.objects.exists()
    client_of(daria).post(CALL, {"communities": [community.pk], "due_on": SOON})
    client_of(daria).post(CALL, {"communities": [community.pk], "due_on": SOON})
    client_of(evgenia).post(CALL + "&purpose=olympiad", {"communities": [community.pk, other.pk, foreign.pk], "due_on": SOON})
    assert list(MaterialCall.objects.values_list("community", "purpose__code")) == [(community.pk, None)]
    client_of(evgenia).post(CALL + "&purpose=olympiad", {"communities": [community.pk, other.pk], "due_on": SOON})
    assert MaterialCall.objects.filter(purpose__code="olympiad").count() == 2


def test_a_call_is_not_doubled_whether_or_not_it_has_a_purpose(community: Community, daria: Teacher, physics: Subject) -> None:
    for purpose in (None, Purpose.objects.get(code="olympiad")):
        for _press in range(2):
            call_for_materials(physics, 8, purpose, [community], by=daria)
    assert MaterialCall.objects.count() == 2


def test_the_call_stands_on_the_page_and_among_tasks_until_closed(
    client_of: Any, visitor: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher, physics: Subject
) -> None:
    join(community, boris)
    (call,) = call_for_materials(physics, 8, None, [community], by=daria)
    upload = "/materials/new/?subject=physics&amp;grade=8"
    page = client_of(visitor).get(community.get_absolute_url()).content.decode()
    assert f"call:{call.pk}" in page
    assert upload not in page
    assert "Орлова" not in page
    assert upload in client_of(boris).get(community.get_absolute_url()).content.decode()
    assert upload in client_of(boris).get("/").content.decode()
    assert upload not in client_of(anna).get("/").content.decode()
    assert upload not in client_of(daria).get("/").content.decode()
    for person in (anna, boris):
        assert client_of(person).post(f"/materials/calls/{call.pk}/close/").status_code == 403
        with pytest.raises(PermissionDenied):
            close_call(call, by=person)
    client_of(daria).post(f"/materials/calls/{call.pk}/close/")
    assert upload not in client_of(boris).get("/").content.decode()
    assert f"call:{call.pk}" not in client_of(boris).get(community.get_absolute_url()).content.decode()


def test_who_answers_is_not_asked_again(client_of: Any, community: Community, daria: Teacher, boris: Teacher, physics: Subject) -> None:
    join(community, boris)
    call_for_materials(physics, 8, None, [community], by=daria)
    stand("Ответ", author=boris, status="review", subject="physics", grades=(7, 9))
    assert "subject=physics&amp;grade=8" not in client_of(boris).get("/").content.decode()


def test_a_call_has_a_deadline_and_shows_its_answers(
    client_of: Any, visitor: Any, community: Community, daria: Teacher, boris: Teacher, anna: Teacher, physics: Subject
) -> None:
    join(community, boris)
    today = timezone.localdate()
    for wrong in ("", "x", (today - datetime.timedelta(days=1)).isoformat(), (today + datetime.timedelta(days=400)).isoformat(), "0001-01-01"):
        answer = client_of(daria).post(CALL, {"communities": [community.pk], "due_on": wrong})
        assert answer.status_code == 200
        assert answer.context["form"].errors["due_on"]
    client_of(daria).post(CALL, {"communities": [community.pk], "due_on": today.isoformat()})
    call = MaterialCall.objects.get()
    assert call.due_on == today
    words: dict[str, Any] = {"author": anna, "subject": "physics", "published_on": today}
    public = stand("Ответ", grades=(7, 9), **words)
    hidden = stand("Сетевой ответ", grades=(8, 8), visibility="network", **words)
    stand("Не тот класс", grades=(10, 11), **words)
    stand("До призыва", author=anna, subject="physics", grades=(8, 8), published_on=today - datetime.timedelta(days=1))
    for address in (community.get_absolute_url(), "/materials/coverage/physics/8/"):
        for person, expected in ((visitor, [public.pk]), (boris, [hidden.pk, public.pk])):
            page = client_of(person).get(address).content.decode()
            assert [int(pk) for pk in re.findall(r'data-answer="(\d+)"', page)] == expected
    upload = "subject=physics&amp;grade=8"
    assert upload in client_of(boris).get("/").content.decode()
    MaterialCall.objects.update(due_on=today - datetime.timedelta(days=1))
    assert upload not in client_of(boris).get("/").content.decode()
    assert "ждали до" in client_of(boris).get(community.get_absolute_url()).content.decode()


def test_home_of_a_called_member_stays_within_its_queries(
    client_of: Any, community: Community, daria: Teacher, boris: Teacher, physics: Subject, django_assert_max_num_queries: Any
) -> None:
    join(community, boris)
    for grade in (7, 8, 9):
        call_for_materials(physics, grade, None, [community], by=daria)
    browser = client_of(boris)
    browser.get("/")
    with django_assert_max_num_queries(12):
        tasks = browser.get("/").context["tasks"]
    assert [task.url for task in tasks if task.rank == 65] == ["/materials/new/?subject=physics&grade=9"]


def test_the_upload_comes_filled_in_and_keeps_it(client_of: Any, boris: Teacher, physics: Subject) -> None:
    address = "/materials/new/?subject=physics&grade=8&purpose=olympiad"
    form = client_of(boris).get(address).context["form"]
    purpose = Purpose.objects.get(code="olympiad")
    assert (form["subject"].value(), form["grades"].value(), form["purpose"].value()) == (physics.pk, ["8"], purpose.pk)
    assert client_of(boris).get("/materials/new/?subject=%00&grade=99&purpose=" + "x" * 500).status_code == 200
    words = {"title": "Ответ", "subject": physics.pk, "grades": ["8"], "purpose": purpose.pk, "licence": "cc-by", "visibility": "public"}
    client_of(boris).post(address, words)
    material = Material.objects.get()
    assert (material.subject, material.grade_from, material.purpose) == (physics, 8, purpose)
