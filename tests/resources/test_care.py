"""Care for the library: who sees which finding, what each remedy does, what readers report."""

import datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from communities.models import AuditEntry, Community, Teacher
from resources import care as module
from resources.access import may_edit
from resources.actions.care import write_warnings
from resources.actions.submission import submit_material
from resources.models import CareAct, Custody, Library, Material, MaterialReport, Reuse, TextWarning
from resources.models.care import Finding
from resources.views import care as views
from tests.factories.materials import attach, make_draft
from tests.factories.people import join, make_community, make_teacher
from tests.factories.shelf import stand
from tests.resources.reading import listed, total
from tests.resources.test_rights_guessing import IMPRINT

pytestmark = pytest.mark.django_db

QUEUE = "/materials/care/"
LONG_AGO = timezone.now() - datetime.timedelta(days=5 * 365)


def queued(browser: Client, finding: str) -> list[int]:
    return listed(browser.get(QUEUE, {"finding": finding}))


def care(browser: Client, material: Material, finding: str, remedy: str, words: str = "Проверьте, пожалуйста") -> Any:
    return browser.post(f"/materials/{material.pk}/care/{finding}/", {"remedy": remedy, "words": words})


def report(browser: Client, material: Material, reason: str = "link", words: str = "Стр. 2") -> Any:
    return browser.post(f"/materials/{material.pk}/report/", {"reason": reason, "words": words})


@pytest.fixture
def shelf(anna: Teacher, boris: Teacher, community: Community) -> dict[str, Material]:
    """One material a finding, and one that is well."""
    now = timezone.now()
    gone = make_teacher("Ушедший", "Пётр", school=anna.school, is_active=False)
    used = stand("Хороший", author=anna, community=community, published_on=datetime.date(2020, 1, 1), reuse_count=1)
    made = {
        "unused": stand("Забытый", author=anna, community=community, published_on=now.date() - datetime.timedelta(days=400)),
        "stale": stand("Старый", author=anna, community=community, changed_at=LONG_AGO, published_on=now.date()),
        "orphaned": stand("Сирота", author=gone, community=community, published_on=now.date()),
        "licence": stand("Без лицензии", author=anna, community=community, licence="network", visibility="public", published_on=now.date()),
        "reported": stand("Со ссылкой", author=anna, community=community, published_on=now.date()),
        "scan": stand("Скан", author=anna, community=community, published_on=now.date(), files=(IMPRINT,)),
        "exam": stand("Закрытый", author=anna, community=community, published_on=now.date(), files=("КИМ: материал не подлежит разглашению",)),
    }
    Reuse.objects.create(material=used, version=used.versions.get(), teacher=boris, used_on=now.date())
    MaterialReport.objects.create(material=made["reported"], reporter=boris, reason="link", words="Стр. 2")
    for name in ("scan", "exam"):
        file = made[name].versions.get().files.get()
        write_warnings(file, file.text)
    return made


def test_each_finding_lists_its_material(client_of: Any, daria: Teacher, shelf: dict[str, Material]) -> None:
    browser = client_of(daria)
    assert {finding: queued(browser, finding) for finding in Finding.values} == {finding: [shelf[finding].pk] for finding in Finding.values}


def test_the_page_says_what_is_wrong_with_a_licence(client_of: Any, daria: Teacher, shelf: dict[str, Material]) -> None:
    browser = client_of(daria)
    meaning = "Материал открыт всем, а лицензия только для сети"
    page = browser.get("/materials/care/?finding=licence").content.decode()
    assert (page.count(meaning), page.count("<span>Только внутри сети</span>")) == (1, 1)
    act = browser.get(f"/materials/{shelf['licence'].pk}/care/licence/").content.decode()
    assert (act.count(meaning), act.count("Здесь она — «Только внутри сети».")) == (1, 1)
    stale = browser.get("/materials/care/?finding=stale").content.decode()
    assert (meaning in stale, "<span>Только внутри сети</span>" in stale) == (False, False)


def test_a_foreign_library_is_not_cared_for(client_of: Any, shelf: dict[str, Material], lyceum: Any) -> None:
    other = make_community("Химия рядом", subject="chemistry")
    leader = make_teacher("Чужая", "Лидия", school=lyceum)
    join(other, leader, role="leader")
    browser = client_of(leader)
    assert [queued(browser, finding) for finding in Finding.values] == [[]] * len(Finding.values)
    assert 'class="n">1<' not in browser.get(QUEUE).content.decode()
    for finding in Finding.values:
        assert browser.get(f"/materials/{shelf[finding].pk}/care/{finding}/").status_code == 404
        assert care(browser, shelf[finding], finding, "archive").status_code == 404
    assert not CareAct.objects.exists()


def test_the_queue_is_for_carers(client_of: Any, boris: Teacher, daria: Teacher, evgenia: Teacher, shelf: dict[str, Material]) -> None:
    assert [client_of(person).get(QUEUE).status_code for person in (boris, daria, evgenia)] == [403, 200, 200]
    assert care(client_of(boris), shelf["stale"], "stale", "archive").status_code == 404


def test_a_curator_and_a_schools_coordinator_care_for_theirs(client_of: Any, boris: Teacher, vera: Teacher, community: Community, anna: Teacher) -> None:
    material = stand("Старый", author=anna, community=community, changed_at=LONG_AGO)
    join(community, boris)
    material.library.curators.add(boris)
    assert queued(client_of(boris), "stale") == [material.pk]
    school_shelf = Library.objects.create(school=vera.school)
    of_school = stand("Школьный", author=anna, changed_at=LONG_AGO)
    Material.objects.filter(pk=of_school.pk).update(library=school_shelf)
    assert queued(client_of(vera), "stale") == [of_school.pk]


def test_nobody_decides_on_their_own(client_of: Any, daria: Teacher, community: Community) -> None:
    own = stand("Свой старый", author=daria, community=community, changed_at=LONG_AGO)
    assert queued(client_of(daria), "stale") == []
    assert care(client_of(daria), own, "stale", "archive").status_code == 404


def test_asking_writes_to_the_authors_and_waits(client_of: Any, daria: Teacher, anna: Teacher, shelf: dict[str, Material], settings: Any) -> None:
    settings.SITE_URL = "https://network.example"
    Material.objects.filter(pk=shelf["stale"].pk).update(title="http://evil.example/")
    answer = care(client_of(daria), shelf["stale"], "stale", "ask", words="Подходит к новой программе? http://evil.example/")
    assert answer.status_code == 302
    [letter] = mail.outbox
    assert letter.to == [anna.email]
    assert f"https://network.example/materials/{shelf['stale'].pk}/edit/" in letter.body
    assert "evil.example" not in letter.body + letter.subject
    assert queued(client_of(daria), "stale") == []
    page = client_of(anna).get(f"/materials/{shelf['stale'].pk}/edit/").content.decode()
    assert "Подходит к новой программе?" in page
    CareAct.objects.update(silent_until=timezone.localdate() - datetime.timedelta(days=1))
    assert queued(client_of(daria), "stale") == [shelf["stale"].pk]


def test_nobody_to_ask_is_said_and_nothing_is_kept(client_of: Any, evgenia: Teacher, shelf: dict[str, Material]) -> None:
    Material.objects.filter(pk=shelf["orphaned"].pk).update(changed_at=LONG_AGO)
    answer = care(client_of(evgenia), shelf["orphaned"], "stale", "ask")
    assert answer.status_code == 200
    assert answer.context["form"].errors["remedy"]
    assert not CareAct.objects.exists()
    assert mail.outbox == []


def test_transfer_lets_the_librarys_curators_edit(client_of: Any, daria: Teacher, boris: Teacher, shelf: dict[str, Material]) -> None:
    material = shelf["orphaned"]
    assert not may_edit(daria, material)
    care(client_of(daria), material, "orphaned", "transfer", words="")
    material = Material.objects.get(pk=material.pk)
    assert may_edit(daria, material)
    assert not may_edit(boris, material)
    assert [authorship.teacher.last_name for authorship in material.authorships.all()] == ["Ушедший"]
    assert AuditEntry.objects.filter(action="transfer-material", actor=daria).count() == 1
    assert queued(client_of(daria), "orphaned") == []


def test_only_orphaned_materials_are_transferred(client_of: Any, daria: Teacher, shelf: dict[str, Material]) -> None:
    assert care(client_of(daria), shelf["stale"], "stale", "transfer").status_code == 200
    assert not Custody.objects.exists()


def test_archiving_takes_it_off_the_shelf_and_answers_the_reports(
    client_of: Any, daria: Teacher, boris: Teacher, visitor: Any, shelf: dict[str, Material]
) -> None:
    material = shelf["reported"]
    care(client_of(daria), material, "reported", "archive", words="Ссылка не открывается")
    assert client_of(visitor).get(material.get_absolute_url()).status_code == 404
    assert AuditEntry.objects.filter(action="archive-material", actor=daria, object_id=material.pk).count() == 1
    answered = MaterialReport.objects.get()
    assert (answered.remedy, answered.answer, answered.answered_by) == ("archive", "Ссылка не открывается", daria)


def test_a_dismissal_says_why_and_the_reporter_reads_it(client_of: Any, daria: Teacher, boris: Teacher, shelf: dict[str, Material]) -> None:
    browser, material = client_of(daria), shelf["reported"]
    assert care(browser, material, "reported", "dismiss", words="").status_code == 200
    assert queued(browser, "reported") == [material.pk]
    care(browser, material, "reported", "dismiss", words="Ссылка открывается")
    assert queued(browser, "reported") == []
    assert "Ссылка открывается" in client_of(boris).get(f"/materials/{material.pk}/report/").content.decode()


def test_two_curators_decide_once(client_of: Any, daria: Teacher, evgenia: Teacher, shelf: dict[str, Material]) -> None:
    care(client_of(daria), shelf["unused"], "unused", "archive")
    assert care(client_of(evgenia), shelf["unused"], "unused", "archive").status_code == 404
    assert CareAct.objects.count() == 1


# --- reports ---------------------------------------------------------------------------------------------------------


def test_a_reader_reports_once_a_reason_while_it_is_open(client_of: Any, boris: Teacher, anna: Teacher) -> None:
    material = stand(author=anna)
    for words in ("Стр. 2", "Стр. 3"):
        assert report(client_of(boris), material, words=words).status_code == 302
    assert [(entry.reason, entry.words) for entry in MaterialReport.objects.all()] == [("link", "Стр. 3")]
    assert report(client_of(boris), material, reason="other", words="").status_code == 200
    assert MaterialReport.objects.count() == 1


def test_what_one_may_not_see_cannot_be_reported(client_of: Any, boris: Teacher, zakhar: Teacher, visitor: Any, anna: Teacher) -> None:
    draft, network = stand("Черновик", author=anna, status="draft"), stand("Для сети", author=anna, visibility="network")
    absent = client_of(boris).get("/materials/999999/report/")
    hidden = client_of(boris).get(f"/materials/{draft.pk}/report/")
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert report(client_of(zakhar), network).status_code == 404
    assert report(client_of(visitor), network).status_code == 302
    assert not MaterialReport.objects.exists()


def test_a_report_of_somebody_else_is_not_shown(client_of: Any, anna: Teacher, vera: Teacher, shelf: dict[str, Material]) -> None:
    for person in (anna, vera):
        for tail in ("", "report/"):
            url = shelf["reported"].get_absolute_url() if not tail else f"/materials/{shelf['reported'].pk}/report/"
            assert "Стр. 2" not in client_of(person).get(url).content.decode()


def test_visitors_see_no_way_to_report_readers_do(client_of: Any, visitor: Any, boris: Teacher, anna: Teacher) -> None:
    material = stand(author=anna)
    link = f"/materials/{material.pk}/report/"
    assert link not in client_of(visitor).get(material.get_absolute_url()).content.decode()
    assert link in client_of(boris).get(material.get_absolute_url()).content.decode()


def test_strange_input_is_an_answer_in_words(client_of: Any, boris: Teacher, daria: Teacher, shelf: dict[str, Material]) -> None:
    browser = client_of(boris)
    for form in ({}, {"reason": "\x00"}, {"reason": "other", "words": "x" * 5000}, {"reason": "link", "words": "\x00"}):
        assert browser.post(f"/materials/{shelf['stale'].pk}/report/", form).status_code == 200
    carer = client_of(daria)
    assert carer.get(QUEUE, {"finding": "\x00", "page": str(10**30)}).status_code == 200
    assert carer.get(f"/materials/{shelf['stale'].pk}/care/nothing/").status_code == 404
    assert care(carer, shelf["stale"], "stale", "\x00").status_code == 200


# --- warnings ----------------------------------------------------------------------------------------------------------


def test_an_uploaded_scan_warns_its_author_and_its_reviewer(client_of: Any, anna: Teacher, evgenia: Teacher, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        material = make_draft(by=anna, files=())
        attach(material, by=anna, name="учебник.txt", content=IMPRINT.encode())
    assert TextWarning.objects.get().finding == "scan"
    assert "data-warnings" in client_of(anna).get(f"/materials/{material.pk}/edit/").content.decode()
    submit_material(material, by=anna)
    assert "data-warnings" in client_of(evgenia).get(f"/materials/{material.pk}/review/").content.decode()


def test_readers_see_no_warning(client_of: Any, boris: Teacher, shelf: dict[str, Material]) -> None:
    assert "data-warnings" not in client_of(boris).get(shelf["scan"].get_absolute_url()).content.decode()


def test_the_queue_costs_the_same_for_few_and_many(client_of: Any, daria: Teacher, anna: Teacher, community: Community, django_assert_num_queries: Any) -> None:
    browser = client_of(daria)
    browser.get(QUEUE)
    for many in (1, 12):
        for number in range(many):
            material = stand(f"Старый {many}-{number}", author=anna, community=community, changed_at=LONG_AGO)
            MaterialReport.objects.create(material=material, reporter=daria, reason="link")
        with django_assert_num_queries(9):
            assert total(browser.get(QUEUE, {"finding": "stale"})) == (1 if many == 1 else 13)


def test_counts_stop_at_a_bound(client_of: Any, daria: Teacher, anna: Teacher, community: Community, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COUNTED", 1)
    monkeypatch.setattr(views, "COUNTED", 1)
    for number in range(3):
        stand(f"Старый {number}", author=anna, community=community, changed_at=LONG_AGO)
    tabs = {tab["url"].rpartition("=")[2]: tab for tab in client_of(daria).get(QUEUE).context["tabs"]}
    assert tabs["stale"]["count"] is None
    assert tabs["stale"]["text"] in ("Not renewed: more than 1", "Не обновляются: больше 1")
    assert tabs["unused"]["text"] == views.TABS[Finding.UNUSED]
