"""Suggestions under the search field: what the reader may see, at most eight, kept nowhere."""

import re
from typing import Any

import pytest
from django.test import Client

from communities.models import Community, School, Teacher
from tests.factories.exchange import make_need
from tests.factories.facilities import lend
from tests.factories.people import make_community, make_teacher
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db
URL = "/search/suggest/"


def entries(browser: Client, text: str) -> list[tuple[str, str]]:
    """Text and address of each entry."""
    response = browser.get(URL, {"q": text})
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    page = response.content.decode()
    return list(zip(re.findall(r"</svg><span>([^<]*)</span>", page), re.findall(r'data-href="([^"]*)"', page), strict=True))


def texts(browser: Client, text: str) -> list[str]:
    return [entry for entry, _url in entries(browser, text)]


def test_every_noun_is_suggested_by_the_beginning_of_its_words(
    client_of: Any, anna: Teacher, boris: Teacher, village_school: School, community: Community
) -> None:
    physics = stand("Физика на кухне", author=boris, reuse_count=3)
    stand("Опыты дома", author=boris, topic="Физические величины")
    browser = client_of(anna)
    assert entries(browser, "физи") == [
        ("Физические величины", "/materials/?q=%D0%A4%D0%B8%D0%B7%D0%B8%D1%87%D0%B5%D1%81%D0%BA%D0%B8%D0%B5+%D0%B2%D0%B5%D0%BB%D0%B8%D1%87%D0%B8%D0%BD%D1%8B"),
        (physics.title, physics.get_absolute_url()),
        (community.name, community.get_absolute_url()),
    ]
    assert texts(browser, "малин") == ["Малиновская школа"]
    assert texts(browser, "корол") == ["Королёв Борис Львович"]
    assert texts(browser, "физика кухн") == ["Физика на кухне"]
    need, facility = make_need(village_school, title="Оптика по видеосвязи"), lend("Оптическая скамья", school=village_school, by=boris)
    assert entries(browser, "опти") == [(need.title, need.get_absolute_url()), (facility.title, facility.get_absolute_url())]


def test_nobody_is_suggested_what_they_may_not_see(client_of: Any, visitor: Any, zakhar: Teacher, anna: Teacher, boris: Teacher, community: Community) -> None:
    stand("Электричество открытое", author=boris)
    stand("Электричество сетевое", author=boris, visibility="network", topic="Электродинамика сети")
    stand("Электричество закрытое", author=boris, visibility="library", community=community, topic="Электродинамика сообщества")
    stand("Электричество в черновике", author=boris, status="draft", topic="Электродинамика черновика")
    for person in (visitor, zakhar):
        assert texts(client_of(person), "элект") == ["Электричество открытое"]
        assert texts(client_of(person), "корол") == []
    assert set(texts(client_of(anna), "элект")) == {"Электродинамика сети", "Электричество сетевое", "Электричество открытое"}


def test_needs_and_facilities_are_suggested_to_confirmed_teachers_alone(
    client_of: Any, visitor: Any, zakhar: Teacher, boris: Teacher, village_school: School
) -> None:
    make_need(village_school, title="Канарейка на время")
    lend("Канарейка", school=village_school, by=boris)
    assert [texts(client_of(person), "канар") for person in (visitor, zakhar)] == [[], []]
    assert texts(client_of(boris), "канар") == ["Канарейка на время", "Канарейка"]


def test_at_most_eight_and_the_queries_do_not_grow(client_of: Any, anna: Teacher, django_assert_max_num_queries: Any) -> None:
    browser = client_of(anna)
    counts = []
    for size, expected in ((3, 7), (30, 8)):
        for number in range(size):
            stand(f"Магнит {size} {number}", author=anna, topic=f"Магнетизм {size} {number}")
            make_community(f"Магниты {size} {number}")
            make_teacher(f"Магнитова{number}", "Ольга", school=anna.school)
        with django_assert_max_num_queries(10) as captured:
            found = entries(browser, "магни")
        counts.append(len(captured))
        assert len(found) == expected
    assert counts[0] == counts[1]
    assert {url.split("/")[1] for _text, url in found} == {"materials", "communities", "teachers"}


@pytest.mark.parametrize("text", ["", "а", "фи", "\x00\x00\x00", "a" * 5000, "%%%", "«»(((", '"*" AND', "10" * 50])
def test_nothing_breaks_it(client: Client, text: Any) -> None:
    assert entries(client, text) == []


def test_what_users_wrote_is_escaped(client: Client, anna: Teacher) -> None:
    stand("<img src=x> магниты", author=anna)
    assert texts(client, "магн") == ["&lt;img src=x&gt; магниты"]
