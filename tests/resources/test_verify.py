"""The public check of a paper: valid, revoked, unknown; no title, no name, no other paper."""

from typing import Any

import pytest
from django.utils import timezone

from communities.models import Community, Teacher
from resources.actions.attestation import chosen_facts, issue_attestation, revoke_attestation
from resources.models import Attestation
from resources.models.attestation import Revocation
from resources.papers.attestation import digest
from resources.portfolio import Period, sections_of
from resources.verification import canonical_code
from resources.views import verify
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(daria: Teacher, community: Community) -> Attestation:
    stand("Закон Ома на батарейках", author=daria, community=community)
    period = Period(None, timezone.localdate())
    keys = {f"{section.code}:{row.key}" for section in sections_of(daria, period) for row in section.rows}
    return issue_attestation(daria, period, keys, seen=digest(chosen_facts(daria, period, keys)), by=daria)


def test_a_valid_paper_shows_state_day_masked_name_and_figures_only(client_of: Any, visitor: Any, paper: Attestation, daria: Teacher) -> None:
    answer = client_of(visitor).get(f"/verify/{paper.code}/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'data-state="valid"' in page
    assert "О*** Д. С." in page
    assert f"{timezone.localtime(paper.issued_at):%d.%m.%Y}" in page
    hidden = ["Орлова", "Дарья", "Сергеевна", "Закон Ома", "Физика рядом", "Лицей", "daria@example.org", f"/teachers/{daria.pk}/"]
    assert [words for words in hidden if words in page] == []
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Cache-Control"] == "private, no-store"


def test_revocation_counts_at_once_and_hides_the_figures(client_of: Any, visitor: Any, paper: Attestation, daria: Teacher) -> None:
    browser = client_of(visitor)
    assert 'data-state="valid"' in browser.get(f"/verify/{paper.code}/").content.decode()
    revoke_attestation(paper, Revocation.MISTAKE, by=daria)
    answer = browser.get(f"/verify/{paper.code}/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'data-state="revoked"' in page
    assert "в справке ошибка" in page
    assert [words for words in ("О***", paper.facts["sha256"][:8]) if words in page] == []


def test_unknown_answers_as_an_address_that_does_not_exist(client_of: Any, visitor: Any, paper: Attestation) -> None:
    browser = client_of(visitor)
    absent = browser.get("/there-is-no-such-page/")
    other = ("A" if paper.code[0] != "A" else "B") + paper.code[1:]
    for code in (other, "1", "x" * 500, paper.code[:-1], "%00", paper.code + "A"):
        answer = browser.get(f"/verify/{code}/")
        assert (answer.status_code, answer.content) == (404, absent.content)


def test_the_paper_of_an_erased_person_is_unknown(client_of: Any, visitor: Any, paper: Attestation, daria: Teacher) -> None:
    daria.erased_at = timezone.now()
    daria.save(update_fields=["erased_at"])
    assert client_of(visitor).get(f"/verify/{paper.code}/").status_code == 404


def test_changed_figures_are_not_confirmed(client_of: Any, visitor: Any, paper: Attestation) -> None:
    paper.facts["sections"][0]["totals"][0][1] = 99
    paper.save(update_fields=["facts"])
    page = client_of(visitor).get(f"/verify/{paper.code}/").content.decode()
    assert 'data-state="damaged"' in page
    assert "О***" not in page


def test_codes_are_typed_tolerantly(client_of: Any, visitor: Any, paper: Attestation) -> None:
    browser = client_of(visitor)
    for typed in (paper.code.lower(), paper.code.replace("-", ""), f"  {paper.code.replace('-', ' – ')} "):
        answer = browser.get("/verify/", {"code": typed})
        assert (answer.status_code, answer["Location"]) == (302, f"/verify/{paper.code}/")
        assert browser.get(f"/verify/{typed.strip()}/").status_code == 200


def test_a_russian_keyboard_is_forgiven() -> None:
    assert canonical_code("авекмнрстух" + "2" * 21) == "ABEK-MHPC-TYX2-2222-2222-2222-2222-2222"
    assert canonical_code("О" * 32) == ""


@pytest.mark.parametrize("typed", ["", " ", "12", "\x00", "A" * 5000, "0" * 32, "ж" * 32, "A" * 32])
def test_what_is_no_code_gets_an_answer_in_words(client_of: Any, visitor: Any, typed: str) -> None:
    answer = client_of(visitor).get("/verify/", {"code": typed})
    assert answer.status_code == 200
    assert answer.context["form"].errors["code"]


def test_checks_are_limited_by_address(client_of: Any, visitor: Any, paper: Attestation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "CHECKS", 2)
    browser = client_of(visitor)
    answers = [browser.get(f"/verify/{paper.code}/").status_code for _try in range(3)]
    assert answers == [200, 200, 429]
    assert browser.get("/verify/", {"code": paper.code}).status_code == 429
    assert browser.get("/verify/").status_code == 200


def test_a_check_is_one_query(client_of: Any, visitor: Any, paper: Attestation, django_assert_num_queries: Any) -> None:
    browser = client_of(visitor)
    with django_assert_num_queries(1):
        browser.get(f"/verify/{paper.code}/")
