"""Searches that are kept: own ones only; feed and digest with the rights of the moment."""

import datetime
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from defusedxml import ElementTree
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communities.models import Community, Membership, Teacher
from resources.actions import saved_search
from resources.actions.saved_search import unsubscribe_code
from resources.digests import plain_line, send_digest
from resources.models import Material, SavedSearch
from tests.factories.people import join
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db
URL = "/materials/searches/"
ATOM = "{http://www.w3.org/2005/Atom}"


def keep(teacher: Teacher, query: str = "?q=закон", digest: str = "never", days: int = 3) -> SavedSearch:
    return SavedSearch.objects.create(teacher=teacher, title="Законы", query=query, digest=digest, sent_at=timezone.now() - datetime.timedelta(days))


def yesterday(title: str, **fields: Any) -> Material:
    return stand(title, published_on=timezone.localdate() - datetime.timedelta(1), **fields)


def titles(browser: Client, search: SavedSearch) -> list[str]:
    response = browser.get(reverse("saved_search_feed", args=[search.token]))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    return [entry.findtext(f"{ATOM}title", "") for entry in ElementTree.fromstring(response.content).findall(f"{ATOM}entry")]


def test_a_search_is_kept_from_the_catalogue_once(client_of: Any, anna: Teacher, boris: Teacher) -> None:
    stand("Закон Ома", author=boris, subject="physics")
    browser = client_of(anna)
    page = browser.get("/materials/?q=закон&subject=physics&grade=99").content.decode()
    fields = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1].replace("&amp;", "&") for name in ("title", "query")}  # type: ignore[index]
    for _ in range(2):
        assert browser.post(URL, fields).status_code == 302
    (kept,) = SavedSearch.objects.all()
    assert (kept.teacher, kept.query) == (anna, "?q=%D0%B7%D0%B0%D0%BA%D0%BE%D0%BD&subject=physics")
    assert kept.query.replace("&", "&amp;") in browser.get(URL).content.decode()
    assert "Законы" not in client_of(boris).get(URL).content.decode()


@pytest.mark.parametrize("query", ["", "?", "?subject=nonsense", "?q=\x00", "?" + "q=" * 3000, "\ud800"])
def test_nothing_is_no_search(client_of: Any, anna: Teacher, query: str) -> None:
    body = urlencode({"title": "Всё", "query": query}, errors="surrogatepass")
    assert client_of(anna).post(URL, body, content_type="application/x-www-form-urlencoded").status_code == 302
    assert not SavedSearch.objects.exists()


def test_no_more_than_allowed(client_of: Any, anna: Teacher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_search, "MAX_SAVED", 1)
    browser = client_of(anna)
    for word in ("раз", "два"):
        browser.post(URL, {"title": word, "query": f"?q={word}"})
    assert SavedSearch.objects.count() == 1


def test_visitors_and_the_unconfirmed_keep_nothing(client_of: Any, visitor: Any, zakhar: Teacher) -> None:
    assert client_of(visitor).post(URL, {"title": "a", "query": "?q=a"}).status_code == 302
    assert client_of(zakhar).post(URL, {"title": "a", "query": "?q=a"}).status_code == 403
    assert "saved" not in client_of(visitor).get("/materials/?q=a").content.decode()
    assert not SavedSearch.objects.exists()


def test_one_changes_and_deletes_ones_own(client_of: Any, anna: Teacher, boris: Teacher) -> None:
    search = keep(anna)
    doors = [reverse(name, args=[search.pk]) for name in ("saved_search_digest", "saved_search_delete")]
    for door in doors:
        assert client_of(boris).post(door, {"digest": "daily"}).status_code == 404
        assert client_of(anna).get(door).status_code == 405
    client_of(anna).post(doors[0], {"digest": "hourly"})
    assert SavedSearch.objects.get().digest == "never"
    client_of(anna).post(doors[0], {"digest": "daily"})
    assert SavedSearch.objects.get().digest == "daily"
    client_of(anna).post(doors[1])
    assert not SavedSearch.objects.exists()


def test_the_feed_asks_the_owners_rights_each_time(client: Client, anna: Teacher, boris: Teacher, community: Community) -> None:
    for visibility in ("public", "network", "library"):
        stand(f"Закон {visibility}", author=boris, visibility=visibility, community=community)
    stand("Закон на проверке", author=boris, community=community, status="review")
    stand("Другое", author=boris)
    search = keep(anna)
    assert titles(client, search) == ["Закон network", "Закон public"]
    join(community, anna)
    assert titles(client, search) == ["Закон library", "Закон network", "Закон public"]
    Membership.objects.filter(teacher=anna).update(left_on=timezone.localdate())
    assert titles(client, search) == ["Закон network", "Закон public"]
    address = reverse("saved_search_feed", args=[search.token])
    for change in ({"is_active": False}, {"confirmed_on": None}, {"erased_at": timezone.now()}):
        before = Teacher.objects.values("is_active", "confirmed_on", "erased_at").get(pk=anna.pk)
        Teacher.objects.filter(pk=anna.pk).update(**change)
        assert client.get(address).status_code == 404
        Teacher.objects.filter(pk=anna.pk).update(**before)
    search.delete()
    assert client.get(address).status_code == 404
    assert client.get("/feeds/searches/x.atom").status_code == 404


def test_a_digest_holds_what_was_published_since_the_last_one(anna: Teacher, boris: Teacher, community: Community) -> None:
    today = timezone.localdate()
    material = yesterday("Закон Ома", author=boris)
    yesterday("Закон сообщества", author=boris, visibility="library", community=community)
    stand("Закон давний", author=boris, published_on=today - datetime.timedelta(30))
    stand("Закон сегодня", author=boris, published_on=today)
    yesterday("Другое", author=boris)
    search = keep(anna, digest="daily")
    call_command("send_digests")
    (letter,) = mail.outbox
    assert letter.to == ["anna@example.org"]
    assert "Закон Ома" in letter.body
    assert "http" in letter.body.split("Закон Ома")[1].splitlines()[2]
    assert material.get_absolute_url() in letter.body
    assert not any(word in letter.body for word in ("сообщества", "давний", "сегодня", "Другое"))
    assert letter.extra_headers["List-Unsubscribe"] == f"<{_stop_url(letter.body)}>"
    # Twice, or once more on the same day: no second letter; tomorrow has only today's.
    call_command("send_digests")
    send_digest.func(search.pk)
    assert len(mail.outbox) == 1
    SavedSearch.objects.update(sent_at=timezone.now() - datetime.timedelta(1))
    Material.objects.filter(title="Закон сегодня").update(published_on=today - datetime.timedelta(1))
    Material.objects.filter(title="Закон Ома").update(published_on=today - datetime.timedelta(2))
    call_command("send_digests")
    assert "сегодня" in mail.outbox[1].body
    assert "Закон Ома" not in mail.outbox[1].body


def _stop_url(body: str) -> str:
    return re.search(r"\S+/searches/stop/\S+", body)[0]  # type: ignore[index]


@pytest.mark.parametrize(("digest", "days", "letters"), [("never", 30, 0), ("daily", 0, 0), ("daily", 1, 1), ("weekly", 6, 0), ("weekly", 7, 1)])
def test_digests_keep_their_rhythm(anna: Teacher, boris: Teacher, digest: str, days: int, letters: int) -> None:
    yesterday("Закон Ома", author=boris)
    keep(anna, digest=digest, days=days)
    call_command("send_digests")
    assert len(mail.outbox) == letters


@pytest.mark.parametrize("change", [{"is_active": False}, {"confirmed_on": None}, {"erased_at": timezone.now()}, {"email": None}])
def test_who_left_or_was_blocked_gets_no_letter(anna: Teacher, boris: Teacher, change: dict[str, Any]) -> None:
    yesterday("Закон Ома", author=boris)
    keep(anna, digest="daily")
    Teacher.objects.filter(pk=anna.pk).update(**change)
    call_command("send_digests")
    assert mail.outbox == []


def test_no_news_no_letter(anna: Teacher) -> None:
    search = keep(anna, digest="daily")
    call_command("send_digests")
    assert mail.outbox == []
    assert SavedSearch.objects.get().sent_at > search.sent_at


def test_what_users_wrote_becomes_no_link_in_a_letter(anna: Teacher, boris: Teacher) -> None:
    yesterday("Закон http://evil.example/a\nBcc: x@evil.example", author=boris)
    keep(anna, digest="daily")
    call_command("send_digests")
    assert "evil.example" not in mail.outbox[0].body
    assert plain_line("а.б  в. г") == "а.\u2060б в. г"


def test_the_link_of_a_letter_ends_it_by_a_button(client: Client, anna: Teacher) -> None:
    search = keep(anna, digest="daily")
    address = reverse("digest_stop", args=[unsubscribe_code(search)])
    assert client.get(address).status_code == 200
    assert SavedSearch.objects.get().digest == "daily"
    page = client.post(address)
    assert page.status_code == 200
    assert SavedSearch.objects.get().digest == "never"
    for forged in (f"{search.pk}", f"{search.pk}:x", address.split("/")[-2][:-1], search.token):
        assert client.get(reverse("digest_stop", args=[forged])).status_code == 404


@pytest.mark.parametrize("size", [1, 12])
def test_queries_do_not_grow(client_of: Any, anna: Teacher, boris: Teacher, django_assert_max_num_queries: Any, size: int) -> None:
    for number in range(size):
        keep(anna, query=f"?q=закон&page={number}")
        stand(f"Закон {number}", author=boris)
    browser = client_of(anna)
    with django_assert_max_num_queries(4):
        browser.get(URL)
    with django_assert_max_num_queries(7):
        titles(Client(), SavedSearch.objects.first())  # type: ignore[arg-type]
