"""Counting rows inside a query."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

# Numbers are exact up to here; above it says «больше 1000».
EXACT = 1000


class CountOf(Subquery):
    """How many rows a subquery has; with a sliced one the database stops there."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True)
class Found:
    """The first few of what a search finds, and how many there are: exact up to EXACT, EXACT + 1 for more."""

    rows: list[Any] = field(default_factory=list)
    total: int = 0

    @property
    def is_beyond(self) -> bool:
        """More were found than are counted."""
        return self.total > EXACT


def first_of(rows: QuerySet, limit: int) -> Found:
    """The first `limit` rows with their number: one query, which counts no more than EXACT + 1 rows."""
    # The number does not depend on the row: databases count it once.
    counted = CountOf(rows.order_by().values("pk")[: EXACT + 1])
    found = list(rows.annotate(found_count=counted)[:limit])
    return Found(found, found[0].found_count if found else 0)
