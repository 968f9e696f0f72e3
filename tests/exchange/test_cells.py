"""Whatever stands in a cell, it is a value or an error; and what is written comes back."""

import datetime
import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from communities.models.school import Peculiarity
from foundation.exchange import cells
from foundation.exchange.cells import CellError
from foundation.exchange.importing import safe_path
from foundation.exchange.sinks import open_sink
from foundation.exchange.sources import SourceError, open_source, read_csv
from foundation.exchange.tables import Column, Table, written_row
from resources.exchange.materials import parse_grades
from resources.models.material import Licence

PARSERS: list[Callable[[str], Any]] = [
    cells.parse_id,
    cells.parse_date,
    cells.parse_yes_no,
    cells.parse_email,
    cells.url(200),
    cells.text(20),
    cells.text(None, lines=True),
    cells.decimal(-180, 180, 5),
    cells.choices(Peculiarity),
    cells.each(cells.choices(Peculiarity)),
    cells.each(cells.parse_id),
    cells.each(safe_path),
    parse_grades,
]
# Lone surrogates and NUL included.
ANY_TEXT = st.text(st.characters(), max_size=40) | st.from_regex(r"[0-9٣.,+\-eE|'=: ]{0,30}")
TABLE = Table("t", "Т", (Column("id", "Код", cells.parse_id), Column("a", "А", cells.text(None)), Column("b", "Б", cells.text(None, lines=True), lines=True)))


@pytest.mark.parametrize("parse", PARSERS)
@settings(max_examples=60, deadline=None)
@given(text=ANY_TEXT)
@example(text="\x00")
@example(text="\ud800")
@example(text="9" * 5000)
@example(text="9999-99-99")
@example(text="٣.٣.٢٠٢٤")
@example(text="2024-02-30")
@example(text="1e999999999")
def test_any_text_is_a_value_or_an_error(parse: Callable[[str], Any], text: str) -> None:
    with suppress(CellError):
        parse(text)


def test_a_word_that_is_not_on_the_list_is_answered_with_names_and_codes() -> None:
    """In the language of the moment, a few of them, and how many more."""
    names = {f"code-{number}": f"Слово {number}" for number in range(11)}
    parse = cells.one_of(lambda: dict.fromkeys(names, 1), lambda: names)
    with pytest.raises(CellError, match="«magic» нет в списке") as wrong:
        parse("magic")
    said = ", ".join(f"Слово {number} (code-{number})" for number in range(8))
    assert str(wrong.value).endswith(f"одно из: {said} и ещё 3")
    with pytest.raises(CellError) as wrong:
        cells.choices(Licence)("magic")
    assert str(wrong.value).endswith("тех же условиях (cc-by-sa), Только внутри сети (network)")


@settings(max_examples=200, deadline=None)
@given(text=ANY_TEXT)
@example(text="'=x")
@example(text="''-1")
@example(text="=1+1")
def test_protection_is_taken_off_again(text: str) -> None:
    protected = cells.protect(text)
    assert protected[:1] not in tuple("=+-@\t\r")
    assert cells.unprotect(protected) == text


@given(items=st.lists(st.text(st.characters(exclude_characters="\\", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=10)))
def test_lists_come_back(items: list[str]) -> None:
    tidy = list(dict.fromkeys(item for item in map(cells.tidy, items) if item))
    assert cells.split_list(cells.join_list(tidy)) == tidy


@pytest.mark.parametrize(("text", "day"), [("2024-02-29", (2024, 2, 29)), (" 29.02.2024 ", (2024, 2, 29)), ("1.9.2024", (2024, 9, 1))])
def test_dates(text: str, day: tuple[int, int, int]) -> None:
    assert cells.parse_date(text) == datetime.date(*day)


@pytest.mark.parametrize("text", ["29.02.2023", "2024-2-9", "20240901", "01.09.24", "0001-01-01", "9999-01-01", "2024-W01-1", "46000"])
def test_no_dates(text: str) -> None:
    with pytest.raises(CellError):
        cells.parse_date(text)


@settings(max_examples=100, deadline=None)
@given(text=ANY_TEXT)
@example(text="\ud800\n" * 100)
def test_errors_are_one_printable_line(text: str) -> None:
    assert cells.quote(text).isprintable() or "\u00a0" in text
    assert len(cells.quote(text)) <= cells.QUOTED + 1


def test_words_numbers_and_grades() -> None:
    assert [cells.parse_yes_no(word) for word in ("Да", "YES", "1", "нет", "no", "0")] == [True, True, True, False, False, False]
    assert str(cells.decimal(-90, 90, 5)("57,1234567")) == "57.12346"
    assert str(cells.decimal(-90, 90, 5)("-0.000001")) == "0.00000"
    assert [parse_grades(text) for text in ("8", "5-7", "5 – 7")] == [(8, 8), (5, 7), (5, 7)]


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../x", "a//x", "C:/x", "..\\x", "a/\x00", "", "."])
def test_paths_that_lead_elsewhere(path: str) -> None:
    with pytest.raises(CellError):
        safe_path(path)


VALUES = st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=4)


@pytest.mark.parametrize("name", ["t", "t.zip", "t.xlsx"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=VALUES)
@example(values=[("=1", "\r\n a\rb \n"), ("_x0041_", "'\t'"), ("a\u0085b", "\ufffe]]>&amp;<b>")])
@example(values=[("#N/A", "TRUE"), ("1e5", "00012")])
def test_what_is_written_is_read_in_every_shape(tmp_path_factory: pytest.TempPathFactory, name: str, values: list[tuple[str, str]]) -> None:
    path = tmp_path_factory.mktemp("sink") / name
    rows = [written_row(TABLE, {"id": f"i{number}", "a": one, "b": other}) for number, (one, other) in enumerate(values)]
    with open_sink(path) as sink:
        sink.table("t", ["id", "a", "b"], iter(rows))
    source = open_source(path)
    read = [[*row, "", "", ""][:3] for _number, row in source.rows("t", TABLE)]
    source.close()
    assert read == [["id", "a", "b"], *rows]
    # What an import makes of the cells is what an export makes of the values again.
    for row in read[1:]:
        said = {column.name: column.parse(cells.unprotect(cell)) for column, cell in zip(TABLE.columns, row, strict=True)}
        assert written_row(TABLE, said) == row


def test_a_workbook_holds_text_only(tmp_path: Path) -> None:
    with open_sink(tmp_path / "t.xlsx") as sink:
        sink.table("t", ["id", "a", "b"], [["i", "'=HYPERLINK(1)", "46000"]])
    sheet = load_workbook(tmp_path / "t.xlsx").worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    assert {cell.number_format for row in sheet.iter_rows() for cell in row} == {"@"}


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=200))
@example(data=b'id;a\n"x')
@example(data=b"\xff\xfei\x00")
@example(data=b"id\n\x00\n")
def test_any_bytes_are_rows_or_an_error(data: bytes) -> None:
    with suppress(SourceError):
        for _number, row in read_csv(lambda: io.BytesIO(data), TABLE):
            assert all(isinstance(cell, str) for cell in row)
