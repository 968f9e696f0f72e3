"""Searches that found nothing: counted by day, without the person; read by methodists."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.models import Teacher
from resources.actions import demand
from resources.actions.demand import count_miss, telling_words
from resources.models import SearchMiss
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db


def misses() -> dict[str, int]:
    return dict(SearchMiss.objects.values_list("words", "count"))


def test_a_miss_is_counted_by_day(client: Client, client_of: Any, anna: Teacher) -> None:
    client.get("/materials/", {"q": "Бионика в школе"})
    client_of(anna).get("/materials/", {"q": "  бионика  В школе "})
    client.get("/search/", {"q": "бионика в школе"})
    assert misses() == {"бионика в школе": 3}
    SearchMiss.objects.update(day=timezone.localdate() - datetime.timedelta(1))
    client.get("/materials/", {"q": "бионика в школе"})
    assert sorted(SearchMiss.objects.values_list("count", flat=True)) == [1, 3]


def test_what_finds_is_no_miss(client: Client, anna: Teacher) -> None:
    stand("Закон Ома", author=anna)
    for query in ({"q": "закон"}, {"q": "закон", "grade": "2"}, {"q": ""}, {"q": "бионика", "page": "2"}, {"subject": "physics"}):
        client.get("/materials/", query)
    assert misses() == {}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Бионика, 8 класс!", "бионика класс"),
        ("anna@example.org", ""),
        ("бионика anna@example.org", "бионика"),
        ("+7 912 345-67-89", ""),
        ("8(912)3456789 бионика", "бионика"),
        ("1234", ""),
        ("ё" * 30, "е" * 30),
        ("бионика " * 20, ""),
        ("\x00", ""),
        ("(((", ""),
    ],
)
def test_numbers_and_addresses_are_not_kept(text: str, kept: str) -> None:
    assert telling_words(text) == kept
    assert count_miss(text) == bool(kept)
    assert list(misses()) == ([kept] if kept else [])


def test_a_machine_cannot_fill_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demand, "MAX_A_DAY", 2)
    assert [count_miss(word) for word in ("раз", "два", "три", "раз")] == [True, True, False, True]
    assert misses() == {"раз": 2, "два": 1}


def test_methodists_read_what_is_wanted(client_of: Any, anna: Teacher, evgenia: Teacher, django_assert_num_queries: Any) -> None:
    today = timezone.localdate()
    SearchMiss.objects.create(day=today, words="бионика", count=2)
    SearchMiss.objects.create(day=today - datetime.timedelta(3), words="бионика", count=5)
    SearchMiss.objects.create(day=today, words="<b>риторика", count=3)
    SearchMiss.objects.create(day=today - datetime.timedelta(400), words="давнее", count=9)
    response = client_of(evgenia).get("/materials/demand/")
    assert [(miss["words"], miss["times"]) for miss in response.context["page"]] == [("бионика", 7), ("<b>риторика", 3)]
    assert "<b>риторика" not in response.content.decode()
    assert client_of(anna).get("/materials/demand/").status_code == 403
    assert client_of(evgenia).get("/materials/demand/", {"page": "9" * 50}).status_code == 200
