"""A plan in figures, as its page and its papers show it. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass

from events.models import PlanItem
from events.models.plan import ItemStatus


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """Counts over the items of one plan; the headline is `held` of `in_plan`, what was added later stands beside it."""

    in_plan: int
    held: int
    off_plan: int
    off_plan_held: int
    cancelled: int
    moved: int
    late: int
    due: int

    @property
    def is_on_schedule(self) -> bool:
        """Everything that was due so far is carried out."""
        return self.late == 0


def figures_of(items: Iterable[PlanItem], *, approved: bool) -> PlanFigures:
    """In a draft every item counts as planned; in an approved plan those with a baseline."""
    rows = list(items)
    planned = [item for item in rows if item.baseline_on is not None or not approved]
    later = [item for item in rows if item.baseline_on is None and approved]
    return PlanFigures(
        in_plan=len(planned),
        held=sum(item.status == ItemStatus.HELD for item in planned),
        off_plan=len(later),
        off_plan_held=sum(item.status == ItemStatus.HELD for item in later),
        cancelled=sum(item.status == ItemStatus.CANCELLED for item in rows),
        moved=sum(item.was_moved for item in rows),
        late=sum(item.is_late for item in rows),
        due=sum(not item.is_open or item.is_late for item in planned),
    )
