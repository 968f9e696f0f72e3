"""Pupils' events: consents before registration, pupils entered by their teachers, jury without conflict, publication, appeals, the next stage, leaks."""

import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook

from communities.models import School, Teacher
from events.actions.contest import (
    Entered,
    add_criterion,
    carry_over,
    close_results,
    code_works,
    decide_appeal,
    enter_pupils,
    file_appeal,
    give_scores,
    publish_results,
    set_consents,
    set_jury,
    set_rules,
    write_consent,
)
from events.actions.event import announce_event
from events.actions.registration import cancel_registration
from events.contests import agreement_of, places_of
from events.models import Contest, Event, Pupil, Registration, Result
from events.score_table import read_scores
from tests.factories.events import make_event
from tests.factories.people import make_school, make_teacher

pytestmark = pytest.mark.django_db

BOTH = frozenset({"processing", "publication"})
RULES: dict[str, Any] = {"stage": "final", "team_from": 1, "team_to": 1, "winner_from": Decimal(18), "prize_from": Decimal(15)}
RULES |= {"onward_from": None, "onward_most": None, "appeals_until": None}


def contest_of(owner: Any, *, by: Teacher, rules: dict[str, Any] | None = None, **fields: Any) -> Event:
    """An announced pupils' event with rules and both consent texts."""
    event = make_event(owner, by=by, announced=False, audience="pupils", kind="olympiad", grade_from=7, grade_to=9, title="Олимпиада «Квант»", **fields)
    set_rules(event, by=by, **{**RULES, **(rules or {})})
    for purpose in BOTH:
        write_consent(event, by=by, purpose=purpose, text=f"Согласие: {purpose}")
    return announce_event(event, by=by)


def enter(event: Event, teacher: Teacher, name: str = "Зуева Мария", grade: int = 8, consents: frozenset[str] = frozenset()) -> Registration:
    last, first = name.split()
    return enter_pupils(event, by=teacher, school=teacher.school, team="", pupils=[Entered(1, last, first, grade, consents)])


def test_no_event_of_pupils_opens_without_rules_and_consents(evgenia: Teacher) -> None:
    event = make_event(None, by=evgenia, announced=False, audience="pupils", kind="olympiad", grade_from=7, grade_to=9)
    with pytest.raises(ValidationError):
        announce_event(event, by=evgenia)
    set_rules(event, by=evgenia, **RULES)
    write_consent(event, by=evgenia, purpose="processing", text="Согласие")
    with pytest.raises(ValidationError):
        announce_event(event, by=evgenia)
    write_consent(event, by=evgenia, purpose="publication", text="Согласие")
    assert announce_event(event, by=evgenia).status == "planned"


def test_a_changed_text_is_a_new_version_with_its_hash(evgenia: Teacher) -> None:
    event = contest_of(None, by=evgenia)
    same = write_consent(event, by=evgenia, purpose="processing", text="Согласие: processing")
    other = write_consent(event, by=evgenia, purpose="processing", text="Иначе")
    assert (same.version, other.version) == (1, 2)
    assert len(other.sha256) == 64


def test_a_teacher_enters_a_team_through_the_form(client_of: Any, evgenia: Teacher, anna: Teacher) -> None:
    event = contest_of(None, by=evgenia, rules={"team_from": 2, "team_to": 3}, capacity=5)
    browser = client_of(anna)
    page = browser.get(f"{event.get_absolute_url()}teams/")
    assert page.content.decode().count("checked") == 0
    key = re.search(r'name="form_key" value="([^"]+)"', page.content.decode())[1]
    form = {"school": anna.school.pk, "team": "Сосна", "form_key": key, "last_1": "Зуева", "first_1": "Мария", "grade_1": 8, "processing_1": "on"}
    answer = browser.post(f"{event.get_absolute_url()}teams/", form)
    assert "Заполните" in answer.content.decode() or "Обязательное" in answer.content.decode()
    assert Pupil.objects.count() == 0
    for _twice in range(2):
        browser.post(f"{event.get_absolute_url()}teams/", {**form, "last_2": "Исаева", "first_2": "Дарья", "grade_2": 9})
    row = Registration.objects.get()
    assert (row.team, row.is_personal, row.pupils.count(), row.state) == ("Сосна", False, 2, "taken")
    event.refresh_from_db()
    assert event.taken == 1


@pytest.mark.parametrize(
    ("pupils", "field"),
    [
        ([Entered(1, "Зуева", "Мария", 6)], "grade_1"),
        ([Entered(1, "Зуева", "Мария", 8), Entered(2, "зуёва".replace("ё", "е"), "мария", 8)], "last_2"),
    ],
)
def test_a_grade_outside_and_a_pupil_twice_stand_at_their_row(pupils: list[Entered], field: str, evgenia: Teacher, anna: Teacher) -> None:
    event = contest_of(None, by=evgenia, rules={"team_to": 2})
    with pytest.raises(ValidationError) as refused:
        enter_pupils(event, by=anna, school=anna.school, team="Сосна", pupils=pupils)
    assert list(refused.value.error_dict) == [field]
    assert (Registration.objects.count(), Pupil.objects.count()) == (0, 0)


def test_the_same_child_is_entered_once_until_taken_back(evgenia: Teacher, anna: Teacher) -> None:
    event = contest_of(None, by=evgenia, capacity=3)
    row = enter(event, anna)
    with pytest.raises(ValidationError):
        enter(event, anna)
    event.refresh_from_db()
    assert event.taken == 1
    cancel_registration(row, by=anna)
    assert enter(event, anna).state == "taken"


def test_only_pupils_of_one_s_own_school_are_entered(evgenia: Teacher, anna: Teacher, lyceum: School) -> None:
    event = contest_of(None, by=evgenia)
    with pytest.raises(PermissionDenied):
        enter_pupils(event, by=anna, school=lyceum, team="", pupils=[Entered(1, "Зуева", "Мария", 8)])


def judged(evgenia: Teacher, *entries: tuple[Teacher, str, frozenset[str]]) -> tuple[Event, list[Result], list[Teacher]]:
    """A contest of these pupils with two jurors and one criterion of 20 points."""
    event = contest_of(None, by=evgenia)
    for teacher, name, consents in entries:
        enter(event, teacher, name, consents=consents)
    code_works(event, by=evgenia)
    add_criterion(event, by=evgenia, title="Решение", most=Decimal(20))
    jurors = [make_teacher(f"Жюри{number}", school=make_school(f"Школа жюри {number}")) for number in range(2)]
    set_jury(event, by=evgenia, people=jurors)
    return event, list(Result.objects.order_by("registration_id")), jurors


def test_a_juror_sees_codes_alone_and_never_works_of_their_school(client_of: Any, evgenia: Teacher, anna: Teacher, boris: Teacher) -> None:
    event, results, jurors = judged(evgenia, (anna, "Зуева Мария", BOTH), (boris, "Исаева Дарья", BOTH))
    own = make_teacher("Своя", school=anna.school)
    set_jury(event, by=evgenia, people=[*jurors, own])
    page = client_of(jurors[0]).get(f"{event.get_absolute_url()}jury/").content.decode()
    assert all(result.code in page for result in results)
    for secret in ("Зуева", "Исаева", anna.school.short_name, "Власова"):
        assert secret not in page.replace(event.title, "")
    page = client_of(own).get(f"{event.get_absolute_url()}jury/").content.decode()
    assert (results[0].code in page, results[1].code in page) == (False, True)
    assert client_of(own).get(f"/events/{event.pk}/jury/{results[0].pk}/").status_code == 404
    with pytest.raises(PermissionDenied):
        give_scores(results[0], by=own, points={})
    assert client_of(boris).get(f"{event.get_absolute_url()}jury/").status_code == 403


def test_a_score_above_the_maximum_is_refused_at_its_field(client_of: Any, evgenia: Teacher, anna: Teacher) -> None:
    event, (result,), jurors = judged(evgenia, (anna, "Зуева Мария", BOTH))
    criterion = event.criteria.get()
    page = client_of(jurors[0]).post(f"/events/{event.pk}/jury/{result.pk}/", {f"criterion_{criterion.pk}": "20.5"})
    assert list(page.context["form"].errors) == [f"criterion_{criterion.pk}"]
    assert result.scores.count() == 0


def test_totals_awards_and_agreement(evgenia: Teacher, anna: Teacher, boris: Teacher) -> None:
    event, (first, second), jurors = judged(evgenia, (anna, "Зуева Мария", BOTH), (boris, "Исаева Дарья", BOTH))
    criterion = event.criteria.get().pk
    for result, points in ((first, (20, 18)), (second, (10, 14))):
        for juror, value in zip(jurors, points, strict=True):
            give_scores(result, by=juror, points={criterion: Decimal(value)})
    assert agreement_of(event) == 3.0
    close_results(event, by=evgenia)
    assert list(Result.objects.ranked().values_list("score", "award")) == [(Decimal("19.0"), "winner"), (Decimal("12.0"), "participant")]
    with pytest.raises(ValidationError):
        give_scores(first, by=jurors[0], points={criterion: Decimal(1)})
    assert places_of([Decimal(9), Decimal(7), Decimal(7), None]) == ["1", "2–3", "2–3", ""]


def closed(evgenia: Teacher, *entries: tuple[Teacher, str, frozenset[str]]) -> tuple[Event, list[Result]]:
    event, results, jurors = judged(evgenia, *entries)
    for number, result in enumerate(results):
        give_scores(result, by=jurors[0], points={event.criteria.get().pk: Decimal(20 - number)})
    close_results(event, by=evgenia)
    return event, results


def test_results_are_published_under_a_code_or_with_live_consent_by_surname_and_initial(
    client_of: Any, visitor: Any, evgenia: Teacher, anna: Teacher, boris: Teacher
) -> None:
    event, (named, coded) = closed(evgenia, (anna, "Зуева Мария", BOTH), (boris, "Исаева Дарья", frozenset({"processing"})))
    address = f"{event.get_absolute_url()}results/"
    assert client_of(visitor).get(address).status_code == 404
    assert "Зуева" in client_of(anna).get(address).content.decode()
    publish_results(event, by=evgenia)
    page = client_of(visitor).get(address).content.decode()
    assert "Зуева\N{NO-BREAK SPACE}М., 8" in page
    assert coded.code in page
    for secret in ("Мария", "Исаева", "Дарья", anna.school.short_name, "Власова"):
        assert secret not in page
    # Taken back, the consent counts from the next look on.
    set_consents(named.registration, by=anna, held={})
    page = client_of(visitor).get(address).content.decode()
    assert "Зуева" not in page
    assert named.code in page


def test_pupils_names_stand_nowhere_for_those_whom_they_do_not_concern(
    client_of: Any, visitor: Any, evgenia: Teacher, anna: Teacher, boris: Teacher, vera: Teacher, daria: Teacher, zhanna: Teacher, zakhar: Teacher
) -> None:
    event, _results = closed(evgenia, (anna, "Канарейкина Пелагея", frozenset()))
    publish_results(event, by=evgenia)
    other = make_teacher("Чужой", role="methodist")
    paths = ["/", "/events/", event.get_absolute_url(), f"{event.get_absolute_url()}results/", f"{event.get_absolute_url()}teams/", "/search/?q=Канарейкина"]
    paths += ["/teachers/?q=Канарейкина", f"/events/{event.pk}/registrations/?format=csv", "/feeds/events.atom", "/sitemap.xml", "/notifications/", "/tasks/"]
    for person in (visitor, boris, daria, zakhar, other):
        for path in paths:
            answer = client_of(person).get(path)
            content = b"".join(answer) if answer.streaming else answer.content
            text = content.decode(errors="replace").replace("q=Канарейкина", "").replace('value="Канарейкина"', "").replace("«Канарейкина»", "")
            assert "Пелагея" not in text, (person, path)
            assert "Канарейкина" not in text or path.startswith(("/search", "/teachers")), (person, path)
    for person in (anna, vera, evgenia, zhanna):
        assert "Канарейкина Пелагея" in client_of(person).get(f"{event.get_absolute_url()}teams/").content.decode()


def test_an_appeal_is_filed_by_the_coach_and_may_change_the_score(evgenia: Teacher, anna: Teacher, boris: Teacher) -> None:
    event, (_first, second) = closed(evgenia, (boris, "Исаева Дарья", BOTH), (anna, "Зуева Мария", BOTH))
    with pytest.raises(ValidationError):
        file_appeal(second, by=anna, text="Проверьте")
    Contest.objects.filter(event=event).update(appeals_until=timezone.localdate())
    second = Result.objects.get(pk=second.pk)
    with pytest.raises(PermissionDenied):
        file_appeal(second, by=boris, text="Проверьте")
    appeal = file_appeal(second, by=anna, text="Проверьте вторую задачу")
    with pytest.raises(ValidationError):
        file_appeal(second, by=anna, text="Ещё раз")
    decide_appeal(appeal, by=evgenia, is_granted=True, answer="Добавили балл", score=Decimal(12))
    second.refresh_from_db()
    assert (second.score, second.award) == (Decimal("12.0"), "participant")
    with pytest.raises(ValidationError):
        decide_appeal(appeal, by=evgenia, is_granted=False, answer="Нет")


def test_who_passes_the_score_goes_on_once_with_the_same_pupils(evgenia: Teacher, anna: Teacher, boris: Teacher) -> None:
    event, results = closed(evgenia, (anna, "Зуева Мария", BOTH), (boris, "Исаева Дарья", BOTH))
    final = contest_of(None, by=evgenia, previous=event)
    with pytest.raises(ValidationError):
        carry_over(event, final, by=evgenia)
    Contest.objects.filter(event=event).update(onward_from=Decimal("19.5"), onward_most=5)
    event = Event.objects.get(pk=event.pk)
    assert [carry_over(event, final, by=evgenia) for _twice in range(2)] == [1, 0]
    pupil = Pupil.objects.get(event=final)
    assert (pupil.name, pupil.registration.state, pupil.consents.count()) == ("Зуева Мария", "taken", 0)
    assert len(results) == 2


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_results_come_from_a_table_as_a_whole_or_not_at_all(client_of: Any, evgenia: Teacher, anna: Teacher, boris: Teacher) -> None:
    event, (first, second), _jurors = judged(evgenia, (anna, "Зуева Мария", BOTH), (boris, "Исаева Дарья", BOTH))
    wrong = workbook(["Шифр", "Балл"], [first.code, 21], ["НЕТ-ТАКОГО", 5], [second.code, "много"], [first.code, 3])
    upload = SimpleUploadedFile("итоги.xlsx", wrong)
    page = client_of(evgenia).post(f"/events/{event.pk}/contest/table/", {"table": upload, "most": "20"}).content.decode()
    for words in ("строка 2: столбец «балл»: 21 больше максимума 20", "строка 3: столбец «код»", "строка 4: столбец «балл»: «много»"):
        assert words in page
    assert Result.objects.exclude(score=None).count() == 0
    right = f"код;балл\n{first.code};19,5\n{second.code};7\n".encode("cp1251")
    client_of(evgenia).post(f"/events/{event.pk}/contest/table/", {"table": SimpleUploadedFile("итоги.csv", right)})
    assert list(Result.objects.order_by("-score").values_list("score", flat=True)) == [Decimal("19.5"), Decimal("7.0")]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xff\xfe\x00", b"a;b\n1;2\n", "код;балл\n".encode()])
def test_what_is_no_table_of_results_is_refused(data: bytes, evgenia: Teacher) -> None:
    event = contest_of(None, by=evgenia)
    with pytest.raises(ValidationError):
        read_scores(event, data, most=None)


@pytest.mark.parametrize("size", [1, 8])
def test_pages_of_a_contest_cost_the_same(size: int, client_of: Any, evgenia: Teacher, anna: Teacher, django_assert_num_queries: Any) -> None:
    event, _results = closed(evgenia, *((anna, f"Зуева Мария{letter}", BOTH) for letter in "абвгдежз"[:size]))
    publish_results(event, by=evgenia)
    browser = client_of(anna)
    browser.get("/")
    for path, cost in ((f"{event.get_absolute_url()}results/", 12), (f"{event.get_absolute_url()}teams/", 12)):
        with django_assert_num_queries(cost):
            assert browser.get(path).status_code == 200, path
