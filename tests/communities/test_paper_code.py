"""Codes on paper: enough bits, a hash, five wrong tries, one use, fourteen days, one answer for every failure."""

import datetime
import math
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communities.actions.paper_code import ALPHABET, GROUP_LENGTH, GROUPS, add_teacher_on_paper, issue_paper_code, redeem_paper_code, tidy_code, use_code
from communities.models import AuditEntry, ConsentText, PaperCode, Position, School, Teacher
from tests.factories.people import PASSWORD, employ, make_teacher

pytestmark = pytest.mark.django_db
CODE = "/accounts/code/"


@pytest.fixture
def paper(vera: Teacher, village_school: School) -> tuple[Teacher, str]:
    """A teacher without an e-mail, and the code on their sheet."""
    place, code = add_teacher_on_paper(village_school, by=vera, last_name="Щукина", first_name="Нина", position=Position.objects.get(code="teacher"))
    return place.teacher, code


def answers(login: str, code: str, /, **changes: Any) -> dict[str, Any]:
    return {"login": login, "code": code, "password": PASSWORD, "processing": ConsentText.objects.get(purpose="processing").pk, **changes}


def test_the_coordinator_prints_a_sheet_once(vera: Teacher, village_school: School, client_of: Any, settings: Any) -> None:
    address, browser = reverse("paper_teacher_new", args=[village_school.slug]), client_of(vera)
    data = {"last_name": "Щукина", "first_name": "Нина", "middle_name": "", "position": Position.objects.get(code="teacher").pk}
    sheet = browser.post(address, data)
    page = sheet.content.decode()
    teacher = Teacher.objects.get(last_name="Щукина")
    code = sheet.context["code"]
    assert re.fullmatch(r"shchukina-\d{4}", teacher.login)
    assert all(part in page for part in (teacher.login, code, "http://127.0.0.1:8000/accounts/code/"))
    # Cut off from the page's frame, the sheet still says whose it is; what is typed in is large.
    sheet_alone = page[page.index("<article") : page.index("</article>")]
    assert all(part in sheet_alone for part in (settings.PORTAL_NAME, "http://127.0.0.1:8000/<", 'class="facts on-paper"'))
    assert sheet["Cache-Control"] == "private, no-store"
    kept = PaperCode.objects.get()
    assert code not in kept.code_hash
    assert tidy_code(code) not in kept.code_hash
    again = browser.post(address, data)
    assert again.context["form"].non_field_errors()
    assert Teacher.objects.filter(last_name="Щукина").count() == 1
    assert code not in browser.get(reverse("school_staff", args=[village_school.slug])).content.decode()


def test_a_code_has_sixty_bits() -> None:
    assert GROUPS * GROUP_LENGTH * math.log2(len(ALPHABET)) > 60
    assert not set("0O1IL2Z5S8B") & set(ALPHABET) - set("258L")


def test_a_code_lets_in_once(paper: tuple[Teacher, str], village_school: School) -> None:
    teacher, code = paper
    browser = Client()
    assert browser.get(CODE).status_code == 200
    publication = ConsentText.objects.get(purpose="publication")
    assert browser.post(CODE, answers(teacher.login, code.lower().replace("-", " "), publication=publication.pk)).status_code == 302
    assert browser.session["_auth_user_id"] == str(teacher.pk)
    assert browser.get("/teachers/").status_code == 200
    teacher.refresh_from_db()
    assert teacher.publishes_name
    assert sorted(consent.text.purpose for consent in teacher.consents.all()) == ["processing", "publication"]
    second = Client()
    assert second.post(CODE, answers(teacher.login, code, password="чужой-пароль-99")).status_code == 200
    assert "_auth_user_id" not in second.session
    signed_in = Client()
    signed_in.post("/accounts/login/", {"login": teacher.login, "password": PASSWORD})
    assert signed_in.session["_auth_user_id"] == str(teacher.pk)


def test_of_two_at_once_one_comes_in(paper: tuple[Teacher, str]) -> None:
    """Both have passed the check of the code; the conditional UPDATE decides."""
    issued = [PaperCode.objects.select_related("teacher").get() for _both in range(2)]
    assert [use_code(one, password=PASSWORD, consents=[]) is not None for one in issued] == [True, False]


def test_every_failure_gets_the_same_answer(paper: tuple[Teacher, str], vera: Teacher, village_school: School) -> None:
    teacher, code = paper
    expired = add_teacher_on_paper(village_school, by=vera, last_name="Старая", first_name="Ия")
    PaperCode.objects.filter(teacher=expired[0].teacher).update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    tries = [(teacher.login, "AAAA-AAAA-AAAA-AAAA"), ("nobody-1234", code), (expired[0].teacher.login, expired[1]), (vera.email, code)]
    errors = [Client().post(CODE, answers(login, wrong)).context["form"].errors for login, wrong in tries]
    assert len({str(error) for error in errors}) == 1
    assert errors[0]


def test_five_wrong_tries_end_a_code(paper: tuple[Teacher, str]) -> None:
    teacher, code = paper
    for _try in range(5):
        assert redeem_paper_code(teacher.login, "AAAA-AAAA-AAAA-AAAA", password=PASSWORD, consents=[]) is None
    assert redeem_paper_code(teacher.login, code, password=PASSWORD, consents=[]) is None
    assert PaperCode.objects.get().failures == 5


def test_a_weak_password_or_a_missing_consent_costs_no_try(paper: tuple[Teacher, str]) -> None:
    teacher, code = paper
    for wrong in ({"password": "short"}, {"password": "1234567890"}, {"processing": ""}):
        form = Client().post(CODE, answers(teacher.login, code, **wrong)).context["form"]
        assert list(form.errors) == list(wrong)
    like_the_name = Client().post(CODE, answers(teacher.login, code, password="Щукина1234")).context["form"]
    assert list(like_the_name.errors) == ["password"]
    kept = PaperCode.objects.get()
    assert (kept.failures, kept.used_at) == (0, None)
    assert Client().post(CODE, answers(teacher.login, code)).status_code == 302


def test_a_new_code_ends_the_old_one(paper: tuple[Teacher, str], vera: Teacher, client_of: Any) -> None:
    teacher, code = paper
    place = teacher.employments.get()
    sheet = client_of(vera).post(reverse("paper_code_issue", args=[place.school.slug, place.pk]))
    assert redeem_paper_code(teacher.login, code, password=PASSWORD, consents=[]) is None
    assert redeem_paper_code(teacher.login, sheet.context["code"], password=PASSWORD, consents=[]) == teacher
    assert redeem_paper_code(teacher.login, code, password=PASSWORD, consents=[]) is None
    assert AuditEntry.objects.filter(action="issue-paper-code", actor=vera).count() == 2


def test_nobody_gets_a_code_for_an_account_with_an_email(anna: Teacher, vera: Teacher, evgenia: Teacher, client_of: Any) -> None:
    place = anna.employments.get()
    for person in (vera, evgenia):
        assert client_of(person).post(reverse("paper_code_issue", args=[place.school.slug, place.pk])).status_code == 404
    assert not PaperCode.objects.exists()


def test_a_coordinator_opens_no_account_that_works_elsewhere_or_holds_a_role(
    paper: tuple[Teacher, str], vera: Teacher, evgenia: Teacher, lyceum: School, client_of: Any
) -> None:
    teacher, _code = paper
    place = teacher.employments.get()
    address = reverse("paper_code_issue", args=[place.school.slug, place.pk])
    employ(teacher, lyceum)
    assert client_of(vera).post(address).status_code == 404
    assert client_of(evgenia).post(address).status_code == 200
    Teacher.objects.filter(pk=teacher.pk).update(role="methodist")
    assert client_of(evgenia).post(address).status_code == 404


@pytest.mark.parametrize("who", ["anna", "boris", "zakhar"])
def test_others_add_nobody(who: str, village_school: School, request: Any, client_of: Any) -> None:
    browser = client_of(request.getfixturevalue(who))
    before = Teacher.objects.count()
    assert browser.post(reverse("paper_teacher_new", args=[village_school.slug]), {"last_name": "А", "first_name": "Б"}).status_code == 403
    assert Teacher.objects.count() == before


def test_guessing_is_slowed_down_for_known_and_unknown_logins_alike(paper: tuple[Teacher, str], vera: Teacher) -> None:
    teacher, _code = paper
    for login in (teacher.login, "nobody-1234"):
        codes = [Client(REMOTE_ADDR=f"203.0.113.{number}").post(CODE, answers(login, "AAAA-AAAA-AAAA-AAAA")).status_code for number in range(11)]
        assert codes == [200] * 10 + [429]


def test_codes_typed_with_russian_letters_fit() -> None:
    assert tidy_code("аекм-нрст ух79") == tidy_code("AEKM-HPCT-YX79")


def test_namesakes_get_different_logins(vera: Teacher, village_school: School, lyceum: School) -> None:
    first, _code = add_teacher_on_paper(village_school, by=vera, last_name="Ли", first_name="Анна")
    second, _code = add_teacher_on_paper(lyceum, by=vera, last_name="Ли", first_name="Анна")
    assert first.teacher.login != second.teacher.login


def test_an_erased_or_blocked_person_does_not_come_in(paper: tuple[Teacher, str], vera: Teacher) -> None:
    teacher, code = paper
    Teacher.objects.filter(pk=teacher.pk).update(is_active=False)
    assert redeem_paper_code(teacher.login, code, password=PASSWORD, consents=[]) is None
    assert make_teacher("Другая").login is None
    assert issue_paper_code(teacher, by=vera) != code


def test_the_sign_in_page_leads_to_the_sheet_and_asks_for_its_login() -> None:
    page = Client().get("/accounts/login/?next=/schools/").content.decode()
    assert CODE in page
    assert "Электронная почта или логин с листа" in page
    assert 'name="next" value="/schools/"' in page
