"""What every indicator gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from metrics.indicators.windows import Window

# Changes with every definition and default below; old snapshots keep theirs.
FORMULA_VERSION = "1"

Status = Literal["green", "amber", "red", "grey"]
Part: TypeAlias = "float | int | tuple[str, ...] | None"

# Parts that are counts (or days): they stay when a group is too small for shares and indices.
COUNTS = frozenset(
    {"active", "members", "new", "returned", "lapsed", "core", "regular", "casual", "readers", "elephant_factor", "absence_factor"}
    | {"external_ties", "internal_ties", "richness", "units", "held", "due", "outstanding", "off_plan", "stated", "present"}
    | {"streak_weeks", "longest_streak_weeks", "longest_gap_weeks", "version_age_days", "lifespan_days", "median_survival_days"}
    | {"nodes", "edges", "max_core", "components", "isolates"}
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no value or this light: a code with its parameters. The words are made in `metrics.words`, in the reader's language."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One indicator at one date: full precision, None where there is no value."""

    name: str
    window: Window
    value: float | int | None = None
    numerator: float | int | None = None
    denominator: float | int | None = None
    # Size of what is measured, see indicators.md: it decides the rules of small numbers.
    n: int = 0
    # Wilson 95 % interval of a proportion.
    lower: float | None = None
    upper: float | None = None
    status: Status = "grey"
    reason: Reason | None = None
    # Further remarks beside the reason: «few data», «check the goal», «median of k communities», errors of data.
    notes: tuple[Reason, ...] = ()
    parts: Mapping[str, Part] = field(default_factory=dict)
    formula_version: str = FORMULA_VERSION

    @property
    def as_of(self) -> Any:
        """T, the last day of the window."""
        return self.window.end

    def but(self, **changes: Any) -> "Result":
        """A copy with these changes."""
        return replace(self, **changes)

    def counts_only(self, reason: Reason) -> "Result":
        """Too few for a share: counts stay, the value, its interval, the light and every other part go."""
        parts = {name: part if name in COUNTS else None for name, part in self.parts.items()}
        return self.but(value=None, lower=None, upper=None, status="grey", reason=reason, parts=parts)

    def grey(self, reason: Reason) -> "Result":
        """No light, for this reason; the figures stay."""
        return self.but(status="grey", reason=reason)
