"""The source's table of peculiarities and directions, each direction with what carries it in the portal today (`communities.directions`)."""

from typing import Any, NamedTuple

from communities.directions import Link, links_of
from communities.models import SchoolPeculiarity
from communities.models.school import DIRECTIONS_OF, Direction, Peculiarity


class DirectionRow(NamedTuple):
    direction: Direction
    title: str
    carriers: list[Link]


class PeculiarityRow(NamedTuple):
    peculiarity: Peculiarity
    title: str
    schools: int
    directions: list[DirectionRow]


def directions_table(teacher: Any) -> list[PeculiarityRow]:
    """The table for this reader; a direction that nothing carries yet has no link at all."""
    carried = links_of(list(Direction), None, teacher)
    schools = dict.fromkeys(Peculiarity, 0)
    for code in SchoolPeculiarity.objects.filter(ended_on=None, school__closed_on=None).values_list("peculiarity", flat=True):
        schools[Peculiarity(code)] += 1
    return [
        PeculiarityRow(peculiarity, peculiarity.label, schools[peculiarity], [DirectionRow(d, d.label, carried[d]) for d in found])
        for peculiarity, found in DIRECTIONS_OF.items()
    ]
