"""Counting the facets of a catalogue in one pass over a cube of counts. Pure: no database, no request."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

# In the order of the page.
FACETS = ("subject", "grade", "level", "purpose", "type", "community", "licence")

# Counts are exact up to here; beyond, «more than» is said, since nobody chooses by the difference between 40,000 and 50,000.
COUNTED = 1000

Key = int | str | None


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


@dataclass
class FacetCounts:
    """`found` is everything that was counted, `total` answers the whole selection; `counts[facet][key]` leaves the facet's own selection out;
    `without[facet]` is what the selection would return if this one facet were dropped. Facets in `beyond` were not counted to the end."""

    found: int = 0
    total: int = 0
    counts: dict[str, Counter] = field(default_factory=lambda: {facet: Counter() for facet in FACETS})
    without: Counter = field(default_factory=Counter)
    beyond: set[str] = field(default_factory=set)


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


def _keys(cell: Cell, facet: str) -> Iterable[Key]:
    if facet == "grade":
        return range(cell.grade_from, cell.grade_to + 1) if cell.grade_from and cell.grade_to else ()
    return (getattr(cell, facet),)
