"""The demand map: what is asked, offered, met, and how long the rest waits; who may read it."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from communities.models import Community, School, Teacher
from network_portal.demand.table import DemandMap, Line, demand_map
from resources.models import SearchMiss
from tests.factories.exchange import make_need, make_partnership
from tests.factories.people import make_school

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def ago(days: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=days)


@pytest.fixture
def needs(village_school: School, lyceum: School, community: Community) -> None:
    make_need(village_school, opened_on=ago(10))
    make_need(village_school, title="Ещё", opened_on=ago(30))
    make_need(lyceum, "offer", opened_on=ago(5))
    make_need(lyceum, title="Химия", subject="chemistry", opened_on=ago(4))
    make_partnership(make_need(lyceum, title="Выполнено", opened_on=ago(50)), village_school, "agreed")
    make_partnership(make_need(lyceum, title="Взяли одно место из двух", load_limit=2, opened_on=ago(70)), village_school, "agreed")
    make_need(community, "offer", direction="exchange", subject="")
    # None of these counts.
    make_need(lyceum, title="Отозвано", state="withdrawn", closed_on=TODAY)
    make_need(lyceum, title="Прошло", state="closed", closed_on=TODAY)
    make_partnership(make_need(lyceum, title="Давно", opened_on=ago(400)), village_school, "agreed")


def numbers(lines: list[Line]) -> dict[str, tuple[int, int, int, int, int | None]]:
    return {line.code: (line.total.asked, line.total.offered, line.total.met, line.total.unmet, line.total.days) for line in lines}


def found(reader: Teacher, direction: str = "") -> DemandMap:
    return demand_map(reader, TODAY, direction)


@pytest.mark.usefixtures("needs")
def test_needs_are_counted_by_direction_subject_and_municipality(boris: Teacher, village_school: School, lyceum: School) -> None:
    everything = found(boris)
    assert numbers(everything.directions) == {"support": (5, 1, 2, 3, 10), "exchange": (0, 1, 0, 0, None)}
    assert numbers(everything.subjects) == {"physics": (4, 1, 2, 2, 20), "chemistry": (1, 0, 0, 1, 4), "": (0, 1, 0, 0, None)}
    town, district = lyceum.municipality.slug, village_school.municipality.slug
    assert numbers(everything.municipalities) == {district: (2, 0, 0, 2, 20), town: (3, 1, 2, 1, 4), "": (0, 1, 0, 0, None)}
    # One direction narrows subjects and municipalities, not the table of directions.
    narrowed = found(boris, "exchange")
    assert (set(numbers(narrowed.directions)), numbers(narrowed.subjects)) == ({"support", "exchange"}, {"": (0, 1, 0, 0, None)})


@pytest.mark.usefixtures("needs")
def test_searches_in_vain_are_demand(client_of: Any, boris: Teacher, evgenia: Teacher) -> None:
    SearchMiss.objects.create(words="бионика", count=3, day=TODAY)
    SearchMiss.objects.create(words="маятник", count=2, day=ago(89))
    SearchMiss.objects.create(words="давнее", count=7, day=ago(90))
    page = client_of(boris).get("/exchange/map/").content.decode()
    assert "5 раз искали и не нашли" in page
    # The words may name somebody: they are the methodists'.
    assert "бионика" not in page
    assert "/materials/demand/" not in page
    assert "/materials/demand/" in client_of(evgenia).get("/exchange/map/").content.decode()


@pytest.mark.parametrize(("who", "status"), [("visitor", 302), ("zakhar", 403), ("anna", 200), ("vera", 200), ("evgenia", 200)])
@pytest.mark.parametrize("query", ["", "?direction=support", "?direction=%00", "?direction=nothing"])
def test_the_map_is_for_confirmed_teachers(query: str, who: str, status: int, request: Any, client_of: Any) -> None:
    assert client_of(request.getfixturevalue(who)).get(f"/exchange/map/{query}").status_code == status


def test_the_map_costs_the_same_for_many_needs(client_of: Any, anna: Teacher, django_assert_num_queries: Any) -> None:
    browser = client_of(anna)
    for number in (2, 12):
        for each in range(number):
            make_need(make_school(), title=f"Запрос {number}-{each}")
        with django_assert_num_queries(8):
            browser.get("/exchange/map/")
