"""A search that found nothing is understood: keyboard layout first, then slips of the fingers, never by what is hidden."""

import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from communities.models import Community, Teacher
from foundation.text_search.layout import other_layout
from foundation.text_search.spelling import slips
from resources.actions.vocabulary import refresh_vocabulary
from resources.models import SearchMiss, VocabularyWord
from tests.factories.people import give_consent
from tests.factories.shelf import stand
from tests.resources.reading import listed

URL = "/materials/"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("jkbvgbflf", "олимпиада"),
        ("ghtptynfwbz", "презентация"),
        ("pfrjy Jvf", "закон Ома"),
        ("vfntvfnbrf 5 rkfcc", "математика 5 класс"),
        ("руддщ", "hello"),
        ("олимпиада", "jkbvgbflf"),
        ("урок English", ""),
        ("еж", ""),
        ("хлеб 5", ""),
        (",jkmifz lhj,m", "большая дробь"),
        ("2026", ""),
        ("", ""),
    ],
)
def test_the_other_layout(typed: str, meant: str) -> None:
    assert other_layout(typed) == meant


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [("дробь", "дробь", 0), ("дроби", "дробь", 1), ("дрбь", "дробь", 1), ("дрробь", "дробь", 1), ("доробь", "дробь", 1),
     ("рдобь", "дробь", 1), ("добро", "дробь", 3), ("", "ом", 2)],
)  # fmt: skip
def test_slips_are_counted(one: str, other: str, number: int) -> None:
    assert slips(one, other, 5) == slips(other, one, 5) == number
    assert slips(one, other, 1) == min(number, 2)


@pytest.mark.django_db
class TestCatalogue:
    @pytest.fixture(autouse=True)
    def library(self, boris: Teacher) -> None:
        self.olympiad = stand("Олимпиада по физике", author=boris, annotation="Двадцать задач о зеркалах", files=("Понадобится нихром и гелиостат",))
        self.ohm = stand("Закон Ома для участка цепи", author=boris, topic="Постоянный ток", subject="physics")
        refresh_vocabulary()

    def shown(self, browser: Client, text: str, **more: str) -> tuple[list[int], str]:
        response = browser.get(URL, {"q": text, **more})
        catalogue = response.context["catalogue"]
        return listed(response), catalogue.selection.text if catalogue.asked else ""

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("jkbvgbflf", "олимпиада"),
            ("олимпеада", "олимпиада"),
            ("алимпиада", "олимпиада"),
            ("олмипиада", "олимпиада"),
            ("олимпеадами", "олимпиадами"),
            ("олемпеада по физеке", "олимпиада по физике"),
            ("геляостат", "гелиостат"),
            ("нехром", "нихром"),
        ],
    )
    def test_near_words_find(self, client: Client, typed: str, meant: str) -> None:
        assert self.shown(client, typed) == ([self.olympiad.pk], meant)

    def test_the_page_says_so_and_leads_to_the_words_as_typed(self, client: Client) -> None:
        page = client.get(URL, {"q": "олимпеада", "subject": "nonsense"}).content.decode()
        assert re.search("<b>[“«]олимпиада[”»]</b>", page)
        assert "?q=%D0%BE%D0%BB%D0%B8%D0%BC%D0%BF%D0%B5%D0%B0%D0%B4%D0%B0&amp;exact=1" in page
        exact = client.get(URL, {"q": "олимпеада", "exact": "1"})
        assert listed(exact) == []
        assert exact.context["catalogue"].is_miss

    @pytest.mark.parametrize("typed", ["олимпиада", "закон ома", "цеп", "нетакогослова", "12345", "жук", "((", "олимпеада " * 9])
    def test_what_finds_or_is_too_far_is_left_alone(self, client: Client, typed: str) -> None:
        assert self.shown(client, typed)[1] == ""

    @pytest.mark.parametrize("typed", ["физика гелиостат кабачок", "abpbrf utkbjcnfn rf,fxjr"])
    def test_one_word_too_many_is_left_out_and_the_demand_is_kept(self, client: Client, typed: str) -> None:
        response = client.get(URL, {"q": typed})
        assert response.context["catalogue"].selection.text == "физика гелиостат"
        assert listed(response) != []
        assert SearchMiss.objects.count() == 1
        assert listed(client.get(URL, {"q": typed, "exact": "1"})) == []
        page = client.get("/search/", {"q": typed}).content.decode()
        assert re.search("<b>[“«]физика гелиостат[”»]</b>", page)

    def test_chosen_filters_are_no_misspelling(self, client: Client) -> None:
        assert self.shown(client, "олимпиада", grade="3")[1] == ""

    def test_words_of_hidden_materials_are_never_told(self, client_of: Any, visitor: Any, anna: Teacher, boris: Teacher, community: Community) -> None:
        draft = stand("Ядерный синтез", author=boris, status="draft")
        inner = stand("Криптография сообщества", author=boris, visibility="library", community=community)
        network = stand("Стереометрия", author=boris, visibility="network")
        refresh_vocabulary()
        outside, colleague = client_of(visitor), client_of(anna)
        assert self.shown(outside, "стериометрия") == ([], "")
        assert self.shown(colleague, "стериометрия") == ([network.pk], "стереометрия")
        for browser in (outside, colleague):
            assert self.shown(browser, "криптаграфия") == ([], "")
            assert self.shown(browser, "сентез") == ([], "")
        assert self.shown(client_of(boris), "криптаграфия")[0] == [inner.pk]
        assert draft.title not in VocabularyWord.objects.values_list("word", flat=True)
        assert not VocabularyWord.objects.filter(word__startswith="синтез").exists()

    def test_the_search_of_everything_understands_too(self, client: Client) -> None:
        page = client.get("/search/", {"q": "jkbvgbflf"}).content.decode()
        assert "Олимпиада по физике" in page
        assert re.search("<b>[“«]олимпиада[”»]</b>", page)
        assert "Олимпиада по физике" not in client.get("/search/", {"q": "jkbvgbflf", "exact": "1"}).content.decode()

    def test_the_work_for_one_search_is_bounded(self, client: Client, anna: Teacher, django_assert_max_num_queries: Any) -> None:
        for number in range(30):
            stand(f"Олимпиадка{'абвгд'[number % 5]} {number}", author=anna)
        refresh_vocabulary()
        with django_assert_max_num_queries(45):
            client.get(URL, {"q": "алимпеада физеке закан учаска токк цепн"})

    def test_the_vocabulary_is_written_anew(self, boris: Teacher) -> None:
        give_consent(boris, "publication")
        self.ohm.delete()
        call_command("refresh_vocabulary")
        known = set(VocabularyWord.objects.values_list("word", flat=True))
        assert {"олимпиада", "гелиостат", "королев"} <= known
        assert "участка" not in known
