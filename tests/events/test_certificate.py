"""Papers: issued once, numbered without a gap twice, checked by anybody, revoked with a reason, made in batches that survive being killed."""

import datetime
import io
import threading
import zipfile
from typing import Any

import pypdfium2
import pytest
from django.db import connections
from django.utils import timezone

from communities.models import Community, Teacher
from events.actions.attendance import mark
from events.actions.certificate import begin_batch, issue, revoke, run_batch
from events.certificates import recipients_of, unknown_placeholders
from events.models import Certificate, CertificateBatch, CertificateSeries, Event
from tests.events.test_contest import BOTH, closed
from tests.factories.events import past_event
from tests.factories.people import make_teacher

pytestmark = pytest.mark.django_db


def held(community: Community, leader: Teacher, *people: Teacher) -> Event:
    from events.actions.report import hold_event

    event = past_event(community, by=leader, title="Семинар по оптике")
    for person in people:
        mark(event, person, by=leader)
    return hold_event(event, by=leader, held_on=timezone.localdate() - datetime.timedelta(days=3), outcome="Да")


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(document[0].get_textpage().get_text_range().split())


def test_a_batch_gives_everybody_one_paper_and_a_check_page(
    client_of: Any, visitor: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher
) -> None:
    event = held(community, daria, anna, boris)
    browser = client_of(daria)
    page = browser.get(f"{event.get_absolute_url()}diplomas/").content.decode()
    assert "2 получателя" in page
    answer = browser.post(f"/certificates/event/{event.pk}/participant/issue/")
    batch = CertificateBatch.objects.get()
    assert answer["Location"] == f"/certificates/batches/{batch.pk}/"
    run_batch.func(batch.pk)
    run_batch.func(batch.pk)
    papers = list(Certificate.objects.order_by("number"))
    assert [(paper.teacher, paper.number) for paper in papers] == [(anna, 1), (boris, 2)]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(browser.get(f"/certificates/batches/{batch.pk}.zip"))))
    assert len(archive.namelist()) == 2
    words = text_of(archive.read(archive.namelist()[0]))
    for part in ("Сертификат участника", "Анна Игоревна Власова", "Семинар по оптике", papers[0].code):
        assert part in words
    page = client_of(visitor).get(f"/verify/{papers[0].code}/").content.decode()
    assert 'data-state="valid"' in page
    assert "В. А." in page
    for secret in ("Власова", "Анна", "Королёв"):
        assert secret not in page
    assert "Сертификат участника" in client_of(anna).get("/certificates/").content.decode()


def test_a_paper_is_taken_by_whose_it_is_and_who_issued_it_alone(
    client_of: Any, visitor: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher
) -> None:
    event = held(community, daria, anna)
    paper = issue(event, "participant", recipients_of(event, "participant")[0], by=daria)
    assert [client_of(person).get(f"/certificates/{paper.pk}.pdf").status_code for person in (anna, daria, boris)] == [200, 200, 404]
    assert client_of(visitor).get(f"/certificates/{paper.pk}.pdf").status_code == 302
    assert client_of(boris).get(f"{event.get_absolute_url()}diplomas/").status_code == 403
    assert client_of(boris).post(f"/certificates/{paper.pk}/revoke/", {"reason": "Нет"}).status_code == 404


def test_a_revoked_paper_says_why_and_another_may_be_issued(client_of: Any, visitor: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    event = held(community, daria, anna)
    recipient = recipients_of(event, "participant")[0]
    paper = issue(event, "participant", recipient, by=daria)
    client_of(daria).post(f"/certificates/{paper.pk}/revoke/", {"reason": "Ошибка в дате"})
    page = client_of(visitor).get(f"/verify/{paper.code}/").content.decode()
    assert 'data-state="revoked"' in page
    assert "Ошибка в дате" in page
    assert "Семинар по оптике" not in page
    assert client_of(anna).get(f"/certificates/{paper.pk}.pdf").status_code == 404
    again = issue(event, "participant", recipient, by=daria)
    assert (again.pk == paper.pk, again.number) == (False, 2)
    revoke(paper, by=daria, reason="Ещё раз")
    paper.refresh_from_db()
    assert paper.revoke_reason == "Ошибка в дате"


def test_unknown_codes_are_told_and_lead_nowhere(client_of: Any, visitor: Any) -> None:
    assert client_of(visitor).get("/verify/AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA/").status_code == 404


def test_a_design_is_checked_previewed_and_holds_for_new_papers(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    event = held(community, daria, anna)
    browser, address = client_of(daria), f"/certificates/event/{event.pk}/participant/design/"
    form = {"title": "Сертификат", "words": "за участие в {event}, {место}", "signer": "И. Кравцов, директор", "colour": "#1b4fa1"}
    page = browser.post(address, form)
    assert list(page.context["form"].errors) == ["words"]
    form["words"] = "за участие в «{event}», {date}"
    preview = browser.post(address, {**form, "preview": "1"})
    assert preview["Content-Type"] == "application/pdf"
    assert "Кравцов" in text_of(preview.content)
    assert Certificate.objects.count() == 0
    browser.post(address, form)
    paper = issue(event, "participant", recipients_of(event, "participant")[0], by=daria)
    assert paper.facts["words"].startswith("за участие в «Семинар по оптике», ")
    assert unknown_placeholders("{event} {x}") == ["x"]


def test_what_people_wrote_is_text_in_the_paper_and_never_markup(community: Community, daria: Teacher) -> None:
    from events.papers.certificate import certificate_pdf

    person = make_teacher("#eval(1)", "*Анна* $x$ <b>")
    event = held(community, daria, person)
    paper = issue(event, "participant", recipients_of(event, "participant")[0], by=daria)
    assert "#eval(1)" in text_of(certificate_pdf(paper))


def test_pupils_without_the_paper_of_their_parents_get_no_diploma(client_of: Any, visitor: Any, evgenia: Teacher, anna: Teacher, boris: Teacher) -> None:
    event, _results = closed(evgenia, (anna, "Зуева Мария", BOTH), (boris, "Исаева Дарья", frozenset()))
    Event.objects.filter(pk=event.pk).update(status="held", held_on=timezone.localdate())
    event.refresh_from_db()
    found = recipients_of(event, "winner")
    assert [(one.name, one.teacher) for one in found] == [("Зуева Мария", anna)]
    paper = issue(event, "winner", found[0], by=evgenia)
    page = client_of(visitor).get(f"/verify/{paper.code}/").content.decode()
    assert "З. М." in page
    assert "Зуева" not in page
    assert "Мария" not in page
    # The coach hands it out; another teacher does not know of it.
    assert client_of(anna).get(f"/certificates/{paper.pk}.pdf").status_code == 200
    assert client_of(boris).get(f"/certificates/{paper.pk}.pdf").status_code == 404


def test_a_killed_batch_goes_on_and_issues_nothing_twice(community: Community, daria: Teacher, monkeypatch: pytest.MonkeyPatch) -> None:
    from events.actions import certificate

    event = held(community, daria, *(make_teacher(f"Участник {number}") for number in range(6)))
    batch = begin_batch(event, "participant", by=daria)
    Certificate.objects.all().delete()
    CertificateBatch.objects.update(done=0, finished_at=None)
    real, calls = certificate.issue, []

    def dies(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(certificate, "issue", dies)
    with pytest.raises(KeyboardInterrupt):
        run_batch.func(batch.pk)
    assert Certificate.objects.count() == 3
    run_batch.func(batch.pk)
    batch.refresh_from_db()
    assert (Certificate.objects.count(), batch.done, batch.finished_at is not None) == (6, 6, True)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_numbers_are_given_once_however_many_issue_at_a_time(django_user_model: Any) -> None:
    leader = make_teacher("Методист", role="methodist")
    people = [make_teacher(f"Участник {number}") for number in range(6)]
    event = past_event(None, by=leader)
    for person in people:
        mark(event, person, by=leader)
    recipients = recipients_of(event, "participant")
    problems: list[Exception] = []

    def work() -> None:
        try:
            for recipient in recipients:
                issue(event, "participant", recipient, by=leader)
        except Exception as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    numbers = list(Certificate.objects.order_by("number").values_list("number", flat=True))
    assert len(numbers) == len(set(numbers)) == 6
    assert CertificateSeries.objects.get().last == 6
