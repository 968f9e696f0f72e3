"""The one table of verbs: does an act qualify, did its actor begin it, of which kind of activity is it by default?

Source: indicators.md, «Conventions, Act». A verb that is missing here cannot be recorded.
"""

from typing import NamedTuple

from foundation.activity import Kind


class Verb(NamedTuple):
    qualifying: bool
    initiative: bool
    kind: Kind | None

    @property
    def in_event(self) -> bool:
        """Of a held event all parts that a person takes are one act."""
        return self in (VERBS["organised"], VERBS["attended"])


VERBS = {
    "published": Verb(qualifying=True, initiative=True, kind=Kind.MATERIAL),
    "reused": Verb(qualifying=True, initiative=False, kind=Kind.MATERIAL),
    "adapted": Verb(qualifying=True, initiative=True, kind=Kind.MATERIAL),
    "reviewed": Verb(qualifying=True, initiative=False, kind=Kind.REVIEW),
    "began-topic": Verb(qualifying=True, initiative=True, kind=Kind.DISCUSSION),
    "wrote-post": Verb(qualifying=True, initiative=False, kind=Kind.DISCUSSION),
    # Of a held event a person has one act, whatever their roles: organised before attended.
    "organised": Verb(qualifying=True, initiative=True, kind=Kind.MEETING),
    "attended": Verb(qualifying=True, initiative=False, kind=Kind.MEETING),
    "carried-out-item": Verb(qualifying=True, initiative=False, kind=None),
    "carried-out-stage": Verb(qualifying=True, initiative=False, kind=Kind.PROJECT),
    "led-session": Verb(qualifying=True, initiative=False, kind=Kind.BEST_PRACTICE_SESSION),
    "mentored": Verb(qualifying=True, initiative=False, kind=Kind.MENTORING),
    "answered": Verb(qualifying=False, initiative=False, kind=Kind.DISCUSSION),
    "downloaded": Verb(qualifying=False, initiative=False, kind=None),
    "founded": Verb(qualifying=False, initiative=True, kind=None),
    "joined": Verb(qualifying=False, initiative=False, kind=None),
    "left": Verb(qualifying=False, initiative=False, kind=None),
    "invited": Verb(qualifying=False, initiative=False, kind=None),
    "set-goal": Verb(qualifying=False, initiative=False, kind=None),
    "endorsed-goal": Verb(qualifying=False, initiative=False, kind=None),
    "facility-lent": Verb(qualifying=False, initiative=False, kind=None),
    "opened-need": Verb(qualifying=True, initiative=True, kind=None),
    "answered-need": Verb(qualifying=True, initiative=False, kind=None),
    "agreed-partnership": Verb(qualifying=False, initiative=False, kind=None),
    "finished-partnership": Verb(qualifying=False, initiative=False, kind=None),
    "confirmed-teacher": Verb(qualifying=False, initiative=False, kind=None),
}

QUALIFYING = frozenset(name for name, verb in VERBS.items() if verb.qualifying)
