"""Discussions: who reads and writes, what is kept of a text, marks, states, unread, search; nothing leaks, nothing is sent twice."""

import datetime
import gzip
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from communities.actions.discussion import accept_answer, edit_post, mark_topic_read, set_useful, take_back
from communities.actions.membership import leave_community
from communities.discussions import median_answer_time
from communities.models import Community, Membership, Mention, Notification, Post, PostFile, PostVersion, Teacher, Topic, TopicRead, Useful
from metrics.models import Activity
from tests.factories import files
from tests.factories.people import PASSWORD, join, make_community, make_school, make_teacher
from tests.factories.shelf import stand
from tests.factories.talk import answer, ask, fill

pytestmark = pytest.mark.django_db

TALK = "/communities/physics-nearby/discussion/"


@pytest.fixture
def member(community: Community, anna: Teacher) -> Teacher:
    join(community, anna)
    return anna


@pytest.fixture
def topic(community: Community, daria: Teacher, member: Teacher) -> Topic:
    return ask(community, member)


def told(person: Teacher) -> list[str]:
    return list(person.notifications.order_by("pk").values_list("kind", flat=True))


# --- journeys -------------------------------------------------------------------------------------------------------


def test_asking_answering_accepting(community: Community, member: Teacher, daria: Teacher, client_of: Any) -> None:
    asking, answering = client_of(member), client_of(daria)
    assert "Задать вопрос" in asking.get(TALK).content.decode()
    sent = asking.post(f"{TALK}new/", {"kind": "question", "title": "Чем заменить батарейки?", "text": "Садятся к **пятому** уроку", "token": "1"})
    topic = Topic.objects.get()
    assert sent["Location"] == topic.get_absolute_url() == f"{TALK}{topic.pk}/"
    assert told(daria) == ["topic"]
    page = answering.get(sent["Location"])
    assert "<strong>пятому</strong>" in page.content.decode()
    sent = answering.post(f"{TALK}{topic.pk}/", {"text": "Блок питания", "token": "2"})
    assert sent["Location"] == f"{TALK}{topic.pk}/#post-2"
    assert told(member) == ["answer"]
    asking.post(f"{TALK}{topic.pk}/answer/", {"post": "2"})
    assert told(daria) == ["topic", "accepted"]
    assert "принятый ответ" in asking.get(topic.get_absolute_url()).content.decode()
    acts = Activity.objects.order_by("pk").values_list("verb", "actor", "level", "delta")
    assert list(acts) == [
        ("began-topic", member.pk, "inter-municipal", 1), ("wrote-post", daria.pk, "inter-municipal", 1), ("answered", daria.pk, "inter-municipal", 1)
    ]  # fmt: skip
    asking.post(f"{TALK}{topic.pk}/answer/", {})
    assert (told(daria), Activity.objects.filter(verb="answered", delta=-1).count()) == (["topic"], 1)


def test_a_second_click_sends_nothing_new(community: Community, member: Teacher, topic: Topic, client_of: Any) -> None:
    browser = client_of(member)
    first = browser.post(f"{TALK}{topic.pk}/", {"text": "Ещё одно", "token": "same"})
    again = browser.post(f"{TALK}{topic.pk}/", {"text": "Ещё одно", "token": "same"})
    assert (first["Location"], topic.posts.count()) == (again["Location"], 2)
    new = {"kind": "discussion", "title": "Вторая", "text": "Текст", "token": "topic"}
    assert browser.post(f"{TALK}new/", new)["Location"] == browser.post(f"{TALK}new/", new)["Location"]
    assert Topic.objects.count() == 2


def test_a_page_of_fifty_of_a_long_topic(topic: Topic, member: Teacher, client_of: Any) -> None:
    fill(topic, member, 119)
    browser = client_of(member)
    last = browser.get(f"{TALK}{topic.pk}/?page=3")
    assert [post.number for post in last.context["posts"]] == list(range(101, 121))
    assert [post.number for post in browser.get(f"{TALK}{topic.pk}/?page=999").context["posts"]] == list(range(101, 121))
    assert Post.objects.get(topic=topic, number=101).get_absolute_url() == f"{TALK}{topic.pk}/?page=3#post-101"


# --- who reads, who writes --------------------------------------------------------------------------------------------


def doors(topic: Topic) -> list[tuple[str, str, dict[str, str]]]:
    own = f"{TALK}{topic.pk}/"
    read = ["", f"{topic.pk}/", f"{topic.pk}/1/history/", f"{topic.pk}/1/report/", f"{topic.pk}/1/edit/", "reports/", "people/?q=вл", "new/"]
    done = ["read/", "pin/", "closure/", "answer/", "1/useful/", "1/taking-back/"]
    return [*(("get", TALK + path, {}) for path in read), *(("post", own + path, {"number": "1"}) for path in done), ("post", f"{TALK}preview/", {"text": "a"})]


def answers(browser: Client, topic: Topic) -> list[int]:
    return [getattr(browser, method)(path, data).status_code for method, path, data in doors(topic)]


def test_to_outsiders_it_does_not_exist(topic: Topic, boris: Teacher, zakhar: Teacher, visitor: Any, client_of: Any) -> None:
    absent = Topic(pk=topic.pk + 1)
    assert answers(client_of(boris), topic) == [404] * 15 == answers(client_of(boris), absent)
    assert set(answers(client_of(visitor), topic)) == {302}
    assert set(answers(client_of(zakhar), topic)) == {403}
    assert client_of(boris).get(f"{TALK}{topic.pk}/").content == client_of(boris).get(f"{TALK}{topic.pk + 1}/").content
    overview = client_of(boris).get("/communities/physics-nearby/").content.decode()
    assert topic.title not in overview
    assert TALK not in overview


def test_leaving_closes_it_on_the_next_request(topic: Topic, community: Community, daria: Teacher, boris: Teacher, client_of: Any) -> None:
    join(community, boris)
    browser = client_of(boris)
    assert browser.get(f"{TALK}{topic.pk}/").status_code == 200
    answer(topic, boris, "Пока я участник")
    answer(topic, daria, "Тайное слово вакуум")
    leave_community(community, by=boris)
    assert browser.get(f"{TALK}{topic.pk}/").status_code == 404
    assert browser.get("/search/", {"q": "вакуум"}).context["groups"]["discussions"].rows == []
    assert browser.get("/notifications/").context["notices"] == []
    assert client_of(daria).get(f"{TALK}{topic.pk}/").content.decode().count("Пока я участник") == 1


def test_methodists_read_and_write_everywhere(topic: Topic, evgenia: Teacher, client_of: Any) -> None:
    browser = client_of(evgenia)
    assert browser.get(f"{TALK}{topic.pk}/").status_code == 200
    assert browser.post(f"{TALK}{topic.pk}/", {"text": "Совет методиста"}).status_code == 302


def test_an_open_discussion_is_read_by_all_teachers_and_written_by_members(
    topic: Topic, community: Community, boris: Teacher, zakhar: Teacher, client_of: Any
) -> None:
    Community.objects.filter(pk=community.pk).update(discussion_is_open=True)
    browser = client_of(boris)
    page = browser.get(f"{TALK}{topic.pk}/")
    assert page.status_code == 200
    assert "Писать здесь могут участники сообщества" in page.content.decode()
    assert browser.get(f"{TALK}new/").status_code == 403
    assert browser.get(f"{TALK}people/", {"q": "вл"}).status_code == 404
    assert browser.post(f"{TALK}{topic.pk}/", {"text": "Мысль"}).status_code == 403
    assert browser.post(f"{TALK}{topic.pk}/1/useful/").status_code == 302
    assert client_of(zakhar).get(f"{TALK}{topic.pk}/").status_code == 403
    assert topic.posts.count() == 1


def test_a_removed_member_gets_the_text_back(topic: Topic, boris: Teacher, client_of: Any) -> None:
    browser = client_of(boris)
    written = {"title": "Моя тема", "text": "Долго <b>писал</b>"}
    for path in (f"{TALK}{topic.pk}/", f"{TALK}{topic.pk + 1}/", f"{TALK}new/"):
        page = browser.post(path, written)
        assert page.status_code == 403
        assert "Долго &lt;b&gt;писал&lt;/b&gt;" in page.content.decode()
        assert topic.title not in page.content.decode()
    assert topic.posts.count() == 1


def test_a_text_survives_the_end_of_the_session(topic: Topic, member: Teacher) -> None:
    member.set_password(PASSWORD)
    member.save()
    browser = Client()
    sent = browser.post(f"{TALK}{topic.pk}/", {"text": "Писал весь урок", "token": "x"})
    assert sent["Location"].startswith("/accounts/login/?next=")
    browser.post(sent["Location"], {"login": member.email, "password": PASSWORD})
    page = browser.get(f"{TALK}{topic.pk}/")
    assert page.context["form"]["text"].value() == "Писал весь урок"
    other = browser.get(f"{TALK}new/")
    assert other.context["form"]["text"].value() is None
    browser.post(f"{TALK}{topic.pk}/", {"text": "Писал весь урок", "token": "x"})
    assert browser.get(f"{TALK}{topic.pk}/").context["form"]["text"].value() is None


def test_a_closed_topic_takes_no_more_and_gives_the_text_back(topic: Topic, member: Teacher, daria: Teacher, client_of: Any) -> None:
    client_of(daria).post(f"{TALK}{topic.pk}/closure/")
    page = client_of(member).post(f"{TALK}{topic.pk}/", {"text": "Опоздал"})
    assert (page.status_code, topic.posts.count()) == (200, 1)
    assert "Опоздал" in page.content.decode()
    client_of(daria).post(f"{TALK}{topic.pk}/closure/", {"end": "1"})
    assert client_of(member).post(f"{TALK}{topic.pk}/", {"text": "Успел"}).status_code == 302


def test_moderators_alone_announce_pin_and_close(topic: Topic, member: Teacher, daria: Teacher, client_of: Any) -> None:
    new = {"kind": "announcement", "title": "Встреча в четверг", "text": "В 15:30"}
    assert client_of(member).post(f"{TALK}new/", new).context["form"].errors["kind"]
    for state in ("pin", "closure"):
        assert client_of(member).post(f"{TALK}{topic.pk}/{state}/").status_code == 403
    assert client_of(daria).post(f"{TALK}new/", new).status_code == 302
    assert told(member) == ["announcement"]
    client_of(daria).post(f"{TALK}{topic.pk}/pin/")
    assert [row["topic"].pk for row in client_of(member).get(TALK).context["topics"]] == [topic.pk, Topic.objects.latest("pk").pk]


# --- changing ---------------------------------------------------------------------------------------------------------


def test_a_change_keeps_what_was_said(topic: Topic, member: Teacher, daria: Teacher, client_of: Any) -> None:
    browser = client_of(member)
    page = browser.get(f"{TALK}{topic.pk}/1/edit/")
    sent = browser.post(f"{TALK}{topic.pk}/1/edit/", {"title": "Чем?", "text": "Новые слова", "version": page.context["form"]["version"].value()})
    assert sent["Location"] == f"{TALK}{topic.pk}/#post-1"
    called = topic.title
    history = client_of(daria).get(f"{TALK}{topic.pk}/1/history/").content.decode()
    assert ("Садятся к пятому уроку." in history, called in history, "Тема называлась" in history) == (True, True, True)
    topic.refresh_from_db()
    assert (topic.title, PostVersion.objects.get().replaced_by) == ("Чем?", member)


def test_a_topic_renamed_keeps_its_old_titles(topic: Topic, member: Teacher, daria: Teacher, client_of: Any) -> None:
    """Beside the message's own history, also where its text stayed."""
    first, text = topic.title, topic.posts.get().text
    for version, title in ((1, "Второе имя"), (2, "Третье имя"), (3, "Третье имя")):
        assert client_of(member).post(f"{TALK}{topic.pk}/1/edit/", {"title": title, "text": text, "version": str(version)}).status_code == 302
    assert list(PostVersion.objects.values_list("version", "title")) == [(2, "Второе имя"), (1, first)]
    assert "изменено" in client_of(daria).get(topic.get_absolute_url()).content.decode()
    history = client_of(daria).get(f"{TALK}{topic.pk}/1/history/").content.decode()
    assert history.index("Третье имя") < history.index("Второе имя") < history.rindex(first)
    # Another text under the same title says nothing of titles.
    client_of(member).post(f"{TALK}{topic.pk}/1/edit/", {"title": "Третье имя", "text": "Иначе", "version": "4"})
    assert PostVersion.objects.first().title == ""


def test_of_two_changes_none_is_lost(topic: Topic, member: Teacher, client_of: Any) -> None:
    browser = client_of(member)
    edit_post(topic.posts.get(), by=member, text="Из другого окна", version=1)
    page = browser.post(f"{TALK}{topic.pk}/1/edit/", {"title": topic.title, "text": "Из этого окна", "version": "1"})
    assert page.status_code == 200
    assert "Из другого окна" in page.content.decode()
    assert page.context["form"]["text"].value() == "Из этого окна"
    assert page.context["form"]["version"].value() == "2"
    assert topic.posts.get().text == "Из другого окна"
    assert browser.post(f"{TALK}{topic.pk}/1/edit/", {"title": topic.title, "text": "Из этого окна", "version": "2"}).status_code == 302


def test_people_change_their_own_messages_alone(topic: Topic, daria: Teacher, client_of: Any) -> None:
    assert client_of(daria).get(f"{TALK}{topic.pk}/1/edit/").status_code == 403
    assert client_of(daria).post(f"{TALK}{topic.pk}/1/edit/", {"title": "x", "text": "x", "version": "1"}).status_code == 403
    assert client_of(daria).post(f"{TALK}{topic.pk}/1/taking-back/").status_code == 403


def test_a_message_taken_back_leaves_a_stub_and_is_nowhere_else(topic: Topic, member: Teacher, daria: Teacher, client_of: Any) -> None:
    said = answer(topic, daria, "Секретная сингулярность")
    assert told(member) == ["answer"]
    for _twice in range(2):
        take_back(Post.objects.get(pk=said.pk), by=daria)
    page = client_of(member).get(f"{TALK}{topic.pk}/").content.decode()
    assert "Автор убрал это сообщение" in page
    assert "сингулярность" not in page
    assert told(member) == []
    assert client_of(member).get(TALK, {"q": "сингулярность"}).context["found"] == []
    assert client_of(member).get(f"{TALK}{topic.pk}/2/history/").status_code == 404


def test_of_a_hidden_beginning_the_title_goes_too(topic: Topic, member: Teacher, daria: Teacher, client_of: Any) -> None:
    take_back(topic.posts.get(), by=member)
    page = client_of(daria).get(TALK).content.decode()
    assert topic.title not in page
    assert "скрытая тема" in page


# --- mentions, links, files -------------------------------------------------------------------------------------------


def test_a_name_after_the_sign_tells_the_member(topic: Topic, member: Teacher, daria: Teacher, boris: Teacher) -> None:
    said = answer(topic, member, "@Орлова Дарья, посмотрите? И @Королёв — он не участник. Почта a@Орлова.ru")
    assert list(Mention.objects.values_list("teacher", flat=True)) == [daria.pk]
    assert (told(daria), told(boris)) == (["topic", "mention"], [])
    assert said.html.count(f'<a href="/teachers/{daria.pk}/"') == 1


def test_twins_are_asked_for_and_many_are_refused(topic: Topic, community: Community, member: Teacher, client_of: Any) -> None:
    for first in ("Илья", "Ирина"):
        join(community, make_teacher("Кравцов", first))
    browser = client_of(member)
    page = browser.post(f"{TALK}{topic.pk}/", {"text": "@Кравцов поможет"})
    assert "@Кравцов Илья" in page.context["form"].errors["text"][0]
    assert browser.post(f"{TALK}{topic.pk}/", {"text": "@Кравцов Ирина поможет", "token": "2"}).status_code == 302
    many = " ".join(f"@Фамилия{chr(1072 + number)}" for number in range(25))
    page = browser.post(f"{TALK}{topic.pk}/", {"text": many})
    assert page.context["form"].errors["text"] == ["Через «@» в сообщении можно назвать не больше 20\u00a0человек."]
    page = browser.post(f"{TALK}{topic.pk}/", {"text": "@Кравцов Илья " * 10_000})
    assert list(page.context["form"].errors) == ["text"]
    assert topic.posts.count() == 2


def test_names_are_offered_to_members_of_members(community: Community, member: Teacher, boris: Teacher, daria: Teacher, client_of: Any) -> None:
    for number in range(12):
        join(community, make_teacher("Орлов", f"Имя{number}"))
    offered = client_of(member).get(f"{TALK}people/", {"q": "орл"}).context["people"]
    assert len(offered) == 8
    assert [words for person, words in client_of(member).get(f"{TALK}people/", {"q": "орлова"}).context["people"]] == ["@Орлова Дарья"]
    for nothing in ("к", "корол", "\x00", "%", "_" * 300):
        assert client_of(member).get(f"{TALK}people/", {"q": nothing}).context["people"] == []


def test_a_linked_material_stands_below_for_those_who_see_it(topic: Topic, member: Teacher, daria: Teacher, client_of: Any) -> None:
    shown, hidden = stand("Закон Ома", author=member), stand("Тайный черновик", author=member, status="draft")
    foreign = stand("Чужой черновик", author=daria, status="draft")
    answer(
        topic, member, f"Смотрите http://127.0.0.1:8000{shown.get_absolute_url()} и /materials/{hidden.pk}/ и /materials/{foreign.pk}/ и /materials/{10**18}/"
    )
    page = client_of(daria).get(f"{TALK}{topic.pk}/").content.decode()
    assert page.count(f'<a href="{shown.get_absolute_url()}">Закон Ома</a>') == 1
    assert "Тайный черновик" not in page
    assert "Тайный черновик" in client_of(member).get(f"{TALK}{topic.pk}/").content.decode()
    assert "Чужой черновик" not in client_of(daria).get(f"{TALK}{topic.pk}/").content.decode()


def test_files_come_with_a_message_and_obey_it(topic: Topic, member: Teacher, daria: Teacher, boris: Teacher, visitor: Any, client_of: Any) -> None:
    sent = client_of(daria).post(f"{TALK}{topic.pk}/", {"text": "Схема", "files": [SimpleUploadedFile("план.docx", files.word())], "token": "1"})
    assert sent.status_code == 302
    file = PostFile.objects.get()
    path = f"{TALK}{topic.pk}/2/files/{file.pk}/"
    got = client_of(member).get(path)
    assert (got.status_code, got["Content-Disposition"].startswith("attachment"), got["X-Content-Type-Options"]) == (200, True, "nosniff")
    assert client_of(boris).get(path).status_code == 404
    assert client_of(visitor).get(path)["Location"].startswith("/accounts/login/")
    assert client_of(member).get(f"{TALK}{topic.pk}/1/files/{file.pk}/").status_code == 404
    take_back(Post.objects.select_related("topic__community").get(number=2), by=daria)
    assert client_of(member).get(path).status_code == 404


def test_a_refused_file_leaves_nothing(topic: Topic, member: Teacher, client_of: Any, settings: Any) -> None:
    sent = {"text": "Схема", "files": [SimpleUploadedFile("план.docx", files.word()), SimpleUploadedFile("игра.docx", files.program())]}
    page = client_of(member).post(f"{TALK}{topic.pk}/", sent)
    assert list(page.context["form"].errors) == ["files"]
    assert (topic.posts.count(), list(settings.UPLOAD_TMP.iterdir()), list(settings.MEDIA_ROOT.rglob("*.docx"))) == (1, [], [])
    settings.TEACHER_QUOTA_BYTES = 10
    page = client_of(member).post(f"{TALK}{topic.pk}/", {"text": "Схема", "files": [SimpleUploadedFile("план.docx", files.word())]})
    assert list(page.context["form"].errors) == ["files"]
    assert (topic.posts.count(), list(settings.UPLOAD_TMP.iterdir()), list(settings.MEDIA_ROOT.rglob("*.docx"))) == (1, [], [])


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "   \n ", "\x00", "я" * 10_001, "a\r\n" * 5001])
def test_a_wrong_text_is_said_at_the_field(topic: Topic, member: Teacher, client_of: Any, text: str) -> None:
    page = client_of(member).post(f"{TALK}{topic.pk}/", {"text": text})
    assert (page.status_code, list(page.context["form"].errors), topic.posts.count()) == (200, ["text"], 1)


@pytest.mark.parametrize("path", ["?page=\x00", "?page=-1", "?page=" + "9" * 40, "?q=%00", "?show=nothing", "?q=" + "%28" * 300])
def test_strange_addresses_show_the_list(topic: Topic, member: Teacher, client_of: Any, path: str) -> None:
    assert client_of(member).get(TALK + path).status_code == 200


def test_strange_numbers_are_no_500(topic: Topic, member: Teacher, daria: Teacher, client_of: Any) -> None:
    browser = client_of(member)
    for number in ("0", "x", "9" * 30, "-1", "\x00"):
        assert browser.post(f"{TALK}{topic.pk}/read/", {"number": number}).status_code == 302
        assert browser.post(f"{TALK}{topic.pk}/answer/", {"post": number}).status_code == 404
    assert browser.get(f"{TALK}{topic.pk}/{10**17}/history/").status_code == 404
    assert browser.post(f"{TALK}{topic.pk}/1/edit/", {"title": "x", "text": "x", "version": "9" * 30}).status_code == 200
    assert browser.post(f"{TALK}{topic.pk}/answer/", {"post": "1"}).status_code == 302
    assert Topic.objects.get().answer is None


def test_preview_shows_and_sends_nothing(topic: Topic, member: Teacher, client_of: Any) -> None:
    page = client_of(member).post(f"{TALK}{topic.pk}/", {"text": "**Так**", "preview": "1"})
    assert "<strong>Так</strong>" in page.content.decode()
    assert page.context["form"]["text"].value() == "**Так**"
    assert "<strong>Так</strong>" in client_of(member).post(f"{TALK}preview/", {"text": "**Так**"}).content.decode()
    assert "<strong>Так</strong>" in client_of(member).post(f"{TALK}new/", {"text": "**Так**", "preview": "1"}).content.decode()
    assert (topic.posts.count(), Topic.objects.count()) == (1, 1)


# --- marks, unread, search --------------------------------------------------------------------------------------------


def test_useful_is_once_a_person_and_never_ones_own(topic: Topic, member: Teacher, daria: Teacher, client_of: Any) -> None:
    for _twice in range(2):
        assert client_of(daria).post(f"{TALK}{topic.pk}/1/useful/").status_code == 302
    assert client_of(member).post(f"{TALK}{topic.pk}/1/useful/").status_code == 403
    assert (topic.posts.get().useful_count, Useful.objects.count()) == (1, 1)
    for _twice in range(2):
        client_of(daria).post(f"{TALK}{topic.pk}/1/useful/", {"end": "1"})
    assert (topic.posts.get().useful_count, Useful.objects.count()) == (0, 0)


def test_the_own_answer_earns_no_credit(topic: Topic, community: Community, member: Teacher, daria: Teacher, client_of: Any) -> None:
    """Each answer of somebody else is credited while it is the accepted one, whatever stood there before and after."""
    answer(topic, member)
    answer(topic, daria)
    for number in ("2", "3", "2", ""):
        client_of(member).post(f"{TALK}{topic.pk}/answer/", {"post": number})
        client_of(daria).post(f"{TALK}{topic.pk}/answer/", {"post": number})
    acts = Activity.objects.filter(verb="answered").order_by("pk").values_list("actor", "delta")
    assert list(acts) == [(daria.pk, 1), (daria.pk, -1)]
    topic.refresh_from_db()
    assert topic.answer is None


def test_who_accepts_an_answer(topic: Topic, community: Community, member: Teacher, daria: Teacher, boris: Teacher, client_of: Any) -> None:
    join(community, boris)
    answer(topic, boris)
    assert client_of(boris).post(f"{TALK}{topic.pk}/answer/", {"post": "2"}).status_code == 403
    accept_answer(topic, topic.posts.get(number=2), by=daria)
    told_of = ask(community, member, kind="discussion", title="Разговор")
    answer(told_of, boris)
    assert client_of(member).post(f"{TALK}{told_of.pk}/answer/", {"post": "2"}).status_code == 403


def test_unread_counts_from_the_last_message_read(topic: Topic, member: Teacher, daria: Teacher, client_of: Any) -> None:
    rows = client_of(daria).get(TALK).context["topics"]
    assert [(row["is_new"], row["new"]) for row in rows] == [(True, 0)]
    client_of(daria).get(f"{TALK}{topic.pk}/")
    assert not TopicRead.objects.filter(teacher=daria).exists()
    client_of(daria).post(f"{TALK}{topic.pk}/read/", {"number": "1"})
    assert told(daria) == ["topic"]
    assert not daria.notifications.unread().exists()
    fill(topic, member, 70)
    [row] = client_of(daria).get(TALK).context["topics"]
    assert (row["new"], row["url"]) == (70, f"{TALK}{topic.pk}/#post-2")
    mark_topic_read(topic, 60, by=daria)
    mark_topic_read(topic, 5, by=daria)
    [row] = client_of(daria).get(TALK).context["topics"]
    assert (row["new"], row["url"]) == (11, f"{TALK}{topic.pk}/?page=2#post-61")
    assert TopicRead.objects.filter(teacher=daria).count() == 1


def test_words_are_found_in_any_form_where_one_may_read(
    topic: Topic, community: Community, member: Teacher, daria: Teacher, boris: Teacher, client_of: Any
) -> None:
    elsewhere = make_community("Химия рядом")
    join(elsewhere, boris, role="leader")
    ask(elsewhere, boris, title="О батарейках", text="Батарейки в химии")
    answer(topic, daria, "Купите аккумуляторы")
    found = client_of(member).get(TALK, {"q": "аккумулятор"}).context["found"]
    assert [post.number for post, _words in found] == [2]
    assert "<mark>аккумуляторы</mark>" in str(found[0][1])
    everywhere = client_of(member).get("/search/", {"q": "батарейка"}).context["groups"]["discussions"].rows
    assert [post.topic.title for post in everywhere] == ["Чем заменить батарейки?"]
    assert [post.topic.title for post in client_of(boris).get("/search/", {"q": "батарейка"}).context["groups"]["discussions"].rows] == ["О батарейках"]


def test_narrowing_the_list(topic: Topic, community: Community, member: Teacher, daria: Teacher, client_of: Any) -> None:
    ask(community, daria, kind="discussion", title="Разговор")
    answer(ask(community, daria, title="С ответом"), member)
    shown = {
        code: [row["topic"].title for row in client_of(member).get(TALK, {"show": code}).context["topics"]] for code in ("unanswered", "question", "discussion")
    }
    assert shown == {"unanswered": [topic.title], "question": ["С ответом", topic.title], "discussion": ["Разговор"]}


def test_how_long_people_wait_for_an_answer(community: Community, member: Teacher, daria: Teacher) -> None:
    now = timezone.now()
    for hours in (1, 5, 48, None):
        asked = ask(community, member)
        answer(asked, member, "Уточню сам")
        if hours is not None:
            answer(asked, daria)
            Topic.objects.filter(pk=asked.pk).update(created_at=now, first_answer_at=now + datetime.timedelta(hours=hours))
    ask(community, daria, kind="discussion")
    assert Topic.objects.filter(kind="question", first_answer_at=None).count() == 1
    assert median_answer_time(Topic.objects.filter(community=community)) == datetime.timedelta(hours=5)
    assert median_answer_time(Topic.objects.none()) is None


# --- cost -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [3, 60])
def test_a_topic_costs_the_same_for_few_and_many(
    size: int, topic: Topic, community: Community, member: Teacher, daria: Teacher, client_of: Any, django_assert_num_queries: Any
) -> None:
    fill(topic, daria, size)
    for number in range(min(size, 10)):
        material = stand(f"Материал {number}", author=member)
        said = answer(Topic.objects.get(pk=topic.pk), member, f"/materials/{material.pk}/")
        Post.objects.filter(pk=said.pk).update(number=1000 + number)
        Post.objects.filter(topic=topic, number=number + 2).update(number=2000 + number)
        Post.objects.filter(pk=said.pk).update(number=number + 2)
    browser = client_of(daria)
    browser.get(f"{TALK}{topic.pk}/")
    with django_assert_num_queries(8):
        browser.get(f"{TALK}{topic.pk}/")


@pytest.mark.parametrize("size", [2, 18])
def test_the_list_costs_the_same_for_few_and_many(
    size: int, community: Community, member: Teacher, daria: Teacher, client_of: Any, django_assert_num_queries: Any
) -> None:
    for number in range(size):
        answer(ask(community, member, title=f"Тема {number}"), daria)
    browser = client_of(daria)
    browser.get(TALK)
    with django_assert_num_queries(8):
        assert len(browser.get(TALK).context["topics"]) == size


def test_a_level_of_one_school_is_the_schools(community: Community, member: Teacher) -> None:
    colleague = make_teacher("Соседова", "Мария", school=member.school)
    join(community, colleague)
    Membership.objects.exclude(teacher__in=[member, colleague]).update(left_on=timezone.localdate())
    answer(ask(community, member), colleague)
    assert list(Activity.objects.values_list("level", flat=True)) == ["school", "school"]


def test_everybody_is_told_once_for_the_nearest_reason(topic: Topic, community: Community, member: Teacher, daria: Teacher, boris: Teacher) -> None:
    join(community, boris)
    answer(topic, boris)
    Notification.objects.all().delete()
    answer(topic, daria, "@Власова Анна, да. И @Королёв Борис")
    assert (told(member), told(boris), told(daria)) == (["mention"], ["mention"], [])
    Notification.objects.all().delete()
    answer(topic, daria, "Ещё раз")
    assert (told(member), told(boris)) == (["answer"], ["reply"])
    make_school("Другая")


def test_useful_by_the_outsider_is_refused(topic: Topic, boris: Teacher) -> None:
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        set_useful(topic.posts.get(), by=boris, useful=True)


def test_a_page_of_a_topic_of_a_thousand_is_light(topic: Topic, member: Teacher, daria: Teacher, client_of: Any, django_assert_max_num_queries: Any) -> None:
    said = "Собрали цепь из двух батареек и лампочки, измерили ток при разной длине проволоки. У нас вышло, что зависимость обратная, но точки разбросаны. "
    posts = []
    for number in range(2, 1001):
        text = f"{said[number % 40 :]} Опыт {number}, длина {number * 7 % 100} см, ток {number * 13 % 97} мА."
        posts.append(Post(topic=topic, number=number, author=daria if number % 2 else member, text=text, html=f"<p>{text}</p>", useful_count=number % 5))
    Post.objects.bulk_create(posts)
    Topic.objects.filter(pk=topic.pk).update(post_count=1000)
    browser = client_of(daria)
    browser.get(f"{TALK}{topic.pk}/")
    with django_assert_max_num_queries(12):
        page = browser.get(f"{TALK}{topic.pk}/?page=11")
    assert len(page.context["posts"]) == 50
    assert len(gzip.compress(page.content)) < 25 * 1024
