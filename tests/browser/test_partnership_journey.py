"""A partnership from end to end in a real browser, with JavaScript and without: passport, request, answer, laboratory, talk, outcome."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from communities.models import Community, Need, Partnership, School, SchoolPeculiarity, Teacher, Topic
from resources.actions.booking import accept_booking
from resources.models import Booking, Facility, TakenSlot
from tests.browser.test_exchange import answer_all
from tests.browser.test_journey import sign_in
from tests.factories.exchange import make_need
from tests.factories.facilities import book, coming, lend
from tests.factories.people import join, make_teacher

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def laboratory(lyceum: School, boris: Teacher) -> Facility:
    """The lyceum's, kept by Рита; next Monday at ten its own lesson is there."""
    rita = make_teacher("Белова", "Рита", email="rita@example.org", school=lyceum, is_coordinator=True)
    lent = lend("Лаборатория оптики", school=lyceum, by=rita, responsible=rita)
    booking = book(lent, by=boris)
    if booking.decision != "accepted":
        accept_booking(booking, by=rita)
    return lent


def send(page: Page, words: str) -> None:
    page.click(f"main button:has-text('{words}')")


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_two_schools_become_partners(
    javascript: bool, reader_of: Any, village_school: School, lyceum: School, vera: Teacher, community: Community, laboratory: Facility
) -> None:
    rita = laboratory.created_by
    for person in (vera, rita):
        join(community, person)
    make_need(lyceum, "offer", "Уроки физики в лаборатории", level="basic")
    asking, answering = reader_of(javascript=javascript), reader_of(javascript=javascript)

    # The coordinator fills the passport.
    sign_in(asking, vera)
    page = asking.open("/schools/malinovskaya/passport/")
    page.locator("main a.btn-1:has-text('Ответить на вопросы')").first.click()
    for code in ("isolation", "gifted", "infrastructure", "non-competitive"):
        expect(page).to_have_url(f"{asking.base}/schools/malinovskaya/passport/{code}/")
        answer_all(page, code)
    assert SchoolPeculiarity.objects.filter(school=village_school, ended_on=None).count() == 4

    # Publishes a request; the school that fits is shown at once.
    page.goto(f"{asking.base}/exchange/new/")
    for name, value in (("direction", "support"), ("subject", "physics"), ("education_level", "basic")):
        page.select_option(f"select[name={name}]", value)
    page.fill("input[name=title]", "Лабораторные работы по оптике")
    page.click("main form button.btn-1")
    expect(page.locator("[data-partner='lyceum-7']")).to_contain_text("тот же предмет")
    need = Need.objects.get(school=village_school)

    # The other school finds it by words, and answers.
    sign_in(answering, rita)
    page = answering.open("/")
    page.fill("header.bar input[name=q]", "оптик")
    page.press("header.bar input[name=q]", "Enter")
    page.click(f"[data-object='need:{need.pk}'] h3 a")
    page.fill("textarea[name=message]", "Приезжайте к нам в лабораторию.")
    page.click("main form button.btn-1")
    made = Partnership.objects.get()

    # Both agree.
    page = asking.open("/tasks/")
    page.click("main a.btn:has-text('Ответить на предложение')")
    send(page, "Согласиться")
    expect(page.locator("[data-step=agreed]")).to_be_visible()

    # The laboratory is booked; a time that is taken is refused in words, and what was typed stays.
    page.goto(f"{asking.base}{laboratory.get_absolute_url()}?week={coming()}")
    page.click(f"a[href*='day={coming()}&hour=11']")
    page.fill("input[name=begins]", "10:30")
    page.fill("input[name=purpose]", "Линзы, 8 класс")
    send(page, "Отправить заявку")
    expect(page.locator("main form .err-msg").first).to_contain_text("Уже занято")
    assert Booking.objects.count() == 1
    expect(page.locator("input[name=purpose]")).to_have_value("Линзы, 8 класс")
    page.fill("input[name=begins]", "11:00")
    send(page, "Отправить заявку")
    booking = Booking.objects.get(teacher=vera)
    expect(page).to_have_url(f"{asking.base}/facilities/bookings/{booking.pk}/")
    page = answering.open(f"/facilities/bookings/{booking.pk}/")
    page.fill("textarea[name=answer], input[name=answer]", "Ключ на вахте")
    send(page, "Принять")
    page = asking.open(f"/facilities/bookings/{booking.pk}/")
    expect(page.locator("main")).to_contain_text("Ключ на вахте")
    assert TakenSlot.objects.filter(facility=laboratory).count() == 8

    # They talk about it in their community.
    page.goto(f"{asking.base}/communities/physics-nearby/discussion/new/")
    page.get_by_label("Название").fill("Что взять с собой на оптику?")
    page.get_by_role("textbox", name="Сообщение").fill("Едем в понедельник.")
    page.get_by_role("button", name="Открыть тему").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Что взять с собой на оптику?")
    page = answering.open(Topic.objects.get().get_absolute_url())
    page.get_by_role("textbox", name="Сообщение").fill("Халаты.")
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator("#post-2")).to_contain_text("Халаты.")

    # They work, and report the outcome.
    page = answering.open(f"/exchange/partnerships/{made.pk}/")
    send(page, "Работа началась")
    page = asking.open(f"/exchange/partnerships/{made.pk}/")
    page.check("input[name=outcome][value=reached]")
    page.fill("textarea[name=report]", "Провели работу по линзам.")
    send(page, "Сообщить об итоге")
    expect(page.locator("main")).to_contain_text("Провели работу по линзам.")
    made.refresh_from_db()
    assert (made.state, made.outcome) == ("finished", "reached")
    assert asking.complaints + answering.complaints == []
