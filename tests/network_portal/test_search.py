"""The search over everything: groups of all nouns with their numbers, within the page's queries, leaking nothing."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.models import Community, Need, School, Teacher
from events.models import BestPracticeSchool, Cohort
from foundation import counting
from tests.factories.events import make_event
from tests.factories.exchange import make_need
from tests.factories.facilities import lend
from tests.factories.people import join, make_community, make_school, make_teacher
from tests.factories.shelf import stand
from tests.factories.talk import answer, ask

pytestmark = pytest.mark.django_db
GROUPS = ["materials", "discussions", "communities", "people", "schools", "events", "best-practice", "needs", "facilities"]


def fill(size: int, *, school: School, author: Teacher, member: Teacher) -> None:
    """Of every noun `size` that hold «магнит»."""
    communities = [make_community(f"Магнит {size} {number}") for number in range(size)]
    for community in communities:
        join(community, author, role="leader")
        join(community, member)
    for number, community in enumerate(communities):
        mark = f"{size} {number}"
        stand(f"Магнит {mark}", author=author)
        ask(community, author, title=f"О магнитах {mark}", text="Где взять магнит?")
        make_teacher("Магнитова", f"Ольга {mark}", school=school)
        make_school(f"Магнит {mark}", municipality=school.municipality)
        make_need(school, title=f"Магнит на урок {mark}")
        lend(f"Магнит {mark}", school=school, by=author)
        make_event(community, by=author, title=f"Магниты {mark}", has_registration=False)
        practice = BestPracticeSchool.objects.create(title=f"Магнит {mark}", slug="magnit", theme="Опыты", host_school=school, created_by=author)
        days = {"apply_from": timezone.localdate(), "apply_until": timezone.localdate(), "announced_at": timezone.now()}
        Cohort.objects.create(best_practice_school=practice, number=1, places=5, **days)


def numbers(browser: Client, words: str) -> dict[str, tuple[int, int]]:
    """Rows shown and all that there are, of each group that is not empty."""
    groups = browser.get("/search/", {"q": words}).context["groups"]
    return {code: (len(group.rows), group.found.total) for code, group in groups.items() if group.rows}


@pytest.mark.parametrize("size", [1, 9])
def test_all_nouns_within_fifteen_queries_whatever_is_found(
    size: int, client_of: Any, vera: Teacher, boris: Teacher, lyceum: School, django_assert_num_queries: Any
) -> None:
    fill(size, school=lyceum, author=boris, member=vera)
    browser = client_of(vera)
    with django_assert_num_queries(15):
        page = browser.get("/search/", {"q": "магнит"}).content.decode()
    assert numbers(browser, "магнит") == dict.fromkeys(GROUPS, (min(size, 5), size))
    assert re.findall(r'<section class="panel" aria-labelledby="([\w-]+)" data-total="(\d+)"', page) == [(code, str(size)) for code in GROUPS]


def test_each_group_leads_to_its_own_list_with_the_same_words(client_of: Any, vera: Teacher, boris: Teacher, lyceum: School) -> None:
    fill(6, school=lyceum, author=boris, member=vera)
    browser = client_of(vera)
    lists = [group.url for group in browser.get("/search/", {"q": "магнит"}).context["filled"]]
    assert [url.partition("?")[0] for url in lists] == [
        "/materials/", "/discussions/", "/communities/", "/teachers/", "/schools/", "/events/", "/best-practice/", "/exchange/", "/facilities/",
    ]  # fmt: skip
    for url in lists:
        page = browser.get(url)
        assert page.status_code == 200
        assert page.content.decode().count('data-object="') >= 6, url


@pytest.mark.parametrize("person", ["visitor", "zakhar"])
def test_strangers_find_what_is_public_alone(person: str, request: Any, client_of: Any, vera: Teacher, boris: Teacher, lyceum: School) -> None:
    fill(2, school=lyceum, author=boris, member=vera)
    stand("Магнит сети", author=boris, visibility="network")
    browser = client_of(request.getfixturevalue(person))
    public = ("materials", "communities", "schools", "events", "best-practice")
    assert numbers(browser, "магнит") == dict.fromkeys(public, (2, 2))


def test_outsiders_find_no_closed_talk(client_of: Any, vera: Teacher, boris: Teacher, anna: Teacher, lyceum: School) -> None:
    fill(2, school=lyceum, author=boris, member=vera)
    browser = client_of(anna)
    assert numbers(browser, "магнит") == {code: (2, 2) for code in GROUPS if code != "discussions"}
    assert 'data-object="post:' not in browser.get("/discussions/", {"q": "магнит"}).content.decode()
    Community.objects.update(discussion_is_open=True)
    assert numbers(browser, "магнит")["discussions"] == (2, 2)
    assert browser.get("/discussions/", {"q": "магнит"}).content.decode().count('data-object="post:') == 2


def test_a_topic_is_found_once_by_its_newest_message(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    join(community, anna)
    topic = ask(community, daria, title="О магнитах", text="Где взять магнит?")
    newest = answer(topic, anna, "Магниты есть у нас")
    answer(topic, daria, "Спасибо")
    found = client_of(anna).get("/search/", {"q": "магнит"}).context["groups"]["discussions"]
    assert ([post.pk for post in found.rows], found.found.total) == ([newest.pk], 1)


def test_more_than_is_counted_says_so(client: Client, monkeypatch: pytest.MonkeyPatch, lyceum: School) -> None:
    monkeypatch.setattr(counting, "EXACT", 6)
    for number in range(9):
        make_school(f"Магнит {number}", municipality=lyceum.municipality)
    assert numbers(client, "магнит") == {"schools": (5, 7)}
    assert "больше 1000" in client.get("/search/", {"q": "магнит"}).content.decode()


def test_the_short_ways_see_what_visible_to_sees(
    visitor: Any, zakhar: Teacher, anna: Teacher, vera: Teacher, evgenia: Teacher, village_school: School, lyceum: School
) -> None:
    make_need(village_school, title="Открытая")
    make_need(village_school, title="Взятая обратно", state="withdrawn")
    make_need(lyceum, title="Прошлая", starts_on="2020-01-01", ends_on="2020-01-02")
    for reader in (visitor, zakhar, anna, vera, evgenia):
        assert set(Need.objects.open_to(reader)) == set(Need.objects.visible_to(reader).open_now())
        assert set(Teacher.objects.colleagues_of(reader)) == set(Teacher.objects.visible_to(reader).active())
    assert [need.title for need in Need.objects.open_to(anna)] == ["Открытая"]


def test_titles_of_needs_and_facilities_are_found_in_any_form_of_the_words(client_of: Any, anna: Teacher, boris: Teacher, lyceum: School) -> None:
    make_need(lyceum, title="Занятия в лаборатории оптики")
    lend("Лаборатория оптики", school=lyceum, by=boris)
    browser = client_of(anna)
    for words in ("лаборатория", "оптика в лабораториях", "ОПТИКОЙ"):
        assert numbers(browser, words) == {"needs": (1, 1), "facilities": (1, 1)}
        for path in ("/exchange/", "/facilities/"):
            assert browser.get(path, {"q": words}).context["page"].paginator.count == 1
    assert numbers(browser, "оптимист") == {}


def test_facilities_stand_in_order_of_the_way_from_the_readers_school(client_of: Any, vera: Teacher, evgenia: Teacher, lyceum: School) -> None:
    """Without a school on the map, by title."""
    School.objects.filter(pk=vera.school_id).update(latitude="57.00000", longitude="65.00000")
    for name, longitude in (("Магнит А", "66.00000"), ("Магнит Б", None), ("Магнит В", "65.10000")):
        school = make_school(f"Школа {name}", municipality=lyceum.municipality)
        School.objects.filter(pk=school.pk).update(latitude=longitude and "57.00000", longitude=longitude)
        lend(name, school=school, by=evgenia)

    def found(reader: Teacher) -> list[tuple[str, int | None]]:
        group = client_of(reader).get("/search/", {"q": "магнит"}).context["groups"]["facilities"]
        return [(row.facility.title, row.km) for row in group.rows]

    assert found(vera) == [("Магнит В", 6), ("Магнит А", 61), ("Магнит Б", None)]
    assert found(evgenia) == [("Магнит А", None), ("Магнит Б", None), ("Магнит В", None)]


def test_only_who_speaks_for_a_side_is_offered_to_answer(client_of: Any, vera: Teacher, anna: Teacher, lyceum: School) -> None:
    make_need(lyceum, title="Магнит на урок")
    pages = [client_of(reader).get("/search/", {"q": "магнит"}).content.decode() for reader in (vera, anna)]
    assert [("Помочь" in page, "Подробнее" in page) for page in pages] == [(True, False), (False, True)]
