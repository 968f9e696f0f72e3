"""What the indicators are given: plain facts of one scope at one as-of date and window, without a trace of the database.

Whoever fills them has applied the scope already: in a community the rows of that community by people who were its members that day, in a school or
municipality the rows frozen there, in the network all rows. Everything that a counter can hold is a total here (`WindowCounts`), so that a reading costs
what the counters cost and never the length of the ledger; `metrics.indicators.counting` makes the same totals from day roll-ups for any other date.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from metrics.indicators.calendar import SchoolCalendar
from metrics.indicators.windows import Window

# Keys of people, schools, events … : any one sortable type, usually the row's number.
Key: TypeAlias = int | str
ScopeType = Literal["community", "school", "municipality", "network"]

# Codes of `vocabularies.md`, narrowest first; the order of display.
LEVELS = ("school", "inter-school", "municipal", "inter-municipal", "regional", "national")


class LedgerRow(NamedTuple):
    """One row of the ledger as `counting.roll_up` folds it."""

    actor: Key
    verb: str
    target: Key
    day: datetime.date
    kind: str
    level: str
    school: Key | None = None
    municipality: Key | None = None
    # +1, or −1 when a later row takes the act back.
    delta: int = 1
    initiative: bool = False
    # The act is a part taken in a held event: whatever the roles, it is one act per person and event.
    in_event: bool = False


class RollUp(NamedTuple):
    """Existing qualifying acts of one person on one day, of one kind and level. Rows with acts ≤ 0 stand for nothing."""

    actor: Key
    day: datetime.date
    kind: str
    level: str
    school: Key | None = None
    municipality: Key | None = None
    acts: int = 1
    # How many of them the person began (verbs of initiative).
    begun: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowCounts:
    """Totals of one window: what `window_count` holds. Keys with 0 may be there or not; order means nothing."""

    # person → acts, of everybody with rows in the scope (also of those who have left since)
    acts: Mapping[Key, int] = field(default_factory=dict)
    # people with ≥ 1 act of initiative
    initiators: frozenset[Key] = frozenset()
    # school → acts (rows without a school are left out)
    by_school: Mapping[Key, int] = field(default_factory=dict)
    # level → acts
    by_level: Mapping[str, int] = field(default_factory=dict)
    # person → the levels they acted on
    levels_of: Mapping[Key, frozenset[str]] = field(default_factory=dict)
    # kind → distinct (actor, kind, day)
    units: Mapping[str, int] = field(default_factory=dict)
    # day → acts (for the slope of weekly acts)
    by_day: Mapping[datetime.date, int] = field(default_factory=dict)


class Spell(NamedTuple):
    """One membership from–to; outside a community one confirmed employment. Who comes back has another one."""

    person: Key
    joined_on: datetime.date
    left_on: datetime.date | None = None
    # Begun by the member's own wish; None = unknown.
    self_joined: bool | None = None
    # Holds (or held last) a formal role: leader or moderator.
    formal: bool = False
    # First day from which we would have seen the member leave, when that is later than `joined_on` (delayed entry).
    seen_from: datetime.date | None = None


def members_at(spells: Sequence[Spell], day: datetime.date) -> frozenset[Key]:
    """M: the members at the end of `day`; whoever leaves on it is gone."""
    return frozenset(spell.person for spell in spells if spell.joined_on <= day and (spell.left_on is None or spell.left_on > day))


class GoalVersion(NamedTuple):
    """One meaning of the goal; a corrected spelling makes no version."""

    id: Key
    since: datetime.date


class Endorsement(NamedTuple):
    version: Key
    person: Key
    on: datetime.date
    # Taken back on this day.
    until: datetime.date | None = None


class HeldEvent(NamedTuple):
    """An event that took place. Future ones and planned ones may be given too: they count for nothing."""

    id: Key
    held_on: datetime.date
    # Members of that day who took part in any role, organisers included; guests are not here.
    people: frozenset[Key]
    organisers: frozenset[Key] = frozenset()
    plan_item: Key | None = None


class Authored(NamedTuple):
    """A published material and those of its authors who were members that day."""

    id: Key
    published_on: datetime.date
    authors: frozenset[Key]


class PlanItem(NamedTuple):
    """An item of a plan of work. Each date says since when the fact is known; dates after T are ignored."""

    id: Key
    # The date in the plan when it was first approved; None = added later or never approved: off-plan, never due.
    baseline: datetime.date | None
    held_on: datetime.date | None = None
    # Said to be held, with or without a date: a date after T, or none, makes it an error of data.
    marked_held: bool = False
    cancelled_on: datetime.date | None = None
    cancelled: bool = False
    # A reason for the cancellation is given.
    reason: bool = False
    moved_to: datetime.date | None = None
    # When it was moved; None = always known.
    moved_on: datetime.date | None = None
    approved_on: datetime.date | None = None
    responsible: Key | None = None


class Reuse(NamedTuple):
    on: datetime.date
    person: Key
    schools: frozenset[Key] = frozenset()


class MaterialFacts(NamedTuple):
    """A published material with its reuses, for the profile."""

    id: Key
    published_on: datetime.date
    # Schools of the authors: reuse there reaches no *other* school.
    schools: frozenset[Key]
    reuses: tuple[Reuse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialTotals:
    """The library in numbers; a region's can be kept as counters, a community's is counted by `profile.material_totals`."""

    # Published in the window.
    published: int = 0
    # Published up to T.
    stock: int = 0
    # Reuses in the window.
    reuses: int = 0
    # Of the stock, never reused up to T.
    never_reused: int = 0
    # number of other schools reached up to T → materials of the stock with that number
    reached: Mapping[int, int] = field(default_factory=dict)


class Question(NamedTuple):
    """A topic that asks something, with its first answer by somebody else."""

    asked_at: datetime.datetime
    answered_at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything one reading of one scope needs."""

    scope: ScopeType
    window: Window
    calendar: SchoolCalendar
    counts: WindowCounts
    # M, and the members at T−W.
    members: frozenset[Key] = frozenset()
    members_before: frozenset[Key] = frozenset()
    # Everybody with ≥ 1 act in (T−2W, T−W].
    acted_before: frozenset[Key] = frozenset()
    # person → day of their first act ever in this scope; needed for the people of `counts.acts`.
    first_on: Mapping[Key, datetime.date] = field(default_factory=dict)
    # Everybody who downloaded something in the window.
    readers: frozenset[Key] = frozenset()
    # person → their schools at T (several are possible, none too).
    schools_of: Mapping[Key, frozenset[Key]] = field(default_factory=dict)
    # Schools in the scope, for the profile: of the members in a community, else those of the municipality or network.
    schools_in_scope: int = 0
    spells: Sequence[Spell] = ()
    goals: Sequence[GoalVersion] = ()
    endorsements: Sequence[Endorsement] = ()
    # Held in the window (more may be given).
    events: Sequence[HeldEvent] = ()
    # Published in the window (more may be given).
    authored: Sequence[Authored] = ()
    plan: Sequence[PlanItem] = ()
    # Days with acts of ≥ 2 members, all of history up to T, in any order.
    collective_days: Sequence[datetime.date] = ()
    founded_on: datetime.date | None = None
    materials: MaterialTotals = field(default_factory=MaterialTotals)
    questions: Sequence[Question] = ()
    # Rows dated after T that were met while reading: they change nothing and are said as a warning.
    future_rows: int = 0


class PupilEvent(NamedTuple):
    """A held event for pupils (gifted children's direction)."""

    held_on: datetime.date
    schools: frozenset[Key]
    pupils: int


class Loan(NamedTuple):
    """A material or facility of one school used by another."""

    on: datetime.date
    lender: Key
    borrower: Key
    what: Literal["material", "facility"]


class OpenEvent(NamedTuple):
    """A held event open to other schools, and the schools whose people came."""

    held_on: datetime.date
    schools: frozenset[Key]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeculiarityInputs:
    """Facts for the four peculiarities of a school, a municipality or the network."""

    window: Window
    # Teachers in scope, M.
    people: frozenset[Key] = frozenset()
    # All teachers who may be at the other end of a tie, those of the scope included.
    schools_of: Mapping[Key, frozenset[Key]] = field(default_factory=dict)
    subjects_of: Mapping[Key, frozenset[Key]] = field(default_factory=dict)
    # Ties that touch the scope; each pair once, in any order of the two.
    ties: frozenset[tuple[Key, Key]] = frozenset()
    # Schools in scope.
    schools: frozenset[Key] = frozenset()
    pupil_events: Sequence[PupilEvent] = ()
    # Materials for gifted pupils published up to T.
    gifted_materials: int = 0
    loans: Sequence[Loan] = ()
    # (subject, author) → reuses of their materials in the window
    reused_authors: Mapping[tuple[Key, Key], int] = field(default_factory=dict)
    open_events: Sequence[OpenEvent] = ()
