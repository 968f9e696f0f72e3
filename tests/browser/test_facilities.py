"""Shared facilities and the search over everything at a real browser: axe finds nothing, nothing scrolls sideways."""

from typing import Any

import pytest

from communities.models import Community, School, Teacher
from resources.models import Facility
from tests.browser.conftest import Reader
from tests.browser.test_accessibility import MODES, too_wide, violations, wish
from tests.browser.test_journey import sign_in
from tests.factories.exchange import make_need
from tests.factories.facilities import book, coming, lend, stretch
from tests.factories.people import join
from tests.factories.shelf import stand
from tests.factories.talk import ask

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

LONG = "Превысокомногорассмотрительствующая"


@pytest.fixture
def lent(village_school: School, vera: Teacher, boris: Teacher) -> Facility:
    """A laboratory with a long description, one booking agreed and one that waits for Вера."""
    made = lend(
        "Кабинет оптики", school=village_school, by=vera, seats=15, responsible=vera, place="с. Малиновка, ул. Школьная, 3, второй этаж",
        description=f"{LONG} лаборатория: скамьи, линзы, лазеры.", rules="Ключ на вахте.\n\nСменная обувь.",
    )  # fmt: skip
    book(made, by=vera)
    book(made, stretch(coming(1), "12:15", "13:00"), stretch(coming(2), "12:15", "13:00"), by=boris, purpose=f"{LONG} оптика")
    return made


def pages_of(lent: Facility) -> list[str]:
    """Every page of facilities and bookings, and the search."""
    waiting = lent.bookings.get(decision="")
    return [
        "/facilities/", "/facilities/?q=ничего", f"{lent.get_absolute_url()}?week={coming()}", f"/facilities/{lent.pk}/edit/", f"/facilities/{lent.pk}/close/",
        f"/facilities/{lent.pk}/book/?day={coming()}&hour=12", "/facilities/bookings/", "/facilities/bookings/?answer=1", waiting.get_absolute_url(),
        "/schools/malinovskaya/facilities/new/", "/calendar/", "/search/?q=оптика", "/search/?q=ничегошеньки", "/discussions/", "/discussions/?q=оптика",
    ]  # fmt: skip


def furnish(community: Community, vera: Teacher, boris: Teacher) -> None:
    """Something of every noun for «оптика»."""
    join(community, vera)
    ask(community, vera, title="Оптика дома", text=f"Где взять линзы? {LONG} оптика")
    stand("Оптика на кухне", author=boris)
    make_need(vera.school, title="Оптика по видеосвязи")


@pytest.mark.parametrize("mode", ["light", "dark", "green"])
@pytest.mark.parametrize("width", [1280, 320])
def test_pages_of_facilities_and_of_search_are_accessible(
    mode: str, width: int, reader_of: Any, lent: Facility, community: Community, vera: Teacher, boris: Teacher
) -> None:
    furnish(community, vera, boris)
    reader: Reader = reader_of(width=width)
    sign_in(reader, vera)
    wish(reader, MODES[mode])
    for path in pages_of(lent):
        page = reader.open(path)
        assert violations(page) == [], (mode, width, path)
        assert too_wide(page) == [], (mode, width, path)
