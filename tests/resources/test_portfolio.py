"""A teacher's portfolio and the confirmation for attestation: own facts, chosen lines, frozen paper, revocation."""

import datetime
import io
import time
from typing import Any
from urllib.parse import quote, unquote

import docx
import pypdfium2
import pytest
from django.utils import timezone
from PIL import Image

from communities.models import AuditEntry, Community, Teacher
from resources import portfolio
from resources.models import Attestation, Collection, MaterialVersion, Reuse
from resources.papers import pdf, word
from resources.papers.attestation import is_intact
from resources.portfolio import Period, Row, Section
from tests.factories.people import make_school, make_teacher
from tests.factories.shelf import accept, stand
from tests.qr import holds_qr, lowest_dark

pytestmark = pytest.mark.django_db

PAGE = "/profile/portfolio/"
WHOLE = Period(None, datetime.date(2099, 1, 1))


def figures(teacher: Teacher, period: Period = WHOLE) -> dict[str, dict[str, int]]:
    return {
        section.code: dict(zip(section.figures, [number for _words, number in section.totals()], strict=True))
        for section in portfolio.sections_of(teacher, period)
    }


def ticked(teacher: Teacher, *only: str) -> dict[str, Any]:
    """The form as the page of choices posts it, everything ticked or the named sections alone."""
    sections = [section for section in portfolio.sections_of(teacher, WHOLE) if not only or section.code in only]
    rows = [f"{section.code}:{row.key}" for section in sections for row in section.rows]
    return {"since": "", "until": timezone.localdate().isoformat(), "section": [section.code for section in sections], "row": rows}


def issue(browser: Any, teacher: Teacher, *only: str) -> Attestation:
    form = ticked(teacher, *only)
    preview = browser.post(f"{PAGE}preview/", form)
    browser.post(f"{PAGE}papers/", {**form, "seen": preview.context["seen"]})
    return teacher.attestations.get()


def use(material: Any, teacher: Teacher, day: datetime.date = datetime.date(2026, 10, 1)) -> None:
    Reuse.objects.create(material=material, version=material.versions.get(), teacher=teacher, school=teacher.school, used_on=day)


@pytest.fixture
def worked(daria: Teacher, boris: Teacher, anna: Teacher, evgenia: Teacher, community: Community) -> Teacher:
    """Дарья leads, has published, was reused in another school and at her own, reviewed, and was adapted."""
    material = stand("Закон Ома на батарейках", author=daria, community=community, subject="physics", best_practice_reason="Нужны только батарейки")
    accept(material, evgenia)
    use(material, anna)
    use(material, anna, datetime.date(2026, 10, 2))
    use(material, boris)
    stand("Вариант коллеги", author=anna, derived_from=material.versions.get())
    foreign = stand("Чужой черновик рецензента", author=boris, status="withdrawn", subject="physics")
    accept(foreign, daria)
    Collection.objects.create(title="Опыты без кабинета", slug="x", owner=daria, visibility="network")
    Collection.objects.create(title="Тайная подборка", slug="y", owner=daria)
    return daria


def test_every_section_counts_what_happened(worked: Teacher) -> None:
    assert figures(worked) == {
        "led": {"count": 1},
        "published": {"count": 1},
        "reused": {"lessons": 3, "schools": 1},
        "adapted": {"count": 1},
        "reviewed": {"count": 1, "accepted": 1},
        "best": {"count": 1},
        "collected": {"count": 1},
    }


def test_the_period_bounds_every_section(worked: Teacher) -> None:
    early = Period(datetime.date(2025, 9, 1), datetime.date(2026, 8, 31))
    assert figures(worked, early) == {"led": {"count": 1}}
    assert figures(worked, Period(datetime.date(2026, 10, 2), datetime.date(2026, 10, 2)))["reused"] == {"lessons": 1, "schools": 1}


def test_the_page_shows_own_facts_and_no_foreign_or_private_title(client_of: Any, worked: Teacher) -> None:
    page = client_of(worked).get(f"{PAGE}?period=all").content.decode()
    assert "Закон Ома на батарейках" in page
    assert [title for title in ("Чужой черновик рецензента", "Тайная подборка", "Вариант коллеги", "Власова") if title in page] == []


def test_another_teacher_sees_nothing_of_it(client_of: Any, worked: Teacher, zoya: Teacher) -> None:
    page = client_of(zoya).get(f"{PAGE}?period=all").content.decode()
    assert "Закон Ома" not in page
    assert "data-section" not in page


@pytest.fixture
def zoya(db: Any) -> Teacher:
    return make_teacher("Чижова", "Зоя", school=make_school("Школа № 9"))


def test_somebody_elses_rows_cannot_be_posted(client_of: Any, worked: Teacher, zoya: Teacher) -> None:
    answer = client_of(zoya).post(f"{PAGE}preview/", ticked(worked))
    assert answer.status_code == 302
    assert client_of(zoya).post(f"{PAGE}papers/", {**ticked(worked), "seen": "0" * 64}).status_code == 302
    assert not Attestation.objects.exists()


def test_somebody_elses_paper_does_not_exist(client_of: Any, worked: Teacher, boris: Teacher, evgenia: Teacher) -> None:
    paper = issue(client_of(worked), worked)
    for person in (boris, evgenia):
        for tail in ("", "pdf/", "docx/", "revoke/"):
            foreign = client_of(person).get(f"{PAGE}papers/{paper.code}/{tail}")
            absent = client_of(person).get(f"{PAGE}papers/NONE/{tail}")
            assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert client_of(boris).post(f"{PAGE}papers/{paper.code}/revoke/").status_code == 404
    assert Attestation.objects.get().revoked_at is None


def test_only_ticked_sections_and_rows_are_on_the_paper(client_of: Any, worked: Teacher) -> None:
    form = ticked(worked)
    form["section"] = ["published", "reused"]
    form["row"] = [row for row in form["row"] if not row.startswith("reused")]
    preview = client_of(worked).post(f"{PAGE}preview/", form)
    assert [section["title"] for section in preview.context["facts"]["sections"]] == ["Публикация учебно-методических материалов"]


def test_the_paper_is_exactly_what_the_preview_showed(client_of: Any, worked: Teacher) -> None:
    browser, form = client_of(worked), ticked(worked)
    preview = browser.post(f"{PAGE}preview/", form)
    browser.post(f"{PAGE}papers/", {**form, "seen": preview.context["seen"]})
    paper = Attestation.objects.get()
    assert {key: value for key, value in paper.facts.items() if key != "sha256"} == preview.context["facts"]
    assert is_intact(paper.facts)
    assert AuditEntry.objects.filter(action="issue-attestation", actor=worked).count() == 1


def test_what_changed_since_the_preview_is_shown_again_not_issued(client_of: Any, worked: Teacher, boris: Teacher) -> None:
    browser, form = client_of(worked), ticked(worked)
    seen = browser.post(f"{PAGE}preview/", form).context["seen"]
    use(worked.materials.get(), boris, datetime.date(2026, 11, 1))
    answer = browser.post(f"{PAGE}papers/", {**form, "seen": seen})
    assert answer.context["seen"] != seen
    assert not Attestation.objects.exists()


def test_pressing_twice_issues_one_paper(client_of: Any, worked: Teacher) -> None:
    browser, form = client_of(worked), ticked(worked)
    seen = browser.post(f"{PAGE}preview/", form).context["seen"]
    for _press in range(2):
        browser.post(f"{PAGE}papers/", {**form, "seen": seen})
    assert Attestation.objects.count() == 1


def test_figures_stay_as_they_were_on_the_day(client_of: Any, worked: Teacher, boris: Teacher) -> None:
    browser = client_of(worked)
    paper = issue(browser, worked)
    use(worked.materials.get(), boris, datetime.date(2026, 11, 1))
    worked.materials.update(title="Другое название")
    assert "Закон Ома на батарейках" in browser.get(f"{PAGE}papers/{paper.code}/").content.decode()


def printed(paper: Attestation) -> list[str]:
    """Every word that the frozen facts hold and a paper must show."""
    facts = paper.facts
    words = [facts["title"], facts["portal"], facts["opening"], facts["closing"], paper.code]
    words += [text for pair in facts["fields"] for text in pair]
    for section in facts["sections"]:
        words += [section["title"], *section["columns"], *(cell for row in section["rows"] for cell in row), *(label for label, _number in section["totals"])]
    return words


def squeezed(text: str) -> str:
    """Without spaces and the hyphens of broken lines."""
    return "".join(text.replace("-", "").replace("\u00ad", "").replace("\ufffe", "").replace("\u2010", "").split())


def test_the_file_is_named_by_the_networks_day(client_of: Any, worked: Teacher) -> None:
    browser = client_of(worked)
    paper = issue(browser, worked)
    late = datetime.datetime(2026, 11, 25, 23, 30, tzinfo=datetime.UTC)
    type(paper).objects.filter(pk=paper.pk).update(issued_at=late)
    with timezone.override("Asia/Yekaterinburg"):
        answer = browser.get(f"{PAGE}papers/{paper.code}/docx/")
    assert unquote(answer["Content-Disposition"]).endswith("2026-11-26.docx")


def test_the_pdf_says_the_facts_in_a_tagged_a4_document(client_of: Any, worked: Teacher, settings: Any) -> None:
    settings.SITE_URL = "https://network.example"
    browser = client_of(worked)
    paper = issue(browser, worked)
    answer = browser.get(f"{PAGE}papers/{paper.code}/pdf/", headers={"host": "localhost"})
    assert answer["Content-Type"] == "application/pdf"
    assert "Справка-подтверждение" in unquote(answer["Content-Disposition"])
    document = pypdfium2.PdfDocument(answer.content)
    assert [round(side) for side in document[0].get_size()] == [595, 842]
    text = squeezed("".join(page.get_textpage().get_text_range() for page in document))
    assert [words for words in printed(paper) if squeezed(words) not in text] == []
    assert b"/StructTreeRoot" in answer.content
    # The code stands in the last 32 mm before the right margin, above the footer.
    sheet, dot = document[len(document) - 1].render(scale=6).to_pil(), 6 * 72 / 25.4
    code = lowest_dark(sheet.crop((int(162 * dot), 0, int(196 * dot), int(278 * dot))), gap=int(2 * dot))
    assert holds_qr(code, f"https://network.example/verify/{paper.code}/")
    assert not holds_qr(code, f"https://network.example/verify/{paper.code[::-1]}/")


def test_the_docx_says_the_same_and_carries_the_qr_code(client_of: Any, worked: Teacher, settings: Any) -> None:
    settings.SITE_URL = "https://network.example"
    browser = client_of(worked)
    paper = issue(browser, worked)
    document = docx.Document(io.BytesIO(browser.get(f"{PAGE}papers/{paper.code}/docx/").content))
    text = "\n".join(
        [paragraph.text for paragraph in document.paragraphs] + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    )
    assert [words for words in printed(paper) if words not in text] == []
    assert len(document.inline_shapes) == 1
    (picture,) = [part.blob for part in document.part.package.iter_parts() if part.content_type == "image/png"]
    assert holds_qr(Image.open(io.BytesIO(picture)), f"https://network.example/verify/{paper.code}/")


def test_a_title_is_text_never_markup(client_of: Any, daria: Teacher) -> None:
    title = '#eval("1") *жирно* $x$ \\ <метка> @ссылка & "кавычки" \x0b'
    stand(title, author=daria)
    browser = client_of(daria)
    paper = issue(browser, daria, "published")
    document = pypdfium2.PdfDocument(pdf.attestation_pdf(paper))
    text = squeezed("".join(page.get_textpage().get_text_range() for page in document))
    assert squeezed('#eval("1") *жирно* $x$ \\ <метка> @ссылка') in text
    assert word.attestation_docx(paper)[:2] == b"PK"


def test_a_paper_is_made_within_200_ms(client_of: Any, worked: Teacher) -> None:
    paper = issue(client_of(worked), worked)
    for make in (pdf.attestation_pdf, word.attestation_docx):
        make(paper)
        times = []
        for _run in range(3):
            start = time.perf_counter()
            make(paper)
            times.append(time.perf_counter() - start)
        assert min(times) < 0.2


def test_a_revoked_paper_is_not_given_out_any_more(client_of: Any, worked: Teacher) -> None:
    browser = client_of(worked)
    paper = issue(browser, worked)
    assert browser.get(f"{PAGE}papers/{paper.code}/revoke/").status_code == 200
    assert Attestation.objects.get().revoked_at is None
    for wrong in ({}, {"reason": "because"}):
        assert browser.post(f"{PAGE}papers/{paper.code}/revoke/", wrong).status_code == 200
        assert Attestation.objects.get().revoked_at is None
    browser.post(f"{PAGE}papers/{paper.code}/revoke/", {"reason": "replaced"})
    assert Attestation.objects.get().revoked_for == "replaced"
    assert [browser.get(f"{PAGE}papers/{paper.code}/{form}/").status_code for form in ("pdf", "docx")] == [404, 404]
    assert AuditEntry.objects.filter(action="revoke-attestation").count() == 1


def test_the_page_costs_the_same_for_few_and_many(
    client_of: Any, worked: Teacher, boris: Teacher, community: Community, django_assert_num_queries: Any
) -> None:
    browser = client_of(worked)
    browser.get(PAGE)
    for many in (1, 12):
        for number in range(many):
            material = stand(f"Материал {many}-{number}", author=worked, community=community, subject="physics")
            use(material, boris)
            MaterialVersion.objects.create(material=material, number=2, created_by=worked)
        with django_assert_num_queries(11):
            assert browser.get(f"{PAGE}?period=all").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "period=\x00",
        "period=9999",
        "period=dates&since=99999-01-01",
        "period=dates&since=0001-01-01&until=9999-12-31",
        "since=\ud800&period=dates",
        "period=" + "9" * 300,
    ],
)
def test_a_strange_period_is_no_failure(client_of: Any, worked: Teacher, query: str) -> None:
    assert client_of(worked).get(f"{PAGE}?{quote(query.encode('utf-8', 'surrogatepass'), safe='=&')}").status_code == 200


def test_strange_posts_are_no_failure(client_of: Any, worked: Teacher) -> None:
    browser = client_of(worked)
    for form in ({}, {"until": "\x00"}, {"until": "2026-11-01", "row": ["\x00", "published:" + "9" * 5000], "section": ["published"], "seen": "ж" * 64}):
        for tail in ("preview/", "papers/"):
            assert browser.post(PAGE + tail, form).status_code == 302
    assert not Attestation.objects.exists()


def test_many_rows_are_folded_with_their_figures(anna: Teacher, monkeypatch: pytest.MonkeyPatch) -> None:
    def long(teacher: Teacher, period: Period) -> Section:
        rows = [Row(str(number), [f"Строка {number}", "да"], {"count": 1, "schools": frozenset([number % 7])}) for number in range(100)]
        return Section("long", "Длинный", ["Что", "Как"], rows, {"count": "строк", "schools": "школ"})

    monkeypatch.setattr(portfolio, "SECTIONS", [long])
    [section] = portfolio.sections_of(anna, WHOLE)
    assert len(section.rows) == portfolio.ROWS
    assert section.totals() == [("строк", 100), ("школ", 7)]
    assert section.only({"long:1", "long:8"}).totals() == [("строк", 2), ("школ", 1)]
