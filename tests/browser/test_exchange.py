"""The exchange in a real browser, with JavaScript and without: passport, request, the matched school answers, both agree, the outcome."""

from typing import Any

import pytest
from playwright.sync_api import expect

from communities.models import Need, Partnership, School, SchoolPeculiarity, Teacher
from communities.models.school import Peculiarity
from communities.questionnaire import QUESTIONS
from tests.browser.test_accessibility import MODES, too_wide, violations, wish
from tests.browser.test_journey import sign_in
from tests.communities.test_passport import FOR
from tests.factories.exchange import make_need, make_partnership
from tests.factories.people import make_teacher

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def rita(lyceum: School) -> Teacher:
    """Coordinates the lyceum."""
    return make_teacher("Белова", "Рита", email="rita@example.org", school=lyceum, is_coordinator=True)


def answer_all(page: Any, code: str) -> None:
    for question in QUESTIONS[Peculiarity(code)]:
        said = FOR[code][question.code]
        if question.is_number:
            page.fill(f"input[name={question.code}]", said)
        else:
            page.check(f"input[name={question.code}][value={said}]", force=True)
    page.click("main form button.btn-1")


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_from_the_passport_to_the_outcome(javascript: bool, reader_of: Any, village_school: School, lyceum: School, vera: Teacher, rita: Teacher) -> None:
    make_need(lyceum, "offer", "Уроки физики по видеосвязи", level="basic")
    asking, answering = reader_of(javascript=javascript), reader_of(javascript=javascript)

    # The coordinator fills the passport, led from what waits.
    sign_in(asking, vera)
    page = asking.open("/")
    page.click("main a.btn:has-text('Заполнить паспорт')")
    page.locator("main a.btn-1:has-text('Ответить на вопросы')").first.click()
    for code in ("isolation", "gifted", "infrastructure", "non-competitive"):
        expect(page).to_have_url(f"{asking.base}/schools/malinovskaya/passport/{code}/")
        answer_all(page, code)
    expect(page).to_have_url(f"{asking.base}/schools/malinovskaya/")
    expect(page.locator("[data-object='peculiarity:isolation'] .tag.bad")).to_have_text("черта выражена")
    assert SchoolPeculiarity.objects.filter(school=village_school, ended_on=None).count() == 4

    # Publishes a request; the partner that fits stands there at once, with reasons.
    page.click("nav.nav a[href='/exchange/']")
    page.click("a.btn-1:has-text('Попросить или предложить')")
    page.select_option("select[name=direction]", "support")
    page.select_option("select[name=subject]", "physics")
    page.select_option("select[name=education_level]", "basic")
    page.fill("input[name=title]", "Учитель физики для общих уроков")
    page.click("main form button.btn-1")
    expect(page.locator("[data-partner='lyceum-7']")).to_contain_text("тот же предмет")
    need = Need.objects.get(school=village_school)

    # From the request to the partner in three clicks: the need, what it is about, the proposal.
    sign_in(answering, rita)
    page = answering.open("/exchange/")
    page.click(f"[data-object='need:{need.pk}'] h3 a")
    page.fill("textarea[name=message]", "Можем по вторникам.")
    page.click("main form button.btn-1")
    made = Partnership.objects.get()
    expect(page).to_have_url(f"{answering.base}/exchange/partnerships/{made.pk}/")

    # The other side finds it among what waits, and agrees.
    page = asking.open("/tasks/")
    page.click("main a.btn:has-text('Ответить на предложение')")
    expect(page.locator("main")).to_contain_text("Можем по вторникам.")
    page.click("main button:has-text('Согласиться')")
    expect(page.locator("[data-step=agreed]")).to_be_visible()
    need.refresh_from_db()
    assert (need.state, need.taken) == ("met", 1)

    # They work, and report.
    page = answering.open(f"/exchange/partnerships/{made.pk}/")
    page.click("main button:has-text('Работа началась')")
    page = asking.open("/exchange/mine/")
    page.click(f"[data-object='partnership:{made.pk}'] h3 a")
    page.check("input[name=outcome][value=reached]")
    page.fill("textarea[name=report]", "Провели восемь уроков.")
    page.click("main button:has-text('Сообщить об итоге')")
    expect(page.locator("main")).to_contain_text("Провели восемь уроков.")
    made.refresh_from_db()
    assert (made.state, made.outcome) == ("finished", "reached")
    assert asking.complaints + answering.complaints == []


@pytest.mark.parametrize("mode", ["light", "dark", "green"])
@pytest.mark.parametrize("width", [1280, 320])
def test_pages_of_the_exchange_are_accessible(mode: str, width: int, reader_of: Any, village_school: School, lyceum: School, vera: Teacher) -> None:
    need = make_need(village_school, level="basic", text="Очень длинное слово превысокомногорассмотрительствующий.", load_limit=3)
    make_need(lyceum, "offer", "Уроки физики по видеосвязи")
    make_need(lyceum, "request", "Без предмета", subject="", direction="gifted-events")
    running, waiting = make_partnership(need, lyceum, "running"), make_partnership(make_need(lyceum, "offer", "Кружок"), village_school, proposed_by_owner=True)
    reader = reader_of(width=width)
    sign_in(reader, vera)
    wish(reader, MODES[mode])
    paths = [
        "/exchange/", "/exchange/mine/", "/exchange/new/", "/exchange/map/", "/exchange/map/?direction=support", "/exchange/partners/",
        f"/exchange/{need.pk}/", f"/exchange/{need.pk}/edit/", f"/exchange/{need.pk}/partners/", f"/exchange/{need.pk}/withdrawal/",
        running.get_absolute_url(), waiting.get_absolute_url(),
        "/schools/malinovskaya/", "/schools/malinovskaya/needs/", "/schools/malinovskaya/passport/", "/schools/malinovskaya/passport/gifted/",
    ]  # fmt: skip
    for path in paths:
        page = reader.open(path)
        assert violations(page) == [], (mode, width, path)
        assert too_wide(page) == [], (mode, width, path)
