"""Guesses about scans of textbooks and closed exam papers: found in their imprint, not in a bibliography."""

import time

import pytest

from resources.rights_guessing import guess_rights

IMPRINT = """УДК 373.167.1:53  ББК 22.3я72
Перышкин А. В. Физика. 8 класс : учебник. ISBN 978-5-09-087185-4
Издательство «Просвещение». Подписано в печать 12.03.2021. Формат 60×90 1/16. Тираж 25 000 экз."""


def kinds(text: str) -> list[str]:
    return [guess.finding for guess in guess_rights(text)]


@pytest.mark.parametrize("text", [IMPRINT, "страница\n" * 5000 + IMPRINT, IMPRINT.upper(), IMPRINT.replace("-5-09-", "–5–09–")])
def test_an_imprint_is_a_scan(text: str) -> None:
    assert kinds(text) == ["scan"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Литература: Перышкин А. В. Физика. 8 класс. М.: Просвещение, 2021. ISBN 978-5-09-087185-4",
        "Учебник издательства «Просвещение», § 12. Тираж 25 000 экз.",
        "ISBN 978-5-09-087185-4" + " слово" * 1000 + "УДК 37 ББК 22",
        "Демонстрационный вариант КИМ ЕГЭ 2026 года по физике. Инструкция по выполнению работы.",
        "Подготовка к ОГЭ: разбор КИМ прошлых лет. Запрещено пользоваться телефоном.",
        "Персональные данные не подлежат разглашению.",
    ],
)
def test_ordinary_texts_are_left_alone(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "КИМ № 3021456. Материал не подлежит разглашению до окончания экзамена.",
        "Единый государственный экзамен. Контрольные измерительные материалы. Информация ограниченного доступа",
        "Запрещено копировать! Экзаменационный материал, вариант 12",
    ],
)
def test_a_paper_that_forbids_its_spreading_is_closed(text: str) -> None:
    assert kinds(text) == ["exam"]


def test_the_evidence_is_the_text_itself_and_short() -> None:
    [guess] = guess_rights(IMPRINT * 3)
    assert guess.evidence.startswith("ISBN 978-5-09-087185-4")
    assert len(guess.evidence) <= 160


@pytest.mark.parametrize("text", ["isbn " * 100_000, "ким " * 100_000, "isbn 9785090871854 " * 20_000, "запрещено копировать " * 20_000, "9-" * 200_000])
def test_hostile_texts_take_no_time(text: str) -> None:
    start = time.perf_counter()
    guess_rights(text)
    assert time.perf_counter() - start < 3
