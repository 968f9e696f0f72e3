"""What the portal knows of a teacher's work, section by section; the teacher chooses what a confirmation for attestation says.

`SECTIONS` is a registry: an upper room appends `section(teacher, period) -> Section | None` in its `ready()`. A section costs at most
three queries and names no pupil, no contact, and nothing that only others may read.
"""

import datetime
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from communities.models import Teacher

# A paper of more rows a section is not read; what is over goes into one row with its figures.
ROWS = 40
REST = "rest"


@dataclass(frozen=True, slots=True)
class Period:
    """Both days count; an empty one is open."""

    since: datetime.date | None
    until: datetime.date

    def holds(self, day: datetime.date) -> bool:
        return (self.since is None or self.since <= day) and day <= self.until


@dataclass(slots=True)
class Row:
    """A fact. `cells` are the words under the section's columns; `counts` are its part in the section's figures: a number
    to add up, or the ids of things that several facts may share."""

    key: str
    cells: list[str]
    counts: dict[str, int | frozenset[int]] = field(default_factory=dict)


@dataclass(slots=True)
class Section:
    """`figures` are the keys of the rows' counts with their words; a row without counts is one of the first figure."""

    code: str
    title: str
    columns: list[str]
    rows: list[Row]
    figures: dict[str, str]

    def totals(self) -> list[tuple[str, int]]:
        """The figures of the section's rows in words and numbers."""
        return [(words, _size(_merged(row.counts.get(key, 0) for row in self.rows))) for key, words in self.figures.items()]

    def only(self, keys: Collection[str]) -> "Section":
        """The section with the chosen rows alone."""
        return Section(self.code, self.title, self.columns, [row for row in self.rows if f"{self.code}:{row.key}" in keys], self.figures)


SECTIONS: list[Callable[[Teacher, Period], Section | None]] = []


def sections_of(teacher: Teacher, period: Period) -> list[Section]:
    """The sections that hold anything, each with at most ROWS rows and the rest in one."""
    made = (make(teacher, period) for make in SECTIONS)
    return [_bounded(section) for section in made if section is not None and section.rows]


def _bounded(section: Section) -> Section:
    if len(section.rows) <= ROWS:
        return section
    shown, rest = section.rows[: ROWS - 1], section.rows[ROWS - 1 :]
    counts = {key: _merged(row.counts.get(key, 0) for row in rest) for key in section.figures}
    words = _("and %(number)d more") % {"number": len(rest)}
    return Section(section.code, section.title, section.columns, [*shown, Row(REST, [words, *[""] * (len(section.columns) - 1)], counts)], section.figures)


def _merged(counts: Iterable[int | frozenset[int]]) -> int | frozenset[int]:
    number, ids = 0, frozenset[int]()
    for count in counts:
        if isinstance(count, int):
            number += count
        else:
            ids |= count
    return ids or number


def _size(count: int | frozenset[int]) -> int:
    return count if isinstance(count, int) else len(count)
