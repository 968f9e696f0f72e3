"""The school's passport: answers and facts, what they conclude, who reads which reason, and where the directions lead."""

import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from communities.actions.fact import record_fact, record_facts
from communities.actions.school import set_peculiarities
from communities.models import AuditEntry, Questionnaire, School, SchoolFact, SchoolPeculiarity, Subject, Teacher
from communities.models.passport import Fact
from communities.models.school import Peculiarity
from communities.questionnaire import QUESTIONS, Known, Say, State, conclude
from communities.school_facts import refresh_facts
from resources.actions.reuse import mark_used
from tests.factories.exchange import make_need
from tests.factories.people import item, make_school, make_teacher
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
# Answers that speak for the peculiarity, each.
FOR = {
    "isolation": {"sole": "yes", "advice": "no", "visits": "no", "unions": "no", "km": "45"},
    "gifted": {"plan": "no", "tutors": "no", "clubs": "no", "peers": "no", "stage": "3"},
    "infrastructure": {"labs": "no", "internet": "no", "rooms": "no", "specialists": "no", "computers": "12"},
    "non-competitive": {"choice": "no", "compare": "no", "contests": "no", "projects": "no", "near": "0"},
}
AGAINST = {
    "isolation": {"sole": "no", "advice": "yes", "visits": "yes", "unions": "yes", "km": "2"},
    "gifted": {"plan": "yes", "tutors": "yes", "clubs": "yes", "peers": "yes", "stage": "24"},
    "infrastructure": {"labs": "yes", "internet": "yes", "rooms": "yes", "specialists": "yes", "computers": "2"},
    "non-competitive": {"choice": "yes", "compare": "yes", "contests": "yes", "projects": "yes", "near": "9"},
}


def address(school: School, code: str = "isolation") -> str:
    return reverse("school_questionnaire", args=[school.slug, code])


def current(school: School) -> set[str]:
    return set(SchoolPeculiarity.objects.filter(school=school, ended_on=None).values_list("peculiarity", flat=True))


# --- conclusions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", list(FOR))
def test_answers_conclude(code: str) -> None:
    peculiarity = Peculiarity(code)
    assert {question.code for question in QUESTIONS[peculiarity]} == set(FOR[code])
    assert conclude(peculiarity, FOR[code], ()).state == State.EXPRESSED
    assert conclude(peculiarity, AGAINST[code], ()).state == State.NONE
    partly = {question.code: AGAINST[code][question.code] if question.is_number else Say.PARTLY for question in QUESTIONS[peculiarity]}
    assert conclude(peculiarity, partly, ()).state == State.PARTLY
    assert conclude(peculiarity, {}, ()).state == State.UNKNOWN


@pytest.mark.parametrize(
    ("code", "facts", "state"),
    [
        ("isolation", [Known(Fact.SOLE_TEACHER, 1, name) for name in ("физика", "химия", "биология")] + [Known(Fact.COLLEAGUE_KM, 32, "физика")], "expressed"),
        ("isolation", [Known(Fact.SOLE_TEACHER, 1, "физика"), Known(Fact.COLLEAGUE_KM, 16, "физика")], "partly"),
        ("isolation", [Known(Fact.COLLEAGUE_KM, 3, "физика")], "none"),
        ("gifted", [Known(Fact.PUPILS_IN_EVENTS, 2)], "expressed"),
        ("gifted", [Known(Fact.PUPILS_IN_EVENTS, 40)], "none"),
        ("infrastructure", [Known(Fact.BORROWED, 20), Known(Fact.LENT, 3)], "expressed"),
        ("infrastructure", [Known(Fact.BORROWED, 4), Known(Fact.LENT, 3)], "partly"),
        ("infrastructure", [Known(Fact.LENT, 30), Known(Fact.LENT, 30, "физика")], "none"),
        ("non-competitive", [Known(Fact.SCHOOLS_NEAR, 0)], "expressed"),
        ("non-competitive", [Known(Fact.SCHOOLS_NEAR, 7)], "none"),
        ("non-competitive", [Known(Fact.SOLE_TEACHER, 1, "физика")], "unknown"),
    ],
)
def test_facts_conclude(code: str, facts: list[Known], state: str) -> None:
    assert conclude(Peculiarity(code), {}, facts).state == state


@given(some.sampled_from(list(Peculiarity)), some.data())
def test_a_sign_of_the_peculiarity_never_weakens_the_conclusion(peculiarity: Peculiarity, data: Any) -> None:
    order = [State.NONE, State.PARTLY, State.EXPRESSED]
    questions = QUESTIONS[peculiarity]
    answers = {question.code: data.draw(some.integers(0, 60) if question.is_number else some.sampled_from(list(Say.values))) for question in questions}
    changed = data.draw(some.sampled_from(questions))
    stronger = {**answers, changed.code: FOR[peculiarity.value][changed.code]}
    before, after = (conclude(peculiarity, said, ()).state for said in (answers, stronger))
    assert order.index(before) <= order.index(after)


# --- answering ----------------------------------------------------------------------------------------------------------


def test_the_coordinator_answers_and_the_peculiarity_follows(client_of: Any, vera: Teacher, village_school: School) -> None:
    set_peculiarities(village_school, ["gifted"], by=None)
    browser = client_of(vera)
    assert browser.get(reverse("school_passport", args=[village_school.slug])).status_code == 200
    response = browser.post(address(village_school), FOR["isolation"])
    # The next questionnaire that nobody has answered.
    assert response["Location"] == address(village_school, "gifted")
    kept = Questionnaire.objects.get()
    assert (kept.school, kept.peculiarity, kept.filled_by) == (village_school, "isolation", vera)
    assert kept.answers == {**FOR["isolation"], "km": 45}
    assert timezone.localdate(kept.filled_at) == TODAY
    assert current(village_school) == {"isolation", "gifted"}
    browser.post(address(village_school, "gifted"), AGAINST["gifted"])
    assert current(village_school) == {"isolation"}
    for code in ("infrastructure", "non-competitive"):
        response = browser.post(address(village_school, code), AGAINST[code])
    assert response["Location"] == village_school.get_absolute_url()


def test_answers_keep_their_history(client_of: Any, vera: Teacher, village_school: School) -> None:
    browser = client_of(vera)
    for answers in (FOR, FOR, AGAINST):
        browser.post(address(village_school), answers["isolation"])
    # The same answers again are the first ones.
    assert [row.answers["km"] for row in Questionnaire.objects.all()] == [2, 45]
    assert AuditEntry.objects.filter(action="fill-questionnaire").count() == 2
    assert current(village_school) == set()
    page = browser.get(address(village_school)).content.decode()
    assert page.count('data-object="filled:') == 2


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"sole": "maybe"}, ["sole"]),
        ({"sole": ""}, ["sole"]),
        ({"km": "-1"}, ["km"]),
        ({"km": "9" * 30}, ["km"]),
        ({"km": "далеко", "unions": "\x00"}, ["km", "unions"]),
    ],
)
def test_bad_answers_are_said_at_the_field(changes: dict[str, str], fields: list[str], client_of: Any, vera: Teacher, village_school: School) -> None:
    response = client_of(vera).post(address(village_school), {**FOR["isolation"], **changes})
    assert response.status_code == 200
    assert sorted(response.context["form"].errors) == fields
    assert not Questionnaire.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("visitor", 302), ("zakhar", 403), ("anna", 403), ("gleb", 403), ("boris", 403), ("stranger", 403), ("evgenia", 200)]
)
def test_who_runs_the_school_answers(who: str, status: int, request: Any, client_of: Any, village_school: School) -> None:
    person = make_teacher(school=make_school(), is_coordinator=True) if who == "stranger" else request.getfixturevalue(who)
    browser = client_of(person)
    assert browser.get(reverse("school_passport", args=[village_school.slug])).status_code == status
    assert browser.get(address(village_school)).status_code == status
    assert browser.post(address(village_school), FOR["isolation"]).status_code == (302 if status == 200 else status)
    assert Questionnaire.objects.exists() == (status == 200)


def test_an_unknown_peculiarity_is_404(client_of: Any, vera: Teacher, village_school: School) -> None:
    assert client_of(vera).get(address(village_school, "poverty")).status_code == 404


# --- who reads what -------------------------------------------------------------------------------------------------------


def test_numbers_of_few_pupils_are_the_coordinators(
    client_of: Any, village_school: School, vera: Teacher, anna: Teacher, evgenia: Teacher, boris: Teacher
) -> None:
    client_of(vera).post(address(village_school, "gifted"), FOR["gifted"])
    record_fact(village_school, Fact.PUPILS_IN_EVENTS, 4)
    few = ("муниципального этапа олимпиады", "Обучающихся в мероприятиях сети")
    school_page, passport = village_school.get_absolute_url(), reverse("school_passport", args=[village_school.slug])
    for browser, paths, seen in (
        (client_of(vera), (school_page, passport), True),
        (client_of(evgenia), (school_page, passport, address(village_school, "gifted")), False),
        (client_of(anna), (school_page,), False),
        (client_of(boris), (school_page,), False),
        (Client(), (school_page,), False),
    ):
        for path in paths:
            text = browser.get(path).content.decode()
            reasons = [part.split("</li>")[0] for part in text.split("data-reason=")[1:]]
            assert any(word in reason for reason in reasons for word in few) == seen, path
            assert ("<b>3</b>" in text) == ("<b>4</b>" in text) == seen, path
    # Five are no few.
    record_fact(village_school, Fact.PUPILS_IN_EVENTS, 5)
    assert "<b>5</b>" in client_of(boris).get(school_page).content.decode()
    everyones = SchoolFact.objects.filter(fact=Fact.PUPILS_IN_EVENTS)
    assert list(everyones.visible_to(boris)) == list(everyones)
    record_fact(village_school, Fact.PUPILS_IN_EVENTS, 4)
    assert [list(everyones.visible_to(person)) for person in (boris, evgenia)] == [[], []]
    assert list(everyones.visible_to(Teacher.objects.get(pk=vera.pk))) == list(everyones)


def test_visitors_read_no_conclusions(client_of: Any, village_school: School, vera: Teacher, zakhar: Teacher, boris: Teacher) -> None:
    client_of(vera).post(address(village_school), FOR["isolation"])
    for browser in (Client(), client_of(zakhar)):
        page = browser.get(village_school.get_absolute_url())
        assert [row["conclusion"] for row in page.context["rows"]] == [None]
        assert "data-reason" not in page.content.decode()
    page = client_of(boris).get(village_school.get_absolute_url())
    assert [row["conclusion"].state for row in page.context["rows"]] == ["expressed"]
    assert page.content.decode().count("data-reason") == 5


# --- facts --------------------------------------------------------------------------------------------------------------


def facts(school: School) -> dict[tuple[str, str], int]:
    rows = SchoolFact.objects.filter(school=school).values_list("fact", "subject__code", "value")
    return {(fact, subject or ""): value for fact, subject, value in rows}


def teach(teacher: Teacher, *codes: str) -> None:
    teacher.subjects.set([item(Subject, code) for code in codes])


def place(school: School, latitude: str, longitude: str) -> None:
    School.objects.filter(pk=school.pk).update(latitude=latitude, longitude=longitude)


def test_sole_teachers_and_their_nearest_colleagues(village_school: School, lyceum: School, anna: Teacher, boris: Teacher, vera: Teacher) -> None:
    far, closed = make_school("Дальняя"), make_school("Закрытая", closed_on=TODAY)
    for school, longitude in ((village_school, "65.0"), (lyceum, "65.5"), (far, "66.0"), (closed, "65.01")):
        place(school, "57.0", longitude)
    teach(anna, "physics", "mathematics")
    teach(vera, "mathematics")
    teach(boris, "physics")
    teach(make_teacher(school=far), "physics", "chemistry")
    teach(make_teacher(school=closed), "physics")
    teach(make_teacher(school=village_school, confirmed=False), "physics")
    blocked = make_teacher(school=village_school)
    teach(blocked, "physics")
    Teacher.objects.filter(pk=blocked.pk).update(is_active=False)
    refresh_facts(TODAY)
    assert facts(village_school) == {("sole-teacher", "physics"): 1, ("colleague-km", "physics"): 30, ("schools-near", ""): 0}
    assert facts(far) == {("sole-teacher", "physics"): 1, ("colleague-km", "physics"): 30, ("sole-teacher", "chemistry"): 1, ("schools-near", ""): 0}
    assert facts(closed) == {}


def test_running_the_job_again_changes_nothing(village_school: School, anna: Teacher, boris: Teacher) -> None:
    teach(anna, "physics")
    assert refresh_facts(TODAY) > 0
    before = list(SchoolFact.objects.values_list())
    assert refresh_facts(TODAY) == 0
    assert list(SchoolFact.objects.values_list()) == before
    # What is no longer true vanishes.
    teach(anna)
    refresh_facts(TODAY + datetime.timedelta(1))
    assert facts(village_school) == {}


def test_facts_follow_a_change_of_subjects(client_of: Any, village_school: School, anna: Teacher, django_capture_on_commit_callbacks: Any) -> None:
    from communities.actions.teacher import edit_profile

    with django_capture_on_commit_callbacks(execute=True):
        edit_profile(anna, by=anna, subjects=[item(Subject, "physics")])
    assert facts(village_school)["sole-teacher", "physics"] == 1


def test_lessons_lent_and_borrowed(village_school: School, lyceum: School, anna: Teacher, boris: Teacher) -> None:
    mine = stand("Опыты", author=anna, subject="physics")
    mark_used(mine, by=boris)
    mark_used(mine, by=boris, on=TODAY - datetime.timedelta(1))
    mark_used(mine, by=make_teacher(school=village_school))
    mark_used(stand("Задачи", author=boris, subject="mathematics"), by=anna)
    call_command("nightly", verbosity=0)
    lending = {key: value for key, value in facts(village_school).items() if key[0] in ("lent", "borrowed")}
    assert lending == {("lent", "physics"): 2, ("lent", ""): 2, ("borrowed", ""): 1}
    assert facts(lyceum)["borrowed", ""] == 2
    before = list(SchoolFact.objects.order_by("pk").values_list())
    call_command("nightly", verbosity=0)
    assert list(SchoolFact.objects.order_by("pk").values_list()) == before


def test_a_fact_is_one_row(village_school: School) -> None:
    for value in (3, 7):
        record_fact(village_school, Fact.SESSIONS, value)
    record_fact(village_school, Fact.SESSIONS, 2, subject=item(Subject, "physics"))
    assert facts(village_school) == {("sessions", ""): 7, ("sessions", "physics"): 2}
    record_facts(Fact.SESSIONS, {(village_school.pk, None): 9}, as_of=TODAY)
    assert facts(village_school) == {("sessions", ""): 9}


# --- where directions lead -------------------------------------------------------------------------------------------------


def links(browser: Client, school: School) -> dict[str, list[str]]:
    rows = browser.get(school.get_absolute_url()).context["rows"]
    return {direction["title"]: [link["text"] for link in direction["links"]] for row in rows for direction in row["directions"]}


def test_an_open_offer_carries_a_direction(client_of: Any, village_school: School, lyceum: School, boris: Teacher) -> None:
    set_peculiarities(village_school, ["non-competitive"], by=None)
    make_need(make_school(municipality=village_school.municipality), "offer", "Уроки рядом", direction="exchange")
    make_need(lyceum, "offer", "Уроки далеко", direction="exchange")
    make_need(lyceum, "request", "Просьба", direction="exchange")
    make_need(lyceum, "offer", "Прошлое", direction="joint-projects", state="closed", closed_on=TODAY)
    make_need(village_school, "offer", "Своё", direction="joint-projects")
    assert list(links(client_of(boris), village_school).values()) == [["Уроки рядом", "и ещё 1 предложение"], []]
    assert list(links(Client(), village_school).values()) == [[], []]


def test_every_link_of_a_direction_leads_somewhere(client_of: Any, village_school: School, lyceum: School, anna: Teacher, vera: Teacher) -> None:
    set_peculiarities(village_school, list(Peculiarity.values), by=None)
    stand("Опыты", author=anna, subject="physics")
    stand("Из опыта", author=anna, type="experience")
    teach(anna, "physics")
    refresh_facts(TODAY)
    make_need(village_school)
    make_need(lyceum, "offer")
    make_need(lyceum, "offer", "Открытые уроки", direction="exchange")
    for browser in (Client(), client_of(vera)):
        for path in (village_school.get_absolute_url(), "/directions/"):
            context = browser.get(path).context
            found = [link for row in context.get("rows", []) for direction in row["directions"] for link in direction["links"]]
            found += [link for row in context.get("table", []) for direction in row.directions for link in direction.carriers]
            assert found
            for link in found:
                response = browser.get(link["url"])
                assert response.status_code == 200
                assert 'data-total="0"' not in response.content.decode(), link


def test_a_schools_page_asks_at_most_thirteen_queries(
    client_of: Any, village_school: School, lyceum: School, anna: Teacher, vera: Teacher, django_assert_num_queries: Any
) -> None:
    set_peculiarities(village_school, list(Peculiarity.values), by=None)
    browser, visitor = client_of(anna), Client()
    for number in (1, 6):
        for each in range(number):
            make_need(village_school, title=f"Запрос {number}-{each}")
            make_need(lyceum, "offer", f"Предложение {number}-{each}", direction="exchange")
            stand(f"Опыты {number}-{each}", author=anna, subject="physics")
            teach(make_teacher(school=lyceum), "physics")
        refresh_facts(TODAY)
        with django_assert_num_queries(13):
            browser.get(village_school.get_absolute_url())
        with django_assert_num_queries(7):
            visitor.get(village_school.get_absolute_url())
