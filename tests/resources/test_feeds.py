"""The Atom feed and the sitemap: what visitors may read, and nothing else."""

from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree
from django.test import Client

from communities.models import Community, Teacher
from resources.sitemaps import MaterialSitemap
from tests.factories.people import give_consent
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(browser: Client, query: str = "", **headers: str) -> list[Element]:
    response = browser.get(f"/feeds/materials.atom{query}", headers=headers)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content).findall(f"{ATOM}entry")


def titles(browser: Client, query: str = "") -> list[str]:
    return [entry.findtext(f"{ATOM}title", "") for entry in entries(browser, query)]


def test_the_feed_takes_the_catalogues_parameters(client: Client, anna: Teacher) -> None:
    stand("Закон Ома", author=anna, subject="physics")
    stand("Соли", author=anna, subject="chemistry")
    assert titles(client) == ["Соли", "Закон Ома"]
    assert titles(client, "?subject=physics") == ["Закон Ома"]
    assert titles(client, "?q=законы") == ["Закон Ома"]
    assert titles(client, "?subject=nonsense&q=%00&page=9") == ["Соли", "Закон Ома"]


def test_everybody_gets_what_visitors_see(client_of: Any, visitor: Any, anna: Teacher, community: Community, evgenia: Teacher) -> None:
    stand("Открытый", author=anna)
    stand("Сетевой", author=anna, visibility="network")
    stand("Свой", author=anna, community=community, visibility="library")
    stand("На проверке", author=anna, status="review")
    stand("Черновик", author=anna, status="draft")
    for person in (visitor, anna, evgenia):
        assert titles(client_of(person)) == ["Открытый"]


def test_a_communitys_feed_holds_what_visitors_see(client_of: Any, visitor: Any, anna: Teacher, daria: Teacher, community: Community) -> None:
    address, shelf = "/feeds/communities/physics-nearby.atom", "/communities/physics-nearby/materials/"
    stand("Чужой", author=anna)
    stand("Свой", author=anna, community=community, visibility="library")
    for person in (visitor, daria):
        # Nothing public: no feed, and no link to one.
        assert client_of(person).get(address).status_code == 404
        assert address not in client_of(person).get(shelf).content.decode()
    stand("Открытый", author=anna, community=community)
    for person in (visitor, daria):
        feed = ElementTree.fromstring(client_of(person).get(address).content)
        assert [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")] == ["Открытый"]
        assert feed.findtext(f"{ATOM}title") == "Новые материалы: Физика рядом"
        assert client_of(person).get(shelf).content.decode().count(address) == 2
    assert client_of(visitor).get("/feeds/communities/nowhere.atom").status_code == 404


def test_hidden_authors_stay_hidden(client_of: Any, visitor: Any, anna: Teacher, boris: Teacher) -> None:
    give_consent(boris, "publication")
    stand("Скрытый", author=anna)
    stand("Названный", author=boris)
    for person in (visitor, anna):
        names = [entry.findtext(f"{ATOM}author/{ATOM}name") for entry in entries(client_of(person))]
        assert names[0] == "Борис Львович Королёв"
        assert "Власова" not in (names[1] or "")


def test_addresses_do_not_follow_the_host_header(client: Client, anna: Teacher, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    material = stand(author=anna)
    (entry,) = entries(client, Host="evil.example")
    assert entry.find(f"{ATOM}link").get("href") == settings.SITE_URL + material.get_absolute_url()  # type: ignore[union-attr]


def test_characters_that_xml_cannot_hold(client: Client, anna: Teacher) -> None:
    stand("Закон\x0b & <Ома>", author=anna, annotation="\x01")
    assert titles(client) == ["Закон  & <Ома>"]


def test_the_sitemap_holds_what_visitors_see(anna: Teacher, community: Community) -> None:
    public = stand(author=anna)
    for hidden in ({"visibility": "network"}, {"visibility": "library", "community": community}, {"status": "review"}, {"status": "withdrawn"}):
        stand(author=anna, **hidden)
    sitemap = MaterialSitemap()
    assert list(sitemap.items()) == [public]
    assert sitemap.lastmod(public) == public.changed_at
    assert sitemap.location(public) == public.get_absolute_url()
