"""Coming in: registration, its consents, confirmation of the e-mail, limits that let a seminar in and stop a guesser."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import reverse

from communities.models import AuditEntry, Consent, ConsentText, Employment, Position, School, Teacher
from tests.factories.people import PASSWORD, make_school, make_teacher

pytestmark = pytest.mark.django_db
SIGNUP = "/accounts/signup/"
LOGIN = "/accounts/login/"


def answers(school: School, /, **changes: Any) -> dict[str, Any]:
    texts = {text.purpose: text.pk for text in ConsentText.objects.all()}
    return {
        "last_name": "Кузнецова",
        "first_name": "Алёна",
        "middle_name": "",
        "school": school.pk,
        "position": Position.objects.get(code="teacher").pk,
        "subjects": ["physics"],
        "email": "alyona@example.org",
        "password1": PASSWORD,
        "processing": texts["processing"],
        **changes,
    }


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Teacher, Employment, Consent, AuditEntry, EmailAddress))


def test_registration_makes_a_waiting_teacher_with_consents(village_school: School) -> None:
    browser = Client()
    publication = ConsentText.objects.get(purpose="publication")
    response = browser.post(SIGNUP, answers(village_school, publication=publication.pk))
    assert response.status_code == 302
    teacher = Teacher.objects.get(email="alyona@example.org")
    assert (teacher.last_name, teacher.login, teacher.confirmed_on, teacher.school, teacher.publishes_name) == ("Кузнецова", None, None, None, True)
    assert [subject.code for subject in teacher.subjects.all()] == ["physics"]
    place = teacher.employments.get()
    assert (place.school, place.confirmed_on, place.ended_on) == (village_school, None, None)
    assert sorted(consent.text.purpose for consent in teacher.consents.all()) == ["processing", "publication"]
    assert "_auth_user_id" not in browser.session


def test_publication_is_optional_and_processing_is_not(village_school: School) -> None:
    response = Client().post(SIGNUP, answers(village_school, processing=""))
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["processing"]
    assert "Кузнецова" in response.content.decode()
    assert not Teacher.objects.filter(email="alyona@example.org").exists()
    Client().post(SIGNUP, answers(village_school))
    teacher = Teacher.objects.get(email="alyona@example.org")
    assert not teacher.publishes_name
    assert [consent.text.purpose for consent in teacher.consents.all()] == ["processing"]


def test_no_consent_is_ticked_beforehand_and_each_leads_to_its_document(village_school: School) -> None:
    page = Client().get(SIGNUP).content.decode()
    boxes = re.findall(r'<input[^>]*name="(?:processing|publication)"[^>]*>', page)
    assert len(boxes) == 2
    assert not any("checked" in box for box in boxes)
    for text in ConsentText.objects.all():
        address = reverse("consent_text", args=[text.purpose])
        assert f'href="{address}"' in page
        document = Client().get(address).content.decode()
        assert text.sha256 in document
        assert text.text_ru.split("\n\n")[1][:60] in document


def test_consent_to_a_replaced_text_must_be_read_again(village_school: School) -> None:
    old = ConsentText.objects.get(purpose="processing")
    ConsentText.objects.create(purpose="processing", version=2, text_ru="Новый текст", text_en="New text", sha256="1" * 64)
    response = Client().post(SIGNUP, answers(village_school, processing=old.pk))
    assert list(response.context["form"].errors) == ["processing"]
    assert not Teacher.objects.exists()


def test_unknown_consent_text_is_404(db: Any) -> None:
    assert Client().get("/accounts/consents/marketing/").status_code == 404


def test_schools_are_grouped_by_municipality_and_closed_ones_are_left_out(village_school: School, lyceum: School) -> None:
    make_school("Закрытая школа", closed_on="2025-06-01")
    page = Client().get(SIGNUP).content.decode()
    assert re.findall(r'<optgroup label="([^"]+)"', page) == ["Верхнереченский район", "Приозёрск"]
    assert "Закрытая школа" not in page


def test_form_costs_the_same_for_many_schools(village_school: School, django_assert_num_queries: Any) -> None:
    for number in range(30):
        make_school(f"Школа № {number}")
    Client().get(SIGNUP)
    with django_assert_num_queries(5):
        Client().get(SIGNUP)


def test_an_existing_account_gets_the_same_answer(village_school: School, anna: Teacher) -> None:
    fresh, known = Client(), Client()
    first = fresh.post(SIGNUP, answers(village_school, email="new@example.org"))
    before = rows()
    second = known.post(SIGNUP, answers(village_school, email="anna@example.org"))
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert rows() == before
    assert [sorted(message.to) for message in mail.outbox] == [["new@example.org"], ["anna@example.org"]]
    one, two = (browser.get("/accounts/confirm-email/").content.decode() for browser in (fresh, known))
    assert re.sub(r"\S+@example.org", "", one) == re.sub(r"\S+@example.org", "", two)


def test_wrong_password_and_unknown_account_get_the_same_answer(anna: Teacher) -> None:
    wrong = Client().post(LOGIN, {"login": "anna@example.org", "password": "wrong-password"})
    unknown = Client().post(LOGIN, {"login": "nobody@example.org", "password": "wrong-password"})
    assert wrong.status_code == unknown.status_code == 200
    assert wrong.context["form"].errors == unknown.context["form"].errors
    resets = [Client().post("/accounts/password/reset/", {"email": email}) for email in ("anna@example.org", "nobody@example.org")]
    assert len({(response.status_code, response["Location"]) for response in resets}) == 1


@pytest.mark.parametrize(("path", "field"), [(SIGNUP, "email"), (LOGIN, "login")], ids=["sign-up", "sign-in"])
def test_known_and_unknown_accounts_cost_the_same_hashing(path: str, field: str, village_school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    make_teacher("Власова", email="anna@example.org", school=village_school, password=PASSWORD)
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, password, salt: hashed.append(password) or encode(self, password, salt))
    counts = []
    for email in ("anna@example.org", "nobody@example.org"):
        hashed.clear()
        Client().post(path, answers(village_school, **{field: email, "password": "wrong-password"}))
        counts.append(len(hashed))
    assert counts == [1, 1]


def test_a_failure_on_the_way_leaves_nothing(village_school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("planted")

    before = rows()
    monkeypatch.setattr("communities.actions.teacher.request_employment", fail)
    with pytest.raises(RuntimeError, match="planted"):
        Client().post(SIGNUP, answers(village_school))
    assert rows() == before


def test_email_is_confirmed_by_a_button_and_the_link_ignores_the_host_header(village_school: School, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://portal.example.org"
    browser = Client(headers={"host": "evil.example.com"})
    browser.post(SIGNUP, answers(village_school))
    body = mail.outbox[0].body
    assert "evil.example.com" not in body + mail.outbox[0].subject
    link = re.search(r"https://portal\.example\.org(/accounts/confirm-email/\S+)", body)
    assert link
    address = EmailAddress.objects.get(email="alyona@example.org")
    assert browser.get(link[1]).status_code == 200
    address.refresh_from_db()
    assert not address.verified
    browser.post(link[1])
    address.refresh_from_db()
    assert address.verified


@pytest.mark.parametrize("path", [SIGNUP, "/accounts/password/reset/"])
def test_other_mails_do_not_follow_the_host_header(path: str, anna: Teacher, village_school: School, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    Client(headers={"host": "evil.example.com"}).post(path, answers(village_school, email="anna@example.org"))
    assert len(mail.outbox) == 1
    assert settings.SITE_URL in mail.outbox[0].body
    assert "evil.example.com" not in mail.outbox[0].body + mail.outbox[0].subject


def test_without_a_confirmed_email_nobody_signs_in(village_school: School) -> None:
    Client().post(SIGNUP, answers(village_school))
    browser = Client()
    response = browser.post(LOGIN, {"login": "alyona@example.org", "password": PASSWORD})
    assert response["Location"] == "/accounts/confirm-email/"
    assert "_auth_user_id" not in browser.session


def test_the_unconfirmed_read_what_happens_next_and_no_names(vera: Teacher, village_school: School, client_of: Any) -> None:
    position = Position.objects.get(code="deputy")
    Teacher.objects.filter(pk=vera.pk).update(position=position)
    make_teacher("Яшин", "Захар", email="zakhar@example.org", school=village_school, confirmed=False, password=PASSWORD)
    browser = Client()
    response = browser.post(LOGIN, {"login": "zakhar@example.org", "password": PASSWORD})
    assert response["Location"] == reverse("workplaces")
    page = browser.get(response["Location"]).content.decode()
    assert position.name_ru in page
    assert vera.last_name not in page
    assert browser.get("/profile/").status_code == 200
    assert browser.get("/schools/").status_code == 200
    assert browser.get("/teachers/").status_code == 403


@pytest.mark.parametrize("login", ["a" * 100_000, "a" * 100_000 + "@example.org"])
def test_a_login_of_any_length_is_a_wrong_login(login: str, anna: Teacher) -> None:
    page = Client().post(LOGIN, {"login": login, "password": PASSWORD})
    assert page.status_code == 200
    assert page.context["form"].non_field_errors()


def test_a_seminar_behind_one_address_signs_in(village_school: School) -> None:
    people = [make_teacher(f"Участник{number}", email=f"seminar-{number}@example.org", school=village_school, password=PASSWORD) for number in range(40)]
    for person in people:
        browser = Client()
        browser.post(LOGIN, {"login": person.email, "password": "mistyped-first"})
        browser.post(LOGIN, {"login": person.email, "password": PASSWORD})
        assert browser.session.get("_auth_user_id") == str(person.pk)


def guess(number: int, password: str, **headers: str) -> bool:
    browser = Client(REMOTE_ADDR=f"203.0.113.{number}", headers=headers)
    browser.post(LOGIN, {"login": "target@example.org", "password": password})
    return "_auth_user_id" in browser.session


def test_guessing_at_one_account_stops_wherever_it_comes_from(village_school: School) -> None:
    make_teacher("Цель", email="target@example.org", school=village_school, password=PASSWORD)
    for number in range(5):
        assert not guess(number, f"wrong-{number}", **{"x-forwarded-for": f"198.51.100.{number}"})
    assert not guess(99, PASSWORD, **{"x-forwarded-for": "198.51.100.99"})


def test_another_host_header_does_not_start_the_count_anew(village_school: School, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    make_teacher("Цель", email="target@example.org", school=village_school, password=PASSWORD)
    for number in range(5):
        assert not guess(number, f"wrong-{number}", host=f"alias-{number}.example.org")
    assert not guess(99, PASSWORD, host="alias-99.example.org")


def test_forged_forwarding_headers_do_not_walk_around_the_limit_of_an_address(settings: Any, anna: Teacher) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "3/m/ip"}
    codes = [
        Client(headers={"x-forwarded-for": f"198.51.100.{number}"}).post(LOGIN, {"login": f"{number}@example.org", "password": "x"}).status_code
        for number in range(4)
    ]
    assert codes == [200, 200, 200, 429]


def test_bad_input_is_a_form_error(village_school: School) -> None:
    bad = {"last_name": "а\x00б", "first_name": "я" * 5000, "school": "9" * 40, "position": "\x00"}
    bad |= {"subjects": ["10" * 30, "a\x00b"], "processing": "\x00", "email": "x\x00@y"}
    response = Client().post(SIGNUP, answers(village_school, **bad))
    assert response.status_code == 200
    assert set(bad) <= set(response.context["form"].errors)
    assert not Teacher.objects.exists()
