"""One verdict: six lights in words, no index.

No weighted sum: units and directions differ, activity must not make up for a missing goal, and a score would be gamed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from metrics.indicators.result import Reason, Result, Status
from metrics.indicators.rules import worse

# The groups of the source and the indicators whose lights they show; `ties` has no light.
GROUPS = {
    "goal": ("goal",),
    "members": ("active_members", "independence"),
    "leaders": ("leaders", "levels"),
    "diversity": ("diversity",),
    "plan": ("plan",),
    "duration": ("duration",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The light of each group, how many there are of each, and the worst indicator with its reason (None when every light is green or grey)."""

    lights: Mapping[str, Status]
    numbers: Mapping[Status, int]
    worst: str | None
    reason: Reason | None


def verdict(results: Mapping[str, Result]) -> Verdict:
    """The light of a group is the worse of its parts, grey left out; of several equally bad indicators the first is named."""
    lights = {group: worse([results[name].status for name in names]) for group, names in GROUPS.items()}
    statuses: tuple[Status, ...] = ("green", "amber", "red", "grey")
    numbers = {status: list(lights.values()).count(status) for status in statuses}
    bad = worse(list(lights.values()))
    worst = next((name for names in GROUPS.values() for name in names if results[name].status == bad), None) if bad in {"amber", "red"} else None
    return Verdict(lights=lights, numbers=numbers, worst=worst, reason=results[worst].reason if worst else None)
