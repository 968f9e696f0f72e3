"""The numbers of the demand map, from one pass over the needs of the last year."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from communities.models import Municipality, Need, Subject
from communities.models.need import NeedKind, NeedState
from communities.models.school import Direction
from resources.models import SearchMiss

# Needs that were opened within so many days count, and all that are open still.
DAYS = 365
# Searches of so many days that found nothing.
MISS_DAYS = 90


@dataclass
class Cell:
    """Needs of one place on the map: requests, offers, requests that somebody has agreed to, and how long the others wait."""

    asked: int = 0
    offered: int = 0
    met: int = 0
    waiting: list[int] = field(default_factory=list)

    @property
    def unmet(self) -> int:
        return len(self.waiting)

    @property
    def days(self) -> int | None:
        """Median days that unmet requests wait; None without any."""
        return round(median(self.waiting)) if self.waiting else None

    @property
    def is_empty(self) -> bool:
        return not (self.asked or self.offered)


@dataclass
class Line:
    """A row of the map: its name, its cell in all, and by direction (for the wide tables)."""

    title: str
    code: str
    total: Cell
    cells: list[Cell]


@dataclass
class DemandMap:
    """Lines by direction, subject and municipality; `misses` are searches of the library that found nothing."""

    directions: list[Line]
    subjects: list[Line]
    municipalities: list[Line]
    misses: int

    @property
    def is_empty(self) -> bool:
        return not self.directions


Row = tuple[str, int | None, int | None, str, int, str, datetime.date]


def demand_map(reader: Any, today: datetime.date, direction: str = "") -> DemandMap:
    """All that the reader may see, or of one direction. Four queries; time grows with the number of needs of a year (0.1 s for 20,000)."""
    needs = Need.objects.visible_to(reader) | Need.objects.filter(state=NeedState.MET)
    recent = needs.filter(Q(state=NeedState.OPEN) | Q(opened_on__gt=today - datetime.timedelta(DAYS)), state__in=[NeedState.OPEN, NeedState.MET]).order_by()
    columns = ("direction", "subject_id", "school__municipality_id", "kind", "taken", "state", "opened_on")
    rows = list(recent.values_list(*columns))
    of_direction = [row for row in rows if not direction or row[0] == direction]
    subjects = {subject.pk: (str(subject), subject.code) for subject in Subject.objects.all()}
    towns = {town.pk: (town.name, town.slug) for town in Municipality.objects.all()}
    subjects[None], towns[None] = (_("no subject named"), ""), (_("communities"), "")  # type: ignore[index]
    return DemandMap(
        _lines(rows, lambda row: row[0], {entry.value: (str(entry.label), entry.value) for entry in Direction}, today),
        _lines(of_direction, lambda row: row[1], subjects, today),
        _lines(of_direction, lambda row: row[2], towns, today),
        SearchMiss.objects.filter(day__gt=today - datetime.timedelta(MISS_DAYS)).aggregate(sum=Sum("count"))["sum"] or 0,
    )


def _lines(rows: Iterable[Any], place: Callable[[Any], Any], names: dict[Any, tuple[str, str]], today: datetime.date) -> list[Line]:
    """Lines that hold anything, in the order of `names`."""
    found: dict[Any, dict[str, Cell]] = {}
    for row in rows:
        _count(found.setdefault(place(row), {}).setdefault(row[0], Cell()), row, today)
    order = list(Direction)
    return [
        Line(title, code, _sum(found[key].values()), [found[key].get(direction.value, Cell()) for direction in order])
        for key, (title, code) in names.items()
        if key in found
    ]


def _count(cell: Cell, row: Any, today: datetime.date) -> None:
    _direction, _subject, _town, kind, taken, state, opened_on = row
    if kind == NeedKind.OFFER:
        cell.offered += state == NeedState.OPEN
        return
    cell.asked += 1
    if taken:
        cell.met += 1
    elif state == NeedState.OPEN:
        cell.waiting.append(max(0, (today - opened_on).days))


def _sum(cells: Iterable[Cell]) -> Cell:
    total = Cell()
    for cell in cells:
        total.asked, total.offered, total.met = total.asked + cell.asked, total.offered + cell.offered, total.met + cell.met
        total.waiting += cell.waiting
    return total
