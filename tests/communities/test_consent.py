"""Consents are given and withdrawn by acts of their own, and take effect at once."""

from typing import Any

import pytest
from django.test import Client

from communities.access import author_name, may_see_name
from communities.models import AuditEntry, Consent, ConsentText, Teacher
from tests.factories.people import give_consent

pytestmark = pytest.mark.django_db
PUBLICATION = "/profile/consents/publication/"
PROCESSING = "/profile/consents/processing/"


def test_publication_is_given_and_withdrawn_with_one_button(anna: Teacher, visitor: Any, client_of: Any) -> None:
    browser, text = client_of(anna), ConsentText.objects.get(purpose="publication")
    assert author_name(anna, visitor) == "автор скрыт"
    assert browser.get(PUBLICATION).status_code == 200
    assert not Consent.objects.exists()
    browser.post(PUBLICATION, {"give": text.pk})
    consent = Consent.objects.get()
    assert (consent.teacher, consent.text, consent.capacity, consent.withdrawn_at) == (anna, text, "self", None)
    assert author_name(Teacher.objects.get(pk=anna.pk), visitor) == "Анна Игоревна Власова"
    browser.post(PUBLICATION, {"withdraw": "1"})
    consent.refresh_from_db()
    assert consent.withdrawn_at is not None
    assert author_name(Teacher.objects.get(pk=anna.pk), visitor) == "автор скрыт"
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == ["give-consent", "withdraw-consent"]


def test_giving_twice_is_giving_once(anna: Teacher, client_of: Any) -> None:
    text = ConsentText.objects.get(purpose="publication")
    for _time in range(2):
        client_of(anna).post(PUBLICATION, {"give": text.pk})
    assert Consent.objects.filter(withdrawn_at=None).count() == 1


def test_a_text_that_was_not_shown_is_not_agreed_to(anna: Teacher, client_of: Any) -> None:
    old = ConsentText.objects.get(purpose="publication")
    ConsentText.objects.create(purpose="publication", version=2, text_ru="Новый", text_en="New", sha256="2" * 64)
    client_of(anna).post(PUBLICATION, {"give": old.pk})
    assert not Consent.objects.exists()


def test_withdrawing_the_processing_blocks_the_account_and_hides_the_name(anna: Teacher, visitor: Any, client_of: Any) -> None:
    give_consent(anna, "processing")
    give_consent(anna, "publication")
    browser = client_of(anna)
    assert "blocked" in browser.get(PROCESSING, headers={"accept-language": "en"}).content.decode() or browser.get(PROCESSING).status_code == 200
    browser.post(PROCESSING, {"withdraw": "1"})
    assert "_auth_user_id" not in browser.session
    anna = Teacher.objects.get(pk=anna.pk)
    assert (anna.is_active, anna.is_confirmed, anna.publishes_name) == (False, False, False)
    assert not Consent.objects.filter(withdrawn_at=None).exists()
    assert not may_see_name(anna, visitor)


def test_the_profile_shows_what_was_given_when(anna: Teacher, client_of: Any) -> None:
    consent = give_consent(anna, "processing")
    rows = {row["purpose"]: row["consent"] for row in client_of(anna).get("/profile/").context["consents"]}
    assert rows == {"processing": consent, "publication": None}


def test_whose_name_who_reads(anna: Teacher, boris: Teacher, zakhar: Teacher, evgenia: Teacher, visitor: Any) -> None:
    assert [may_see_name(anna, viewer) for viewer in (visitor, zakhar, boris, evgenia, anna)] == [False, False, True, True, True]
    assert may_see_name(zakhar, zakhar)
    give_consent(anna, "publication")
    assert may_see_name(anna, visitor)
    anna.erased_at = anna.joined_at
    assert [may_see_name(anna, viewer) for viewer in (visitor, boris, evgenia)] == [False, False, False]
    assert author_name(anna, boris) == f"Бывший участник №\u00a0{anna.pk}"


@pytest.mark.parametrize("path", [PUBLICATION, PROCESSING])
def test_visitors_are_sent_to_sign_in(path: str, db: Any) -> None:
    assert Client().post(path, {"withdraw": "1"})["Location"].startswith("/accounts/login/")


def test_unknown_purpose_is_404(anna: Teacher, client_of: Any) -> None:
    assert client_of(anna).get("/profile/consents/marketing/").status_code == 404
