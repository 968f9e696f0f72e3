"""Names, schools, topics, grades and equipment are found by whom they are shown to."""

from typing import Any

import pytest
from django.utils import timezone

from communities.models import Teacher
from resources.models import Equipment
from resources.search import COUNTED, search_materials
from tests.factories.people import give_consent, item
from tests.factories.shelf import stand
from tests.resources.reading import facet_counts, listed, total

pytestmark = pytest.mark.django_db


def found(words: str, reader: Any) -> list[str]:
    return [material.title for material in search_materials(words, reader, 10)]


@pytest.mark.parametrize("words", ["Власова", "анны власовой", "закон власовой", "малиновская школа", "«Власова Анна»"])
def test_hidden_people_are_found_by_confirmed_colleagues_alone(visitor: Any, zakhar: Teacher, boris: Teacher, anna: Teacher, words: str) -> None:
    stand("Закон Ома", author=anna)
    assert found(words, boris) == ["Закон Ома"]
    assert found(words, visitor) == found(words, zakhar) == []
    for trick in ("x1власов", "x1", "x 1 власов", '"x1власов"', "x1*"):
        assert found(trick, visitor) == []
    give_consent(anna, "publication")
    assert found(words, visitor) == found(words, boris) == ["Закон Ома"]
    anna.publishes_name, anna.erased_at = False, timezone.now()
    anna.save()
    assert found(words, boris) == found(words, visitor) == []


def test_a_school_is_found_by_the_name_it_has_now(boris: Teacher, anna: Teacher) -> None:
    stand("Закон Ома", author=anna)
    anna.school.short_name = "Ключевская гимназия"
    anna.school.save()
    assert found("ключевской гимназии", boris) == ["Закон Ома"]
    assert found("малиновская", boris) == []


def test_what_the_lists_say_is_found(visitor: Any, anna: Teacher) -> None:
    stand("Опыт", author=anna, topic="Постоянный ток", grades=(8, 9), purpose="olympiad", equipment=item(Equipment, "growth-point"))
    for words in ("постоянного тока", "8 класс", "9 класса", "точка роста", "олимпиадная подготовка"):
        assert found(words, visitor) == ["Опыт"], words
    assert found("7 класс", visitor) == []


class TestMoreThanAThousand:
    """The bound is lowered: five stand for the thousand."""

    @pytest.fixture(autouse=True)
    def library(self, monkeypatch: pytest.MonkeyPatch, anna: Teacher) -> None:
        assert COUNTED == 1000
        for module in ("search", "catalogue"):
            monkeypatch.setattr(f"resources.{module}.COUNTED", 5)
        for number in range(8):
            stand(f"Закон {number}", author=anna, subject="physics" if number < 3 else "chemistry", type="lab" if number % 2 else "slides")

    def test_no_number_is_told_that_was_not_counted_to_the_end(self, client: Any) -> None:
        response = client.get("/materials/")
        assert response.context["catalogue"].is_many
        assert total(response) == 5
        assert facet_counts(response, "subject") == {}
        subjects = next(facet for facet in response.context["catalogue"].facets if facet.name == "subject")
        assert {"physics", "chemistry", "history"} <= {option.code for option in [*subjects.options, *subjects.more]}

    def test_what_is_few_is_exact_again(self, client: Any) -> None:
        response = client.get("/materials/?subject=physics")
        assert not response.context["catalogue"].is_many
        assert total(response) == len(listed(response)) == 3
        assert facet_counts(response, "type") == {"slides": 2, "lab": 1}
        # Without its own selection the facet stands on all eight.
        assert facet_counts(response, "subject") == {}
        response = client.get("/materials/?subject=physics&type=lab")
        assert facet_counts(response, "subject") == {"physics": 1, "chemistry": 3}
        assert facet_counts(response, "type") == {"slides": 2, "lab": 1}

    def test_a_way_out_says_what_it_counted(self, client: Any) -> None:
        ways = client.get("/materials/?q=закон&grade=3").context["catalogue"].ways_out
        assert [way.count for way in ways] == [6]
