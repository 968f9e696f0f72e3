"""The defaults (D) of indicators.md. Administrators may change each; a changed one makes a new formula version."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Bounds of the lights and of the definitions. Shares are 0…1, times as named."""

    # 1 goal
    goal_green: float = 0.5
    goal_red: float = 0.5
    # «Check that the goal is not a mere formality»: at least this share, unrevised for so many months.
    goal_formal_share: float = 0.95
    goal_formal_months: int = 24
    # 2a active members
    active_green: float = 0.3
    core_share: float = 0.8
    regular_share: float = 0.95
    # 2b independence
    largest_school_red: float = 0.5
    # 3a leaders: absence factor
    leaders_green: float = 3
    leaders_red: float = 1
    weight_event: float = 1
    weight_material: float = 1
    weight_plan_item: float = 1
    # 3b levels
    openness_green: float = 0.8
    openness_red: float = 0.2
    level_share: float = 0.05
    levels_green: int = 3
    # 4 diversity: ¹D of kinds
    diversity_green: float = 3
    diversity_red: float = 1.5
    diversity_few_units: int = 20
    # 5 plan
    plan_green: float = 0.85
    plan_red: float = 0.6
    on_time_days: int = 14
    # 6 duration
    continuity_green: float = 0.5
    continuity_red: float = 0.25
    retention_green: float = 0.6
    retention_red: float = 0.25
    survival_departures: int = 10
    # Ties: an event or material with more members gives none; as many shared ones make a tie.
    tie_largest_event: int = 50
    tie_shared: int = 1
    # Dormant: silent for longer than so many school weeks and so many times the median gap.
    dormant_weeks: int = 6
    dormant_gaps: float = 3
    # A window with a larger share of holidays has no lights.
    holiday_share: float = 1 / 3


DEFAULTS = Thresholds()
# Fixed by the conventions: below `FEW` a group is shown in counts only, below `ENOUGH` with the mark «few data».
FEW = 5
ENOUGH = 10
