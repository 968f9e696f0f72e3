"""Guesses from names and texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.guessing import guess, guess_grades, guess_subject, guess_title, guess_topic, guess_type, most_telling
from resources.guessing_words import SUBJECT_NAMES, SUBJECTS, TYPES


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Лабораторная_5_закон_Ома.docx", "Лабораторная 5 закон Ома"),
        ("урок-физики-8-класс.pdf", "Урок физики 8 класс"),
        ("Санкт-Петербург на карте.pptx", "Санкт-Петербург на карте"),
        ("Копия План урока (2).docx", "План урока"),
        ("тест — копия.docx", "Тест"),
        ("v1.2 отчёт.pdf", "V1.2 отчёт"),
        (".docx", ".docx"),
    ],
)
def test_title_is_the_name_as_people_write_it(name: str, title: str) -> None:
    assert guess_title(name) == title


@pytest.mark.parametrize("name", ["Документ1.docx", "Новый документ.docx", "scan0001.pdf", "Презентация Microsoft PowerPoint.pptx", "2024.pdf"])
def test_a_name_that_says_nothing_gives_way_to_the_text(name: str) -> None:
    assert guess_title(name, "\n \nЗакон Ома для участка цепи\nХод работы") == "Закон Ома для участка цепи"


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("Физика 8 класс", (8, 8)),
        ("7-9 кл", (7, 9)),
        ("для 5–6 классов", (5, 6)),
        ("5 и 6 классы", (5, 6)),
        ("7, 8 и 9 классов", (7, 9)),
        ("контрольная 8б", (8, 8)),
        ("в 11 классе", (11, 11)),
        ("10-й класс", (10, 10)),
        ("8 «Б» класс", (8, 8)),
        ("Класс: 3", (3, 3)),
        ("подготовка к ЕГЭ", (11, 11)),
        ("ОГЭ по химии", (9, 9)),
        ("12 класс", None),
        ("2024 год", None),
        ("9-7 класс", None),
        ("классный час", None),
    ],
)
def test_grades(text: str, grades: tuple[int, int] | None) -> None:
    assert guess_grades(text) == grades


@pytest.mark.parametrize(
    ("name", "text", "kind", "code"),
    [
        ("Технологическая карта урока", "", "docx", "lesson-map"),
        ("Рабочая программа по физике", "", "docx", "syllabus"),
        ("Рабочий лист", "", "docx", "worksheet"),
        ("Олимпиадные задачи", "", "pdf", "olympiad-tasks"),
        ("Контрольная работа", "", "pptx", "test"),
        ("Клетка", "", "pptx", "slides"),
        ("Клетка", "", "mp4", "video"),
        ("Файл", "Сценарий праздника", "docx", "scenario"),
        ("Файл", "просто слова", "docx", ""),
    ],
)
def test_type(name: str, text: str, kind: str, code: str) -> None:
    assert guess_type(name, text, kind=kind) == code


@pytest.mark.parametrize(
    ("name", "text", "own", "code"),
    [
        ("Лабораторная закон Ома", "", [], "physics"),
        ("Программа по физической культуре", "", ["physics"], "pe"),
        ("Файл", "Сила тока и напряжение. Соберите цепь, измерьте сопротивление амперметром и вольтметром.", [], "physics"),
        ("Файл", "Кислота, щёлочь, оксид, валентность, моль: реакция в растворе.", [], "chemistry"),
        ("Файл", "Добрый день", ["history"], "history"),
        ("Файл", "Добрый день", ["history", "physics"], ""),
        ("Файл", "", [], ""),
    ],
)
def test_subject(name: str, text: str, own: list[str], code: str) -> None:
    assert guess_subject(name, text, own_subjects=own) == code


def test_mathematics_is_called_as_in_that_grade() -> None:
    assert [guess(f"Математика {grade} класс.docx").subject for grade in (4, 6, 8, 11)] == ["mathematics", "mathematics", "algebra", "calculus"]


def test_topic_is_what_the_text_calls_it() -> None:
    assert guess_topic("План\nТема урока: «Закон Ома».\nЦель: понять") == "Закон Ома"
    assert guess_topic("тематический план") == ""


@pytest.mark.django_db
def test_every_guess_is_an_entry_of_a_closed_list() -> None:
    from communities.models import Subject
    from resources.models import MaterialType

    assert set(SUBJECTS) | set(SUBJECT_NAMES) <= set(Subject.objects.values_list("code", flat=True))
    assert {code for code, _pattern in TYPES} <= set(MaterialType.objects.values_list("code", flat=True))


@given(st.text(max_size=250), st.text(max_size=3000))
def test_no_text_breaks_it(name: str, text: str) -> None:
    found = guess(name, text, kind="docx", own_subjects=["physics"])
    assert len(found.title) <= 200
    assert len(found.topic) <= 200
    assert found.grades is None or 1 <= found.grades[0] <= found.grades[1] <= 11


@pytest.mark.parametrize(
    ("names", "place"),
    [
        (["notes.odt", "table.xlsx", "Олимпиадные задачи по физике 8 класс.docx"], 2),
        (["notes.odt", "table.xlsx"], 0),
        (["Физика.docx", "Контрольная по физике.docx", "Контрольная 8 класс.docx"], 1),
    ],
)
def test_the_file_with_most_clues_leads(names: list[str], place: int) -> None:
    assert most_telling(names) == place


def test_other_names_say_what_the_leading_one_does_not() -> None:
    found = guess("Лабораторная по физике.docx", "Класс: 7", other_names=["Вариант 5.docx", "классный_журнал 9 класс.xlsx"])
    assert (found.title, found.type, found.subject, found.grades) == ("Лабораторная по физике", "lab", "physics", (9, 9))
