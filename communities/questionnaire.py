"""The school passport's questions, and what answers and facts together say of a peculiarity. Pure functions, nothing is asked of the database.

Each peculiarity of the source has five plain questions. An answer or a fact speaks for the peculiarity (1), partly (½) or against it (0);
the mean says whether it is expressed. Every one of them stands on the page as a reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models.passport import FEW_PUPILS, Fact
from communities.models.school import Peculiarity

Answer = str | int
EXPRESSED_FROM, PARTLY_FROM = 0.6, 0.3


class Say(models.TextChoices):
    YES = "yes", gettext_lazy("yes")
    PARTLY = "partly", gettext_lazy("partly")
    NO = "no", gettext_lazy("no")


class State(models.TextChoices):
    """The conclusion."""

    EXPRESSED = "expressed", gettext_lazy("expressed")
    PARTLY = "partly", gettext_lazy("expressed in part")
    NONE = "none", gettext_lazy("not expressed")
    UNKNOWN = "unknown", gettext_lazy("nothing is known yet")


@dataclass(frozen=True, slots=True)
class Question:
    """A question. With `full` and `half` it asks for a number: from which number on it speaks for the peculiarity, fully or by half.

    `yes_speaks_for`: whether «yes» is a sign of the peculiarity; of a number, whether more is. `of_pupils`: the number counts pupils.
    """

    code: str
    text: Any
    yes_speaks_for: bool = False
    full: int | None = None
    half: int | None = None
    of_pupils: bool = False

    @property
    def is_number(self) -> bool:
        return self.full is not None

    def weight(self, answer: Answer) -> float:
        """How far the answer speaks for the peculiarity: 1, ½ or 0."""
        if self.full is not None and self.half is not None:
            return _steps(int(answer), self.full, self.half, more=self.yes_speaks_for)
        if answer == Say.PARTLY:
            return 0.5
        return float((answer == Say.YES) == self.yes_speaks_for)


def _steps(value: int, full: int, half: int, *, more: bool) -> float:
    """1 from `full` on, ½ from `half` on, upwards (`more`) or downwards."""
    reached = (value >= full, value >= half) if more else (value <= full, value <= half)
    return 1.0 if reached[0] else 0.5 if reached[1] else 0.0


QUESTIONS: dict[Peculiarity, tuple[Question, ...]] = {
    Peculiarity.ISOLATION: (
        Question("sole", gettext_lazy("Are there subjects that only one teacher of the school teaches?"), yes_speaks_for=True),
        Question("advice", gettext_lazy("Has a teacher somebody in the school to talk over a difficult lesson of their subject with?")),
        Question("visits", gettext_lazy("Have your teachers been at lessons in other schools in the last year?")),
        Question("unions", gettext_lazy("Do your teachers take part in methodical unions of the district or the network?")),
        Question("km", gettext_lazy("How many kilometres is it to the nearest school where teachers can meet?"), yes_speaks_for=True, full=30, half=15),
    ),
    Peculiarity.GIFTED: (
        Question("plan", gettext_lazy("Has the school a programme or a plan of work with gifted children?")),
        Question("tutors", gettext_lazy("Does any teacher prepare pupils for olympiads all year round, not only just before?")),
        Question("clubs", gettext_lazy("Have able pupils anything beyond lessons: a club, an elective, research?")),
        Question("peers", gettext_lazy("Do they meet peers with the same interests from other schools?")),
        Question("stage", gettext_lazy("How many pupils took part in the municipal stage of the olympiad last school year?"), full=4, half=9, of_pupils=True),
    ),
    Peculiarity.INFRASTRUCTURE: (
        Question("labs", gettext_lazy("Is there enough equipment for laboratory work in physics, chemistry and biology?")),
        Question("internet", gettext_lazy("Is the internet fast enough for a whole class to work online?")),
        Question("rooms", gettext_lazy("Are there a gym, a workshop and a library in which lessons can be held?")),
        Question("specialists", gettext_lazy("Has the school the psychologist, speech therapist and special teacher that pupils need?")),
        Question("computers", gettext_lazy("How many pupils share one working computer?"), yes_speaks_for=True, full=10, half=5),
    ),
    Peculiarity.NON_COMPETITIVE: (
        Question("choice", gettext_lazy("Can families choose another school of the same level?")),
        Question("compare", gettext_lazy("Does the school compare its results with those of similar schools?")),
        Question("contests", gettext_lazy("Do teachers take part in professional contests outside the school?")),
        Question("projects", gettext_lazy("Has the school joint projects with other schools?")),
        Question("near", gettext_lazy("How many schools of the same level are there within half an hour's drive?"), full=1, half=3),
    ),
}


@dataclass(frozen=True, slots=True)
class Known:
    """A fact as the conclusion reads it."""

    fact: str
    value: int
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a conclusion. `private`: it may point at pupils, so it is for the school's coordinators alone."""

    text: str
    said: str
    weight: float
    of_fact: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Conclusion:
    state: State
    reasons: tuple[Reason, ...] = ()

    @property
    def public_reasons(self) -> list[Reason]:
        """Reasons for everybody who may read conclusions at all."""
        return [reason for reason in self.reasons if not reason.private]


def conclude(peculiarity: Peculiarity, answers: Mapping[str, Answer], facts: Iterable[Known]) -> Conclusion:
    """Expressed, in part or not, with every reason; unknown where nobody has answered and no fact is known."""
    reasons = [*_of_answers(peculiarity, answers), *_of_facts(peculiarity, list(facts))]
    if not reasons:
        return Conclusion(State.UNKNOWN)
    mean = sum(reason.weight for reason in reasons) / len(reasons)
    state = State.EXPRESSED if mean >= EXPRESSED_FROM else State.PARTLY if mean >= PARTLY_FROM else State.NONE
    return Conclusion(state, tuple(reasons))


def _of_answers(peculiarity: Peculiarity, answers: Mapping[str, Answer]) -> list[Reason]:
    """Answers to questions of today; a question that is no longer asked is passed over."""
    found = []
    for question in QUESTIONS[peculiarity]:
        answer = answers.get(question.code)
        if answer is not None:
            few = question.of_pupils and int(answer) < FEW_PUPILS
            said = str(answer) if question.is_number else str(Say(str(answer)).label)
            found.append(Reason(str(question.text), said, question.weight(answer), private=few))
    return found


def _of_facts(peculiarity: Peculiarity, facts: list[Known]) -> list[Reason]:
    return {
        Peculiarity.ISOLATION: _isolation,
        Peculiarity.GIFTED: _gifted,
        Peculiarity.INFRASTRUCTURE: _infrastructure,
        Peculiarity.NON_COMPETITIVE: _non_competitive,
    }[peculiarity](facts)


def _isolation(facts: list[Known]) -> list[Reason]:
    sole = sorted({known.subject for known in facts if known.fact == Fact.SOLE_TEACHER})
    kms = [known.value for known in facts if known.fact == Fact.COLLEAGUE_KM]
    reasons = []
    if sole:
        reasons.append(Reason(_("Subjects with one teacher at the school"), ", ".join(sole), _steps(len(sole), 3, 1, more=True), of_fact=True))
    if kms:
        text = _("The farthest of the nearest colleagues of the same subject")
        reasons.append(Reason(text, _("%(km)s km") % {"km": max(kms)}, _steps(max(kms), 30, 15, more=True), of_fact=True))
    return reasons


def _gifted(facts: list[Known]) -> list[Reason]:
    return [
        Reason(_("Pupils in events of the network"), str(known.value), _steps(known.value, 4, 14, more=False), of_fact=True, private=known.value < FEW_PUPILS)
        for known in facts
        if known.fact == Fact.PUPILS_IN_EVENTS and not known.subject
    ]


def _infrastructure(facts: list[Known]) -> list[Reason]:
    materials = _("Lessons with materials of other schools, and lessons elsewhere with the school's own")
    facilities = _("Bookings of other schools' facilities, and of the school's own by others")
    return [
        *_borrowing(facts, materials, Fact.LENT, Fact.BORROWED, many=10),
        *_borrowing(facts, facilities, Fact.FACILITIES_LENT, Fact.FACILITIES_BORROWED, many=3),
    ]


def _borrowing(facts: list[Known], title: str, lent_fact: Fact, borrowed_fact: Fact, *, many: int) -> list[Reason]:
    """A school that borrows much more than it lends lacks something; `many` is how often says so clearly."""
    lent, borrowed = (next((known.value for known in facts if known.fact == fact and not known.subject), 0) for fact in (lent_fact, borrowed_fact))
    if not lent + borrowed:
        return []
    said = _("%(borrowed)s borrowed, %(lent)s lent") % {"borrowed": borrowed, "lent": lent}
    weight = 1.0 if borrowed >= many and borrowed >= 2 * lent else 0.5 if borrowed > lent else 0.0
    return [Reason(title, said, weight, of_fact=True)]


def _non_competitive(facts: list[Known]) -> list[Reason]:
    return [
        Reason(_("Other schools within 30 km"), str(known.value), _steps(known.value, 0, 2, more=False), of_fact=True)
        for known in facts
        if known.fact == Fact.SCHOOLS_NEAR
    ]
