"""Where more is found than is counted, every stretch of the list and every number says what a full reading says."""

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from communities.models import Community, Teacher
from resources import search
from resources.filters import load_options, read_selection
from resources.models import Material
from resources.search import Answer, answer, first_ids, shelf
from tests.factories.shelf import PUBLISHED_ON, stand

pytestmark = pytest.mark.django_db
TITLES = ("Закон Ома", "Опыт с лампой", "Закон Ома и лампа", "Цепи")
SUBJECTS, TYPES = ("physics", "chemistry"), ("lab", "slides", None)
ADDRESSES = [
    "",
    "sort=used",
    "q=закон",
    "q=закон&sort=new",
    "q=закон&sort=used",
    "q=лампа ома",
    "q=ток",
    "q=ток&subject=physics",
    "q=ток&subject=physics&grade=8",
    "q=закон&subject=physics&subject=chemistry&grade=7&grade=9&type=lab",
    "subject=chemistry",
    "subject=physics&grade=8&sort=used",
    "licence=cc-by-sa",
    "community=physics-nearby&q=ток",
    "q=ток&purpose=olympiad",
]


@pytest.fixture
def library(anna: Teacher, boris: Teacher, community: Community) -> None:
    """Fifty-one materials; some hidden from visitors, some waiting, all with «ток» in their annotation."""
    for number, (title, subject, kind, author) in enumerate(itertools.product(TITLES, SUBJECTS, TYPES, (anna, boris))):
        waits = number % 9 == 8
        stand(
            title, author=author, annotation="Закон и ток" if number % 3 else "Ток", subject=subject, type=kind,
            grades=(6 + number % 3, 8 + number % 3), reuse_count=number * 7 % 11, purpose="olympiad" if number % 5 == 0 else "base",
            published_on=None if waits else PUBLISHED_ON.replace(day=1 + number % 5), status="review" if waits else "published",
            visibility=("public", "network", "library")[number % 7 % 3], licence="cc-by-sa" if number % 6 == 0 else "cc-by",
            community=community if number % 4 == 0 else None,
        )  # fmt: skip
    # Fewer titles than are counted lead many others.
    for number in range(3):
        stand("Ток в цепи", author=anna, subject="physics", grades=(8, 8), type="lab", reuse_count=20 + number)


def ask(address: str, reader: "Teacher | AnonymousUser") -> Answer:
    params = QueryDict(address)
    return answer(shelf(reader), read_selection(params, load_options(params)), reader)


@pytest.mark.parametrize("person", ["visitor", "boris", "evgenia"])
@pytest.mark.parametrize("deep", [(60, 10_000), (1, 10_000), (1, 0)])
def test_every_stretch_and_number(request: pytest.FixtureRequest, library: None, monkeypatch: pytest.MonkeyPatch, person: str, deep: tuple[int, int]) -> None:
    reader = AnonymousUser() if person == "visitor" else Teacher.objects.get(pk=request.getfixturevalue(person).pk)
    met = 0
    for address in ADDRESSES:
        full = ask(address, reader)
        ids = full[0:100]
        assert len(ids) == full.counts.total
        for most in (2, 5):
            monkeypatch.setattr(search, "COUNTED", most)
            monkeypatch.setattr(search, "DEEP", deep[0])
            monkeypatch.setattr(search, "SORTED", deep[1])
            many = ask(address, reader)
            met += many.ids is None
            for start, stop in ((0, 2), (1, most), (most - 1, most)):
                assert many[start:stop] == ids[start:stop], (address, most)
            assert min(many.counts.total, most + 1) == min(full.counts.total, most + 1)
            for facet in full.counts.counts.keys() - many.counts.beyond:
                assert {key: n for key, n in many.counts.counts[facet].items() if n and key} == {
                    key: n for key, n in full.counts.counts[facet].items() if n and key
                }, (address, facet)
            for facet, number in full.counts.without.items():
                assert min(many.counts.without[facet], most + 1) == min(number, most + 1)
            monkeypatch.undo()
    assert met


def test_the_first_few_of_many(library: None, evgenia: Teacher, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Teacher.objects.get(pk=evgenia.pk)
    for address in ("q=закон", "q=ток"):
        selection = read_selection(QueryDict(address), load_options())
        asked = search.Asked.by(selection.query, reader)
        full = first_ids(shelf(reader), asked, selection.order, 0, Material.objects.count())
        monkeypatch.setattr(search, "COUNTED", 3)
        assert [first_ids(shelf(reader), asked, selection.order, start, start + 5) for start in (0, 5, 10)] == [full[0:5], full[5:10], full[10:15]]
        monkeypatch.undo()
