"""The catalogue: parameters, search in all word forms, order, counts, a way out, and nothing that breaks it."""

import datetime
from typing import Any

import pytest
from django.test import Client

from communities.models import Teacher
from foundation.files.text_marks import HEADINGS, ITEM, PAGE, ROW
from resources.models import Material, MaterialType
from tests.factories.people import item, make_community, make_teacher
from tests.factories.shelf import accept, stand
from tests.resources.reading import facet_counts, listed, total

pytestmark = pytest.mark.django_db
URL = "/materials/"


@pytest.fixture
def shelf(anna: Teacher, boris: Teacher) -> dict[str, Material]:
    """Six materials that differ in every facet."""
    gifted = make_community("Одарённые дети", slug="gifted", subject="mathematics")
    return {
        "lab": stand("Лабораторная по закону Ома", author=anna, subject="physics", type="lab", purpose="base", level="basic", grades=(8, 8), reuse_count=46),
        "slides": stand("История электричества", author=boris, subject="physics", type="slides", level="basic", grades=(8, 9), licence="cc-by-sa"),
        "olympiad": stand(
            "Цепи повышенной сложности",
            author=anna,
            community=gifted,
            subject="physics",
            type="olympiad-tasks",
            purpose="olympiad",
            level="secondary",
            grades=(10, 11),
        ),
        "reading": stand("Читаем вместе", author=boris, subject="reading", type="lesson-plan", level="primary", grades=(2, 3)),
        "chemistry": stand("Соли и кислоты", author=boris, subject="chemistry", type="lab", level="basic", grades=(8, 9), purpose="advanced"),
        "bare": stand("Без сведений", author=anna),
    }


def ids(shelf: dict[str, Material], *names: str) -> set[int]:
    return {shelf[name].pk for name in names}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["lab", "slides", "olympiad", "reading", "chemistry", "bare"]),
        ("subject=physics", ["lab", "slides", "olympiad"]),
        ("subject=physics&subject=chemistry", ["lab", "slides", "olympiad", "chemistry"]),
        ("grade=8", ["lab", "slides", "chemistry"]),
        ("grade=9&grade=10", ["slides", "olympiad", "chemistry"]),
        ("level=primary&level=secondary", ["olympiad", "reading"]),
        ("purpose=olympiad", ["olympiad"]),
        ("purpose=base&purpose=advanced", ["lab", "chemistry"]),
        ("type=lab", ["lab", "chemistry"]),
        ("community=gifted", ["olympiad"]),
        ("licence=cc-by-sa", ["slides"]),
        ("subject=physics&type=lab&grade=8&level=basic&purpose=base", ["lab"]),
        ("subject=physics&grade=2", []),
        ("q=%D0%B7%D0%B0%D0%BA%D0%BE%D0%BD&subject=physics", ["lab"]),
    ],
)
def test_parameters_are_or_inside_and_between(client: Client, shelf: dict[str, Material], query: str, names: list[str]) -> None:
    response = client.get(f"{URL}?{query}")
    assert set(listed(response)) == ids(shelf, *names)
    assert total(response) == len(names)


def test_facets_count_without_their_own_selection(client: Client, shelf: dict[str, Material]) -> None:
    response = client.get(f"{URL}?subject=physics&type=lab")
    assert facet_counts(response, "subject") == {"physics": 1, "chemistry": 1}
    assert facet_counts(response, "type") == {"lab": 1, "slides": 1, "olympiad-tasks": 1}
    assert facet_counts(response, "grade") == {"8": 1}
    assert facet_counts(response, "community") == {}


def test_each_facet_number_is_what_choosing_it_returns(client: Client, shelf: dict[str, Material]) -> None:
    page = client.get(URL)
    for facet in ("subject", "grade", "level", "purpose", "type", "community", "licence"):
        counts = facet_counts(page, facet)
        assert counts, facet
        assert counts == {code: total(client.get(URL, {facet: code})) for code in counts}


FORMS = [
    "олимпиадные задачи для одарённых детей",
    "олимпиадная задача для одаренного ребёнка",
    "ОЛИМПИАДНЫХ ЗАДАЧ ДЛЯ ОДАРЕННЫХ ДЕТЕЙ",
    "олимпиадным задачам одарённым детям",
    "задачами олимпиад с одарёнными детьми",
    "о задачах олимпиады об одарённых детях",
    "одарённый ребёнок олимпиада задача",
    "«олимпиадные задачи»",
]


@pytest.mark.parametrize("text", FORMS)
@pytest.mark.parametrize("place", ["title", "annotation", "file"])
def test_every_word_form_finds(client: Client, anna: Teacher, text: str, place: str) -> None:
    phrase = "Олимпиадные задачи для одарённых детей"
    wanted = {
        "title": lambda: stand(phrase, author=anna),
        "annotation": lambda: stand("Сборник", author=anna, annotation=f"Внутри: {phrase.lower()}."),
        "file": lambda: stand("Сборник", author=anna, files=(f"Пояснительная записка. {phrase}: разбор и ответы.",)),
    }[place]()
    stand("Олимпиадные задания по физике", author=anna)
    stand("Дети и книги", author=anna, annotation="Задачи библиотеки")
    response = client.get(URL, {"q": text})
    assert listed(response) == [wanted.pk]
    assert "<mark>" in response.content.decode()


def test_a_word_inside_the_file_alone_is_shown_with_its_surroundings(client: Client, anna: Teacher) -> None:
    stand("Лабораторная", author=anna, annotation="Про проводники.", files=("Понадобится: три батарейки, нихром 0,5 м, мультиметр.",))
    page = client.get(URL, {"q": "нихрома"}).content.decode()
    assert "три батарейки, <mark>нихром</mark> 0,5 м" in page


def test_marks_of_a_files_structure_are_no_words_of_its_passage(client: Client, anna: Teacher) -> None:
    text = f"{HEADINGS[0]}Опыт\n{ITEM}• Нужен нихром\n{ROW}Длина\t0,5 м\n{PAGE}\n{ROW}Ток\t2 А"
    stand("Лабораторная", author=anna, annotation="Про проводники.", files=(text,))
    page = client.get(URL, {"q": "нихрома"}).content.decode()
    assert "Опыт • Нужен <mark>нихром</mark> Длина 0,5 м Ток 2 А" in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"закон Ома"', "Нашлось 1: «закон Ома» во всех словоформах"),
        ("«закон Ома»", "Нашлось 1: «закон Ома» во всех словоформах"),
        ('участок "закон Ома"', "Нашлось 1: «участок „закон Ома“» во всех словоформах"),
        ("закон Ома", "Нашлось 1: «закон Ома» во всех словоформах"),
        ("!!!", ">2 материала<"),
        ('"', ">2 материала<"),
    ],
)
def test_the_page_repeats_the_words_with_one_kind_of_quotation_marks_in_another(client: Client, anna: Teacher, text: str, said: str) -> None:
    stand("Закон Ома для участка цепи", author=anna)
    stand("Дроби", author=anna)
    assert said in client.get(URL, {"q": text}, headers={"accept-language": "ru"}).content.decode()


def test_found_words_are_marked_and_the_rest_is_escaped(client: Client, anna: Teacher) -> None:
    stand("<b>Закон</b> Ома", author=anna, annotation="О законе <script>alert(1)</script>")
    page = client.get(URL, {"q": "законы"}).content.decode()
    assert "&lt;b&gt;<mark>Закон</mark>&lt;/b&gt; Ома" in page
    assert "<script>alert" not in page


def test_best_match_is_title_then_use_then_date(client: Client, anna: Teacher) -> None:
    day = datetime.date(2026, 1, 1)
    used = stand("Электричество", author=anna, annotation="закон Ома", reuse_count=50)
    title = stand("Закон Ома", author=anna, published_on=day)
    title_used = stand("Закон Ома на батарейках", author=anna, published_on=day, reuse_count=3)
    newer = stand("Закон Ома снова", author=anna, published_on=day + datetime.timedelta(1))
    same_day = stand("Закон Ома ещё раз", author=anna, published_on=day)
    assert listed(client.get(URL, {"q": "закон ома"})) == [material.pk for material in (title_used, newer, same_day, title, used)]
    assert listed(client.get(URL, {"q": "закон ома", "sort": "used"}))[:2] == [used.pk, title_used.pk]
    assert listed(client.get(URL, {"q": "закон ома", "sort": "new"}))[0] == used.pk


def test_without_words_the_newest_come_first_and_what_waits_last(client_of: Any, anna: Teacher) -> None:
    old = stand("Старый", author=anna, published_on=datetime.date(2025, 1, 1))
    new = stand("Новый", author=anna)
    waiting = stand("Ждёт", author=anna, status="review")
    assert listed(client_of(anna).get(URL)) == [new.pk, old.pk, waiting.pk]
    assert listed(client_of(anna).get(URL, {"sort": "relevant"})) == [new.pk, old.pk, waiting.pk]


@pytest.mark.parametrize(
    "query",
    [
        "subject=nonsense&grade=99&grade=x&level=%00&type=&community=none&licence=all&purpose=%ED%A0%80",
        "q=%00&subject=%00",
        "sort=nonsense",
        "page=abc",
        "page=0",
        "page=-5",
        "page=%C2%B2",
        "q=%22%22%22&page=1",
        "q=" + "%28" * 3000,
    ],
)
def test_unknown_values_are_ignored(client: Client, shelf: dict[str, Material], query: str) -> None:
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    assert total(response) == 6


@pytest.mark.parametrize("text", ["закон " * 2000, "а" * 10_000, "\ud800", "' OR 1=1 --", '"*" AND NEAR(', "\x00закон", "%", "()", "закон\u0301"])
def test_no_text_breaks_the_search(client: Client, shelf: dict[str, Material], text: str) -> None:
    assert client.get(URL, {"q": text.encode("utf-8", "surrogatepass")}).status_code == 200


@pytest.mark.parametrize("page", [str(10**30), "9" * 5000, "3"])
def test_a_page_too_far_is_the_last_one(client: Client, anna: Teacher, page: str) -> None:
    for number in range(21):
        stand(f"Материал {number}", author=anna)
    expected = listed(client.get(URL, {"page": "2"}))
    got = listed(client.get(URL, {"page": page}))
    # More digits than Python reads as a number are no number at all: the first page.
    assert got == expected if len(page) < 5000 else len(got) == 20
    assert len(expected) == 1


def test_chips_remove_one_value_each(client: Client, shelf: dict[str, Material]) -> None:
    page = client.get(f"{URL}?q=закон&subject=physics&grade=8&grade=9&x=1").content.decode()
    assert 'href="/materials/?q=%D0%B7%D0%B0%D0%BA%D0%BE%D0%BD&amp;subject=physics&amp;grade=9"' in page
    assert 'href="/materials/?subject=physics&amp;grade=8&amp;grade=9"' in page


def test_nothing_found_says_what_to_drop_and_what_that_returns(client: Client, shelf: dict[str, Material]) -> None:
    ways = client.get(URL, {"q": "закон", "grade": "2"}).context["catalogue"].ways_out
    assert [(way.url, way.count) for way in ways] == [("?q=%D0%B7%D0%B0%D0%BA%D0%BE%D0%BD", 1), ("?grade=2", 1)]
    for way in ways:
        assert total(client.get(URL + way.url)) == way.count


def test_nothing_at_all_offers_one_action(client: Client) -> None:
    response = client.get(URL, {"q": "нетакогослова"})
    assert response.status_code == 200
    assert total(response) == 0
    assert "/materials/new/" in response.content.decode()


def test_marks_of_a_row(client: Client, anna: Teacher, evgenia: Teacher) -> None:
    accept(stand("Принят", author=anna), evgenia)
    stand("Лучший", author=anna, best_practice_reason="Работает в малых школах")
    rows = {row.title: row for row in client.get(URL).context["catalogue"].rows}
    assert (rows["Принят"].is_recommended, rows["Принят"].is_best) == (True, False)
    assert (rows["Лучший"].is_recommended, rows["Лучший"].is_best) == (False, True)


@pytest.mark.parametrize(("person", "queries"), [("visitor", 6), ("boris", 9)])
@pytest.mark.parametrize("size", [5, 60])
def test_queries_do_not_grow(
    request: pytest.FixtureRequest, client_of: Any, anna: Teacher, django_assert_num_queries: Any, person: str, queries: int, size: int
) -> None:
    for number in range(size):
        author = make_teacher(f"Автор{number}", school=anna.school)
        stand(
            f"Закон {number}",
            author=author,
            files=("Текст про нихром",),
            community=make_community(f"Сообщество {number}"),
            subject="physics",
            type="lab",
            grades=(7, 9),
        )
    browser = client_of(request.getfixturevalue(person))
    browser.get(URL)
    with django_assert_num_queries(queries):
        browser.get(URL)
    with django_assert_num_queries(queries):
        browser.get(URL, {"subject": "physics", "grade": "8", "type": "lab"})
    # A search counts what it finds and reads passages of the files.
    with django_assert_num_queries(queries):
        browser.get(URL, {"q": "нихром"})


def test_community_tab_shows_its_own_shelf(client: Client, shelf: dict[str, Material]) -> None:
    response = client.get("/communities/gifted/materials/")
    assert listed(response) == [shelf["olympiad"].pk]
    assert facet_counts(response, "community") == {}
    assert facet_counts(response, "subject") == {"physics": 1}
    assert client.get("/communities/gifted/materials/?community=other").status_code == 200
    assert client.get("/communities/absent/materials/").status_code == 404


def test_archived_reference_items_still_name_their_materials(client: Client, anna: Teacher) -> None:
    kind = item(MaterialType, "video")
    kind.archived_on = datetime.date(2026, 1, 1)
    kind.save()
    stand("Фильм", author=anna, type="video")
    assert facet_counts(client.get(URL), "type") == {"video": 1}
