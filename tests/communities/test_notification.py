"""Notifications: one a fact and person, only of what the reader may see, by mail as each person chose, ended with one click."""

import datetime
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import environ
import pytest
from aiosmtpd.controller import Controller
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.management import call_command
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from communities.actions.membership import ask_to_join, exclude_member, invite_teacher, leave_community, set_role, take_back_request, withdraw_invitation
from communities.actions.notice_wish import set_wishes, stop_letters
from communities.actions.notify import fan_out, mark_read, notify, retract
from communities.letters import stop_token
from communities.models import Community, Invitation, JoinRequest, Membership, NoticeWish, Notification, Teacher
from communities.notice_kinds import KINDS
from communities.notice_mail import enqueue_digests, forget_old, mail_fact, send_notice_digest
from resources.actions.collection import unsubscribe_code as follower_code
from resources.actions.saved_search import unsubscribe_code
from resources.models import Material, SavedSearch
from tests.factories.people import join, make_community, make_teacher
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db

LIST = "/notifications/"


@pytest.fixture(autouse=True)
def world(settings: Any) -> None:
    settings.SITE_URL = "https://network.example"


def tell(kind: str, *people: Teacher, about: Any, by: Teacher | None = None, **more: Any) -> None:
    with transaction.atomic():
        notify(kind, to=list(people), about=about, by=by, **more)


def lines(person: Teacher, client_of: Any, address: str = LIST) -> list[tuple[str, int]]:
    return [(notice.text, notice.unread) for notice in client_of(person).get(address).context["notices"]]


def wish(person: Teacher, language: str = "ru", communities: dict[int, str] | None = None, **kinds: str) -> None:
    usual = {code: kind.delivery for code, kind in KINDS.items()}
    set_wishes(
        by=person, kinds=usual | {code.replace("_", "-"): delivery for code, delivery in kinds.items()}, communities=communities or {}, language=language
    )


# --- one a fact and person ------------------------------------------------------------------------------------------


def test_the_same_fact_is_told_once(community: Community, anna: Teacher, boris: Teacher, daria: Teacher) -> None:
    for _again in range(2):
        tell("invitation", anna, boris, daria, about=community, by=daria, key="1")
    assert sorted(Notification.objects.values_list("recipient", flat=True)) == sorted([anna.pk, boris.pk])
    assert sorted(letter.to[0] for letter in mail.outbox) == ["anna@example.org", "boris@example.org"]
    tell("invitation", anna, about=community, by=daria, key="2")
    assert anna.notifications.count() == 2


def test_a_job_that_is_killed_half_way_goes_on(community: Community, anna: Teacher, boris: Teacher, monkeypatch: pytest.MonkeyPatch) -> None:
    tell("announcement", anna, about=community)
    Notification.objects.update(mailed_at=None)
    mail.outbox.clear()
    row = Notification.objects.get()
    again = {name: getattr(row, name) for name in ("kind", "content_type_id", "object_id", "by_id", "community_id", "fact", "group", "path")}
    fan_out.call([anna.pk, boris.pk], **again)
    mail_fact.call(row.fact)
    assert (Notification.objects.count(), sorted(letter.to[0] for letter in mail.outbox)) == (2, ["anna@example.org", "boris@example.org"])


def test_an_act_that_is_rolled_back_tells_nobody(community: Community, anna: Teacher, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    with transaction.atomic():
        notify("announcement", to=[anna], about=community, by=None)
        transaction.set_rollback(True)
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize("people", [3, 60])
def test_telling_many_is_two_queries_and_one_job(people: int, community: Community, settings: Any, django_assert_num_queries: Any, anna: Teacher) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    for number in range(people):
        join(community, make_teacher(f"Коллега{number}"))
    members = Teacher.objects.filter(memberships__community=community)
    tell("announcement", anna, about=community, key="warm")
    with transaction.atomic(), django_assert_num_queries(2):
        notify("announcement", to=members, about=community, by=None)


def test_an_unknown_kind_is_a_mistake_of_the_programmer(community: Community, anna: Teacher) -> None:
    with pytest.raises(KeyError):
        tell("gossip", anna, about=community)


# --- what one may not see is not there ------------------------------------------------------------------------------


def test_what_may_not_be_seen_any_more_is_neither_shown_nor_mailed_nor_opened(anna: Teacher, boris: Teacher, client_of: Any) -> None:
    material = stand("Закон Ома", author=anna)
    wish(boris, new_version="daily")
    tell("new-version", boris, about=material, by=anna)
    [row] = Notification.objects.all()
    assert lines(boris, client_of) == [("Новая версия материала, который вы использовали: «Закон Ома»", 1)]
    Material.objects.filter(pk=material.pk).update(status="withdrawn")
    assert lines(boris, client_of) == []
    assert "Закон Ома" not in client_of(boris).get(LIST).content.decode()
    assert client_of(boris).post(f"{LIST}{row.pk}/open/").status_code == 404
    Notification.objects.update(created_at=timezone.now() - datetime.timedelta(days=2))
    send_notice_digest.call(boris.pk)
    assert mail.outbox == []


def test_nobody_reads_or_marks_what_another_was_told(community: Community, anna: Teacher, boris: Teacher, client_of: Any, visitor: Any) -> None:
    tell("announcement", anna, about=community)
    [row] = Notification.objects.all()
    assert lines(boris, client_of) == []
    for address, data in ((f"{LIST}{row.pk}/open/", {}), (f"{LIST}read/", {"line": str(row.pk)})):
        assert client_of(boris).post(address, data).status_code == 404
        assert client_of(visitor).post(address, data)["Location"].startswith("/accounts/login/")
    client_of(boris).post(f"{LIST}read/")
    row.refresh_from_db()
    assert row.read_at is None


def test_who_has_left_is_not_reminded(community: Community, anna: Teacher, daria: Teacher, client_of: Any) -> None:
    join(community, anna)
    wish(anna, announcement="daily")
    tell("announcement", anna, about=community, community=community)
    leave_community(community, by=anna)
    assert "fresh" not in client_of(anna).get(LIST).content.decode()
    Notification.objects.update(created_at=timezone.now() - datetime.timedelta(days=2))
    assert enqueue_digests() == 0


def test_the_blocked_get_nothing(community: Community, anna: Teacher, boris: Teacher) -> None:
    Teacher.objects.filter(pk=anna.pk).update(is_active=False)
    wish(boris, announcement="daily")
    tell("announcement", anna, boris, about=community)
    assert list(Notification.objects.values_list("recipient", flat=True)) == [boris.pk]
    Teacher.objects.filter(pk=boris.pk).update(is_active=False)
    Notification.objects.update(created_at=timezone.now() - datetime.timedelta(days=2))
    call_command("send_digests")
    assert mail.outbox == []


# --- the list -------------------------------------------------------------------------------------------------------


def test_facts_of_a_group_are_one_line_that_leads_to_the_oldest_new_one(anna: Teacher, boris: Teacher, client_of: Any) -> None:
    community = make_community("Химия «Опыт»")
    for number in range(5):
        tell("join-request", anna, about=community, by=boris, key=str(number), path=f"/communities/{community.slug}/requests/?n={number}")
    assert lines(anna, client_of) == [("5\u00a0заявок на вступление в сообщество «Химия „Опыт“»", 5)]
    page = client_of(anna).get(LIST)
    assert page.context["notices"][0].people == ["Борис Львович Королёв"]
    assert "Уведомления: 1\u00a0новое" in page.content.decode()
    first = Notification.objects.order_by("pk").first()
    went = client_of(anna).post(f"{LIST}{first.pk}/open/")
    assert went["Location"] == f"/communities/{community.slug}/requests/?n=0"
    assert lines(anna, client_of) == [("5\u00a0заявок на вступление в сообщество «Химия „Опыт“»", 0)]
    assert "Уведомления: 1\u00a0новое" not in client_of(anna).get(LIST).content.decode()


def test_reading_is_a_post_and_marks_own_lines(community: Community, anna: Teacher, client_of: Any) -> None:
    tell("announcement", anna, about=community, key="1", group="a")
    tell("announcement", anna, about=community, key="2", group="b")
    browser = client_of(anna)
    for path in (LIST, "/"):
        browser.get(path)
    for path in (f"{LIST}read/", f"{LIST}1/open/"):
        assert browser.get(path).status_code == 405
    assert anna.notifications.unread().count() == 2
    browser.post(f"{LIST}read/", {"line": str(anna.notifications.last().pk)})
    assert list(anna.notifications.unread().values_list("group", flat=True)) == ["b"]
    for line in ("0", "-1", "9" * 30, "\x00", "one"):
        assert browser.post(f"{LIST}read/", {"line": line}).status_code == 404
    browser.post(f"{LIST}read/")
    assert not anna.notifications.unread().exists()


@pytest.mark.parametrize("size", [3, 30])
def test_the_list_costs_the_same_for_few_and_many(size: int, anna: Teacher, boris: Teacher, client_of: Any, django_assert_num_queries: Any) -> None:
    for number in range(size):
        tell("announcement", anna, about=make_community(f"Сообщество {number}"), by=boris)
        tell("reviewed", anna, about=stand(f"Материал {number}", author=anna), by=boris)
    browser = client_of(anna)
    browser.get(LIST)
    with django_assert_num_queries(6):
        page = browser.get(LIST)
    assert len(page.context["notices"]) == 2 * size


def test_older_ones_stand_behind_a_link(community: Community, anna: Teacher, client_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("communities.views.notification.PAGE", 2)
    for number in range(3):
        tell("announcement", anna, about=community, key=str(number), group=str(number))
    page = client_of(anna).get(LIST)
    assert len(page.context["notices"]) == 2
    assert len(lines(anna, client_of, f"{LIST}?before={page.context['older']}")) == 1
    for before in ("\x00", "9" * 40, "-1"):
        assert client_of(anna).get(LIST, {"before": before}).status_code == 200


def test_every_page_shows_the_count_without_a_query(community: Community, anna: Teacher, client_of: Any, django_assert_num_queries: Any) -> None:
    browser = client_of(anna)
    browser.get("/about/rules/")
    with django_assert_num_queries(2):
        assert '<b aria-hidden="true">' not in browser.get("/about/rules/").content.decode()
    tell("announcement", anna, about=community)
    with django_assert_num_queries(2):
        assert '<b aria-hidden="true">1</b>' in browser.get("/about/rules/").content.decode()


def test_what_has_gone_is_taken_back(community: Community, anna: Teacher, boris: Teacher) -> None:
    tell("announcement", anna, boris, about=community)
    retract(community, recipient=anna)
    assert list(Notification.objects.values_list("recipient", flat=True)) == [boris.pk]
    retract(community)
    assert not Notification.objects.exists()


# --- letters --------------------------------------------------------------------------------------------------------


def test_a_letter_at_once_names_the_fact_and_its_address(community: Community, anna: Teacher, boris: Teacher) -> None:
    Community.objects.filter(pk=community.pk).update(name="Физика http://evil.example/")
    tell("invitation", anna, about=community, by=boris)
    [letter] = mail.outbox
    assert (letter.to, letter.subject.replace("\u2060", "")) == (["anna@example.org"], "Вас приглашают в сообщество «Физика http://evil.example/»")
    assert "http://evil" not in letter.body
    assert "https://network.example/communities/physics-nearby/\n" in letter.body
    assert "Борис Львович Королёв" in letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_letters_come_in_the_readers_language(community: Community, anna: Teacher) -> None:
    wish(anna, language="en")
    tell("invitation", anna, about=community)
    assert mail.outbox[0].subject == "You are invited to the community “Физика рядом”"


@pytest.mark.parametrize(
    ("chosen", "of_community", "kind", "expected"),
    [
        (None, None, "announcement", "now"),
        ("weekly", None, "announcement", "weekly"),
        (None, "never", "announcement", "never"),
        ("now", "daily", "announcement", "daily"),
        ("weekly", "never", "mention", "weekly"),
        (None, "never", "mention", "now"),
    ],
)
def test_wishes_by_kind_and_by_community(community: Community, anna: Teacher, chosen: str | None, of_community: str | None, kind: str, expected: str) -> None:
    wish(anna, communities={community.pk: of_community or ""}, **({kind: chosen} if chosen else {}))
    tell(kind, anna, about=community, community=community)
    assert (Notification.objects.get().delivery, len(mail.outbox)) == (expected, int(expected == "now"))


def test_people_without_an_address_read_it_in_the_portal(community: Community, client_of: Any, village_school: Any) -> None:
    paper = make_teacher("Кодова", "Рита", email=None, login="rita", school=village_school)
    tell("announcement", paper, about=community)
    assert (Notification.objects.get().delivery, mail.outbox) == ("never", [])
    assert len(lines(paper, client_of)) == 1


def test_a_digest_tells_what_yesterday_brought_once(community: Community, anna: Teacher, boris: Teacher) -> None:
    wish(anna, announcement="daily", topic="weekly", mention="daily")
    for number in range(2):
        tell("announcement", anna, about=community, by=boris, key=str(number), group=str(number))
    tell("topic", anna, about=community, by=boris)
    tell("mention", anna, about=community, by=boris)
    mark_read(by=anna, group=Notification.objects.get(kind="mention").group)
    call_command("send_digests")
    assert mail.outbox == []
    Notification.objects.update(created_at=timezone.now() - datetime.timedelta(days=1))
    for _again in range(2):
        call_command("send_digests")
        send_notice_digest.call(anna.pk)
    weekly_too = timezone.localdate().weekday() == 0
    [letter] = mail.outbox
    assert letter.subject == ("Учительская: 3 уведомления" if weekly_too else "Учительская: 2 уведомления")
    Notification.objects.update(created_at=timezone.now() - datetime.timedelta(days=8))
    call_command("send_digests")
    assert len(mail.outbox) == (1 if weekly_too else 2)
    assert not Notification.objects.unmailed().exists()


def test_a_changed_wish_holds_for_what_still_waits(community: Community, anna: Teacher) -> None:
    wish(anna, announcement="daily")
    tell("announcement", anna, about=community, community=community)
    wish(anna, announcement="never")
    Notification.objects.update(created_at=timezone.now() - datetime.timedelta(days=2))
    assert (Notification.objects.get().delivery, enqueue_digests()) == ("never", 0)


def test_the_settings_page_keeps_the_choice(community: Community, anna: Teacher, client_of: Any) -> None:
    join(community, anna)
    stranger = make_community("Чужое")
    browser = client_of(anna)
    form = browser.get("/notifications/settings/").context["form"]
    data = {name: form.initial.get(name) or field.initial or "" for name, field in form.fields.items()}
    assert f"community-{stranger.pk}" not in data
    data |= {"kind-reply": "weekly", f"community-{community.pk}": "never", f"community-{stranger.pk}": "never", "language": "en"}
    assert browser.post("/notifications/settings/", data).status_code == 302
    anna.refresh_from_db()
    assert anna.language == "en"
    assert sorted(NoticeWish.objects.values_list("kind", "community", "delivery"), key=str) == sorted(
        [("reply", None, "weekly"), ("", community.pk, "never")], key=str
    )
    page = browser.post("/notifications/settings/", data | {"kind-reply": "hourly"})
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["kind-reply"])


# --- ending letters ---------------------------------------------------------------------------------------------------


def test_one_click_ends_letters_of_a_kind_and_opening_does_not(community: Community, anna: Teacher) -> None:
    tell("invitation", anna, about=community)
    address = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").removeprefix("https://network.example")
    mail_program = Client(enforce_csrf_checks=True)
    page = mail_program.get(address)
    assert (page.status_code, page["Referrer-Policy"], NoticeWish.objects.count()) == (200, "no-referrer", 0)
    assert "anna" not in page.content.decode().lower()
    assert mail_program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert list(NoticeWish.objects.values_list("teacher", "kind", "delivery")) == [(anna.pk, "invitation", "never")]
    tell("invitation", anna, about=community, key="next")
    assert len(mail.outbox) == 1
    mail_program.post(address, {"wish": "on"})
    tell("invitation", anna, about=community, key="third")
    assert len(mail.outbox) == 2


def test_the_link_of_a_digest_ends_all_letters_of_this_person_alone(community: Community, anna: Teacher, boris: Teacher, client: Any) -> None:
    client.post(f"{LIST}letters/{stop_token(anna)}/")
    tell("invitation", anna, boris, about=community)
    assert [letter.to for letter in mail.outbox] == [["boris@example.org"]]
    for forged in (stop_token(anna)[:-1] + "x", "x", stop_token(anna, "gossip")):
        assert client.get(f"{LIST}letters/{forged}/").status_code == 404
        assert client.post(f"{LIST}letters/{forged}/").status_code == 404


def test_the_page_of_a_stop_link_says_how_letters_come_now(anna: Teacher, client: Any) -> None:
    address = f"{LIST}letters/{stop_token(anna, 'reply')}/"

    def page(**sent: str) -> str:
        return (client.post(address, sent) if sent else client.get(address)).content.decode()

    for delivery, words in (("now", "сразу"), ("weekly", "раз в неделю"), ("never", "никогда")):
        set_wishes(by=anna, kinds={"reply": delivery}, communities={}, language="ru")
        assert f"<dd>{words}</dd>" in page()
    # What has ended already is not asked about once more.
    assert ("Присылать снова" in page(), "больше не приходят" in page()) == (True, True)
    usual = {"daily": "раз в день", "now": "сразу"}[KINDS["reply"].delivery]
    assert f"<dd>{usual}</dd>" in page(wish="on")
    assert "<dd>никогда</dd>" in page(wish="off")
    every = client.get(f"{LIST}letters/{stop_token(anna)}/").content.decode()
    assert "как вы выбрали для каждого вида" in every


def test_the_page_of_a_stop_link_speaks_the_language_of_the_letters(anna: Teacher, boris: Teacher, client: Any) -> None:
    """Whatever language the browser's reader has chosen: the link is often opened on a foreign machine."""
    Teacher.objects.filter(pk=anna.pk).update(language="en")
    search = SavedSearch.objects.create(teacher=anna, title="Закон", query="?q=закон", digest="weekly")
    addresses = [f"{LIST}letters/{stop_token(anna, 'reply')}/", reverse("digest_stop", args=[unsubscribe_code(search)])]
    addresses.append(reverse("collection_letters_stop", args=[follower_code(anna)]))
    for address in addresses:
        response = client.get(address)
        assert (response["Content-Language"], response["Referrer-Policy"]) == ("en", "no-referrer")
        assert '<html lang="en"' in response.content.decode()
        assert "etters" in response.content.decode()
    client.cookies["prefs"] = "lang:en"
    assert '<html lang="ru"' in client.get(f"{LIST}letters/{stop_token(boris, 'reply')}/").content.decode()


def test_a_stop_link_opens_nothing_else(anna: Teacher, client: Any) -> None:
    client.post(f"{LIST}letters/{stop_token(anna, 'reply')}/")
    assert client.get(LIST)["Location"].startswith("/accounts/login/")


# --- what acts tell ---------------------------------------------------------------------------------------------------


def test_invited_asked_answered_appointed_excluded(community: Community, anna: Teacher, boris: Teacher, daria: Teacher, client_of: Any) -> None:
    Community.objects.filter(pk=community.pk).update(is_open=False)
    community.refresh_from_db()
    invite_teacher(community, anna, by=daria)
    assert lines(anna, client_of) == [("Вас приглашают в сообщество «Физика рядом»", 1)]
    withdraw_invitation(Invitation.objects.get(), by=daria)
    assert lines(anna, client_of) == []
    ask_to_join(community, by=boris)
    assert lines(daria, client_of) == [("Заявка на вступление в сообщество «Физика рядом»", 1)]
    take_back_request(JoinRequest.objects.get(), by=boris)
    assert lines(daria, client_of) == []
    ask_to_join(community, by=boris)
    client_of(daria).post(f"/communities/{community.slug}/requests/{JoinRequest.objects.get(answered_at=None).pk}/", {"answer": "accept"})
    assert lines(daria, client_of) == []
    assert lines(boris, client_of) == [("Есть ответ на вашу заявку в сообщество «Физика рядом»", 1)]
    set_role(Membership.objects.get(teacher=boris), "moderator", by=daria)
    exclude_member(Membership.objects.get(teacher=boris), by=daria, reason="moved")
    assert lines(boris, client_of)[0] == ("Изменилось ваше участие в сообществе «Физика рядом»", 1)


def test_the_schools_yes_reaches_the_unconfirmed(zakhar: Teacher, vera: Teacher, client_of: Any) -> None:
    client_of(vera).post(f"/schools/malinovskaya/staff/{zakhar.employments.get().pk}/confirm/")
    assert lines(Teacher.objects.get(pk=zakhar.pk), client_of) == [("Подтверждено ваше место работы: «Малиновская школа»", 1)]


def test_old_ones_go(community: Community, anna: Teacher) -> None:
    for number, (created, read) in enumerate([(1, None), (500, None), (300, 200), (300, 10)]):
        tell("announcement", anna, about=community, key=str(number))
        now = timezone.now()
        values = {"created_at": now - datetime.timedelta(days=created), "read_at": read and now - datetime.timedelta(days=read)}
        Notification.objects.filter(fact__endswith=f":{number}").update(**values)
    forget_old()
    assert sorted(fact[-1] for fact in Notification.objects.values_list("fact", flat=True)) == ["0", "3"]


# --- a real mail server -----------------------------------------------------------------------------------------------


class Mailbox:
    """What a mail server was given; refuses for the time being when told to."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.busy = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.busy:
            return "451 come back later"
        self.letters.append(envelope)
        return "250 OK"


@pytest.fixture
def server() -> Any:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Mailbox(), hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def through_smtp(server: Any, settings: Any) -> Mailbox:
    parsed = environ.Env.email_url_config(f"smtp://127.0.0.1:{server.port}")
    settings.MAIL_DELIVERY_BACKEND = parsed.pop("EMAIL_BACKEND")
    for name, value in parsed.items():
        setattr(settings, name, value)
    settings.EMAIL_BACKEND = "foundation.mail.QueueBackend"
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    return server.handler


def work() -> None:
    """Do what is queued and due, as the worker does, in this test's transaction."""
    while job := DBTaskResult.objects.ready().first():
        job.delete()
        job.task.call(*job.args_kwargs["args"], **job.args_kwargs["kwargs"])


def test_a_letter_goes_over_a_socket_to_the_server_of_email_url(through_smtp: Mailbox, community: Community, anna: Teacher, boris: Teacher) -> None:
    tell("invitation", anna, about=community, by=boris)
    work()
    [envelope] = through_smtp.letters
    assert (envelope.rcpt_tos, envelope.mail_from) == (["anna@example.org"], "portal@localhost")
    assert b"\nList-Unsubscribe-Post: List-Unsubscribe=One-Click" in envelope.content.replace(b"\r\n", b"\n")
    assert b"\nMessage-ID: <notice-" in envelope.content.replace(b"\r\n", b"\n")


def test_a_server_that_is_busy_gets_the_letter_later(through_smtp: Mailbox, community: Community, anna: Teacher) -> None:
    through_smtp.busy = True
    tell("invitation", anna, about=community)
    work()
    assert through_smtp.letters == []
    waiting = DBTaskResult.objects.filter(run_after__gt=timezone.now())
    assert waiting.count() == 1
    through_smtp.busy = False
    waiting.update(run_after=timezone.now())
    work()
    assert len(through_smtp.letters) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_at_one_fact_send_one_letter_each(settings: Any, community: Community) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    people = [make_teacher(f"Коллега{number}") for number in range(4)]
    fact = {"kind": "invitation", "fact": "f", "group": "g", "path": "", "by_id": None, "community_id": None}
    pointer = {"content_type_id": ContentType.objects.get_for_model(community).pk, "object_id": community.pk}
    ids = [person.pk for person in people]

    def alone(job: Callable[[], None]) -> None:
        try:
            job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(alone, [lambda: fan_out.call(ids, **fact, **pointer)] * 4))
        list(pool.map(alone, [lambda: mail_fact.call("f")] * 4))
    assert Notification.objects.count() == 4
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(person.email for person in people)


def test_stopping_twice_at_once_is_stopping(anna: Teacher) -> None:
    for _again in range(2):
        stop_letters(anna)
    assert NoticeWish.objects.count() == len(KINDS)
