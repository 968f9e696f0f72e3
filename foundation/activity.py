"""The one announcement every room makes when somebody has done something.

`record` sends a signal; the metrics room alone listens and writes the ledger row inside the same transaction. A room
therefore never learns that metrics exists, and an act that was rolled back was never counted.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Kinds of activity: the closed list of `vocabularies.md`; order is the order of display."""

    SEMINAR = "seminar", _("seminar")
    WEBINAR = "webinar", _("webinar")
    MASTER_CLASS = "master-class", _("master class")
    OPEN_LESSON = "open-lesson", _("open lesson")
    JOINT_LESSON = "joint-lesson", _("joint lesson")
    ROUND_TABLE = "round-table", _("round table")
    CONFERENCE = "conference", _("conference")
    READINGS = "readings", _("pedagogical readings")
    CONTEST = "contest", _("contest")
    TEACHER_CONTEST = "teacher-contest", _("professional contest")
    OLYMPIAD = "olympiad", _("olympiad")
    GAME = "game", _("intellectual game")
    CAMP = "camp", _("specialised camp")
    PROJECT = "project", _("project")
    SOCIAL_ACTION = "social-action", _("social initiative")
    EXCHANGE_VISIT = "exchange-visit", _("exchange visit")
    CONSULTATION = "consultation", _("consultation")
    MENTORING = "mentoring", _("mentoring")
    MEETING = "meeting", _("meeting")
    WORKSHOP = "workshop", _("workshop")
    INTERNSHIP = "internship", _("internship")
    METHODICAL_WEEK = "methodical-week", _("methodical week")
    MATERIAL = "material", _("publication of a material")
    REVIEW = "review", _("review")
    DISCUSSION = "discussion", _("discussion")
    BEST_PRACTICE_SESSION = "best-practice-session", _("best-practice session")


class InteractionLevel(models.TextChoices):
    """Levels of interaction, narrowest first. Only the first two and inter-municipal are ever derived."""

    SCHOOL = "school", _("school level")
    INTER_SCHOOL = "inter-school", _("inter-school level")
    MUNICIPAL = "municipal", _("municipal level")
    INTER_MUNICIPAL = "inter-municipal", _("inter-municipal level")
    REGIONAL = "regional", _("regional level")
    NATIONAL = "national", _("national level")


recorded = Signal()
recorded_many = Signal()


def record(
    verb: str,
    *,
    by: models.Model,
    target: models.Model,
    community: models.Model | None = None,
    level: InteractionLevel | str | None = None,
    kind: Kind | str | None = None,
    on: datetime.date | None = None,
    delta: int = 1,
) -> None:
    """Announce that `by` did `verb` to `target`; call it inside the transaction that makes it true.

    `on` is the day of the act in the network's time zone (today by default; imports give the day it happened).
    `delta` is +1, or -1 for a correction that compensates an earlier row. Raises `TransactionManagementError` outside
    a transaction: the act and its ledger row live or die together.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record() must run inside the transaction of the act")
    act: dict[str, Any] = {"verb": verb, "by": by, "target": target, "community": community, "level": level, "kind": kind, "delta": delta}
    recorded.send(sender=type(target), on=on or timezone.localdate(), **act)


@dataclass(frozen=True, slots=True)
class Act:
    """One act for `record_many`; the fields are those of `record`, the day is always said."""

    verb: str
    by: models.Model
    target: models.Model
    on: datetime.date
    community: models.Model | None = None
    level: InteractionLevel | str | None = None
    kind: Kind | str | None = None
    delta: int = 1


def record_many(acts: Sequence[Act]) -> None:
    """`record` for thousands of acts at once, under the same rules: for imports and demos, where a signal per act would take minutes."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record_many() must run inside the transaction of the acts")
    recorded_many.send(sender=Act, acts=acts)
