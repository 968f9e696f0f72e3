"""The words of the indicators' reasons, in the reader's language; the indicators themselves know codes alone."""

from collections.abc import Mapping
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from metrics.indicators.result import Reason, Result

SENTENCES: Mapping[str, str] = {
    "no-members": gettext_noop("no data: there are no members"),
    "no-active": gettext_noop("no data: nobody was active in the period"),
    "no-units": gettext_noop("no data: there was no activity in the period"),
    "no-school-weeks": gettext_noop("no data: there is no school week in the period"),
    "no-schools": gettext_noop("no data: those who were active belong to no school"),
    "no-leadership": gettext_noop("no data: nobody organised, published or carried out anything in the period"),
    "no-ties": gettext_noop("no data: nobody took part in anything together"),
    "one-school": gettext_noop("no data: everybody is from one school"),
    "no-communities": gettext_noop("no data: no community here is active"),
    "no-plan": gettext_noop("there is no plan"),
    "nothing-due": gettext_noop("nothing was due in the period yet"),
    "graph-pending": gettext_noop("no data: ties are counted at night"),
    "too-few": gettext_noop("too little data for a share: %(n)s"),
    "few-data": gettext_noop("little data: %(n)s"),
    "holidays": gettext_noop("holidays: compare with last year"),
    "dormant": gettext_noop("inactive since %(since)s"),
    "no-goal": gettext_noop("the goal is not stated"),
    "goal-endorsed": gettext_noop("the current goal is endorsed by %(endorsed)s of %(members)s"),
    "goal-formal": gettext_noop("check that the goal is not a mere formality"),
    "active-few": gettext_noop("active: %(active)s of %(members)s"),
    "one-school-scope": gettext_noop("one school: there is nothing to compare it with"),
    "largest-school": gettext_noop("one school makes %(share)s of all acts"),
    "leaders-few": gettext_noop("half of the leadership rests on so few people: %(factor)s"),
    "one-level": gettext_noop("all acts are on one level of interaction"),
    "closed-schools": gettext_noop("schools hardly work with each other"),
    "openness-low": gettext_noop("schools work with each other less than at random"),
    "levels-few": gettext_noop("levels of interaction with a noticeable share of acts: %(levels)s"),
    "kinds-few": gettext_noop("kinds of activity, as if equal: %(kinds)s"),
    "plan-behind": gettext_noop("held: %(held)s of %(due)s due"),
    "continuity-low": gettext_noop("school weeks with a common act: %(share)s"),
    "retention-low": gettext_noop("stayed active: %(stayed)s of %(before)s"),
    "retention-unknown": gettext_noop("there is no earlier period to compare with yet"),
    "median": gettext_noop("median; communities: %(communities)s"),
    "median-goal": gettext_noop("in the middle community the goal is endorsed by too few"),
    "median-leaders": gettext_noop("in the middle community the leadership rests on too few"),
    "median-duration": gettext_noop("in the middle community common work is too rare or people do not stay"),
    "tie-threshold": gettext_noop("a tie is this many shared events or materials, or more: %(shared)s"),
    "future-rows": gettext_noop("acts dated in the future, not counted: %(count)s"),
    "future-events": gettext_noop("held events dated in the future, not counted: %(count)s"),
    "held-in-future": gettext_noop("plan items marked as held with a later date or none, not counted as held: %(count)s"),
    "no-organiser": gettext_noop("held events without an organiser: %(count)s"),
    "no-school": gettext_noop("members without a school: %(count)s"),
}


def sentence(reason: Reason) -> str:
    """The reason in words. An unknown code is a programming error (KeyError)."""
    return _(SENTENCES[reason.code]) % {name: _shown(name, value) for name, value in reason.params.items()}


def explained(result: Result) -> str | None:
    """The reason and the mark «little data» of a result as one sentence, None when there is nothing to say."""
    marks = [note for note in result.notes if note.code in {"few-data", "goal-formal", "median"}]
    return "; ".join(sentence(reason) for reason in ([result.reason] if result.reason else []) + marks) or None


def _shown(name: str, value: Any) -> str:
    if name == "since":
        return formats.date_format(value, "DATE_FORMAT")
    if name == "share":
        return f"{round(value * 100)}\N{NO-BREAK SPACE}%"
    return formats.number_format(value, 1 if isinstance(value, float) else None)


NAMES: Mapping[str, str] = {
    "goal": gettext_noop("Unifying goal"),
    "active_members": gettext_noop("Active members"),
    "independence": gettext_noop("Independence of members"),
    "leaders": gettext_noop("Multiple leaders"),
    "levels": gettext_noop("Multiple levels of interaction"),
    "diversity": gettext_noop("Diversity of kinds of activity"),
    "plan": gettext_noop("Planned events carried out"),
    "duration": gettext_noop("Duration of interaction"),
    "ties": gettext_noop("Ties between people"),
}


def name_of(indicator: str) -> str:
    """The indicator's name in the reader's language."""
    return _(NAMES[indicator])
