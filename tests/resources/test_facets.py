"""Facet counting: the pure function, against counting material by material."""

from hypothesis import given
from hypothesis import strategies as st

from resources.facets import FACETS, Cell, count_facets

cells = st.builds(
    lambda subject, type_, purpose, level, first, length, community, licence, count: Cell(
        subject, type_, purpose, level, first, first and min(11, first + length), community, licence, count
    ),
    *[st.sampled_from([None, 1, 2])] * 4,
    st.sampled_from([None, 1, 5, 8]),
    st.integers(0, 3),
    st.integers(1, 3),
    st.sampled_from(["cc-by", "network"]),
    st.integers(1, 4),
)
choices = st.fixed_dictionaries(
    {},
    optional={
        **{facet: st.frozensets(st.integers(1, 3), min_size=1) for facet in ("subject", "type", "purpose", "level", "community")},
        "grade": st.frozensets(st.integers(1, 11), min_size=1),
        "licence": st.frozensets(st.sampled_from(["cc-by", "network"]), min_size=1),
    },
)


def values(cell: Cell, facet: str) -> list:
    if facet == "grade":
        return [] if cell.grade_from is None else list(range(cell.grade_from, cell.grade_to + 1))
    return [getattr(cell, facet)]


def answers(cell: Cell, chosen: dict, *, except_for: str = "") -> bool:
    return all(facet == except_for or any(value in wanted for value in values(cell, facet)) for facet, wanted in chosen.items())


@given(st.lists(cells, max_size=12), choices)
def test_every_number_is_what_plain_counting_gives(cube: list[Cell], chosen: dict) -> None:
    counts = count_facets(cube, chosen)
    assert counts.total == sum(cell.materials for cell in cube if answers(cell, chosen))
    for facet in FACETS:
        keys = {value for cell in cube for value in values(cell, facet)}
        plain = {key: sum(cell.materials for cell in cube if answers(cell, chosen, except_for=facet) and key in values(cell, facet)) for key in keys}
        assert {key: number for key, number in counts.counts[facet].items() if number} == {key: number for key, number in plain.items() if number}
    for facet in chosen:
        assert counts.without[facet] == sum(cell.materials for cell in cube if answers(cell, chosen, except_for=facet))


def test_a_span_of_grades_counts_once_for_the_total_and_in_each_grade() -> None:
    counts = count_facets([Cell(1, 1, None, None, 7, 9, 1, "cc-by", 2)], {"grade": {8, 9}})
    assert counts.total == 2
    assert dict(counts.counts["grade"]) == {7: 2, 8: 2, 9: 2}
