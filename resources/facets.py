"""Counting the facets of a catalogue in one pass over a cube of counts. Pure: no database, no request."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

# In the order of the page.
FACETS = ("subject", "grade", "level", "purpose", "type", "community", "licence")

# Counts are exact up to here; beyond, «more than» is said, since nobody chooses by the difference between 40,000 and 50,000.
COUNTED = 1000

Key = int | str | None


# How the search document of a material says its value of a facet, see `foundation.text_search.document`.
MARKS = {"subject": "s", "grade": "g", "level": "e", "purpose": "p", "type": "t", "community": "l", "licence": "c"}


class Cell(NamedTuple):
    """How many materials share all of these; the ids of reference rows, None where nothing is said."""

    subject: int | None
    type: int | None
    purpose: int | None
    level: int | None
    grade_from: int | None
    grade_to: int | None
    community: int | None
    licence: str
    materials: int


# The same columns as fields of a material.
CELL_FIELDS = ("subject_id", "type_id", "purpose_id", "education_level_id", "grade_from", "grade_to", "library_id", "licence")
# Where a facet stands in a Cell; a grade lies between two columns.
COLUMNS = {facet: Cell._fields.index(facet) for facet in FACETS if facet != "grade"}


@dataclass
class FacetCounts:
    """`found` is everything that was counted, `total` answers the whole selection; `counts[facet][key]` leaves the facet's own selection out;
    `without[facet]` is what the selection would return if this one facet were dropped. Facets in `beyond` were not counted to the end."""

    found: int = 0
    total: int = 0
    counts: dict[str, Counter] = field(default_factory=lambda: {facet: Counter() for facet in FACETS})
    without: Counter = field(default_factory=Counter)
    beyond: set[str] = field(default_factory=set)


def answers(card: Sequence[Any], chosen: Mapping[str, Collection[Key]]) -> bool:
    """Whether a material, its first columns those of a Cell, answers all chosen facets."""
    return all(any(key in wanted for key in _keys(card, facet)) for facet, wanted in chosen.items())


def mark(facet: str, key: Key) -> str:
    """One value of a facet, in letters and digits."""
    return f"{MARKS[facet]}{str(key).replace('-', '')}"


def marks_of(card: Sequence[Any]) -> list[str]:
    """All that a material's first columns, those of a Cell, say."""
    return [mark(facet, key) for facet in FACETS for key in _keys(card, facet) if key is not None]


def count_facets(cube: Iterable[Cell], chosen: Mapping[str, Collection[Key]]) -> FacetCounts:
    """Count every facet: OR inside a facet, AND between facets. A material counts once in each of its grades.

    A cell that fails two facets counts nowhere; one that fails a single facet counts in that facet alone, since there
    the own selection does not matter.
    """
    result = FacetCounts()
    selected = [(facet, wanted) for facet in FACETS if (wanted := chosen.get(facet))]
    for cell in cube:
        result.found += cell.materials
        failed = [facet for facet, wanted in selected if wanted.isdisjoint(_keys(cell, facet))] if selected else ()  # type: ignore[attr-defined]
        if len(failed) > 1:
            continue
        count = cell[8]
        if not failed:
            result.total += count
            # Kept flat: this runs for each of thousands of cells.
            counts = result.counts
            counts["subject"][cell[0]] += count
            counts["type"][cell[1]] += count
            counts["purpose"][cell[2]] += count
            counts["level"][cell[3]] += count
            counts["community"][cell[6]] += count
            counts["licence"][cell[7]] += count
            for grade in _keys(cell, "grade"):
                counts["grade"][grade] += count
        else:
            for key in _keys(cell, failed[0]):
                result.counts[failed[0]][key] += count
        for facet in failed or [facet for facet, _ in selected]:
            result.without[facet] += count
    return result


def _keys(cell: Sequence[Any], facet: str) -> Iterable[Key]:
    if facet == "grade":
        return range(cell[4], cell[5] + 1) if cell[4] and cell[5] else ()
    return (cell[COLUMNS[facet]],)
