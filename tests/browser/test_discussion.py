"""A discussion at a real browser, with JavaScript on and off: ask, answer with a name, preview, mark, accept, be told."""

from typing import Any

import pytest
from playwright.sync_api import expect

from communities.models import Community, Notification, Teacher, Topic, TopicRead
from tests.browser.test_accessibility import MODES, too_wide, violations, wish
from tests.browser.test_journey import sign_in
from tests.factories.people import join
from tests.factories.talk import answer, ask

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TALK = "/communities/physics-nearby/discussion/"


@pytest.mark.parametrize("javascript", [True, False])
def test_ask_answer_accept(javascript: bool, reader_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    join(community, anna)
    asking, answering = reader_of(javascript=javascript), reader_of(javascript=javascript)
    sign_in(asking, anna)
    page = asking.open(TALK)
    page.get_by_role("link", name="Новая тема").click()
    page.get_by_label("Название").fill("Чем заменить батарейки?")
    page.get_by_role("textbox", name="Сообщение").fill("Садятся к **пятому** уроку")
    page.get_by_role("button", name="Просмотр").click()
    expect(page.locator("#preview strong")).to_have_text("пятому")
    page.get_by_role("button", name="Открыть тему").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Чем заменить батарейки?")
    topic = Topic.objects.get()

    sign_in(answering, daria)
    page = answering.open("/notifications/")
    page.get_by_role("button", name="Новое: Новая тема: «Чем заменить батарейки?»").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Чем заменить батарейки?")
    field = page.get_by_role("textbox", name="Сообщение")
    if javascript:
        field.press_sequentially("Возьмите блок питания, @Вла")
        expect(page.get_by_role("option", name="Власова")).to_be_visible()
        field.press("ArrowDown")
        field.press("Enter")
        expect(field).to_have_value("Возьмите блок питания, @Власова Анна ")
    else:
        page.get_by_role("button", name="Отметить прочитанным").click()
        page = answering.open(topic.get_absolute_url())
        page.get_by_role("textbox", name="Сообщение").fill("Возьмите блок питания, @Власова Анна")
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator("#post-2 .prose a")).to_have_text("@Власова Анна")
    page.locator("#post-1").get_by_role("button", name="Полезно").click()
    expect(page.locator("#post-1").get_by_role("button", name="Полезно · 1")).to_have_attribute("aria-pressed", "true")
    assert TopicRead.objects.get(teacher=daria).number == 2

    page = asking.open("/notifications/")
    page.get_by_role("button", name="Новое: Вас упомянули в теме").click()
    page.locator("#post-2").get_by_role("button", name="Это ответ").click()
    expect(page.locator("#post-2")).to_contain_text("принятый ответ")
    assert Notification.objects.filter(recipient=daria, kind="accepted").count() == 1
    assert (asking.complaints, answering.complaints) == ([], [])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("width", [1280, 320])
def test_pages_of_a_discussion_are_accessible(mode: str, width: int, reader_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    if width == 320 and mode not in ("light", "green"):
        pytest.skip("narrow in two modes is enough")
    join(community, anna)
    topic = ask(community, anna, text="Текст\n\n- раз\n\n> цитата\n\n| а | б |\n|---|---|\n| 1 | " + "длинное" * 20 + " |\n\n`код`")
    answer(topic, daria, "https://example.org/" + "a" * 200)
    reader = reader_of(width=width)
    sign_in(reader, daria)
    wish(reader, MODES[mode])
    pages = ["", "new/", f"{topic.pk}/", f"{topic.pk}/2/edit/", f"{topic.pk}/1/report/", f"{topic.pk}/2/history/", "reports/"]
    for path in [*(TALK + page for page in pages), "/notifications/", "/notifications/settings/", "/tasks/", "/communities/physics-nearby/"]:
        page = reader.open(path)
        assert violations(page) == [], path
        assert too_wide(page) == [], path
