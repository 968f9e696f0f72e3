"""The four peculiarities of schools as counters to shrink, for a school, a municipality or the network."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from metrics.indicators.inputs import Key, Loan, PeculiarityInputs
from metrics.indicators.measures import hill2, median, share


@dataclass(frozen=True, slots=True, kw_only=True)
class Peculiarities:
    """Counts with what they are counted of; shares are None where there is nothing to count."""

    # isolation
    people: int
    without_tie: int
    sole: int
    sole_tied: int
    # gifted
    pupil_events: int
    gifted_materials: int
    schools_covered: int
    schools: int
    pupils_reached: int
    # infrastructure, in the window
    borrowed: dict[str, int]
    lent: dict[str, int]
    # non-competitive: subject → effective number (²D) of authors whose materials were reused
    authors_of: dict[Key, float]
    open_events: int
    open_joint: int

    @property
    def isolated_share(self) -> float | None:
        return share(self.without_tie, self.people)

    @property
    def sole_tied_share(self) -> float | None:
        return share(self.sole_tied, self.sole)

    @property
    def authors(self) -> float | None:
        """The median over subjects."""
        return median(self.authors_of.values())

    @property
    def open_joint_share(self) -> float | None:
        return share(self.open_joint, self.open_events)


def peculiarities(given: PeculiarityInputs) -> Peculiarities:
    """All counters of the scope; what lies outside the window counts for nothing."""
    outward = _outward_ties(given)
    sole = sole_subject_teachers(given)
    pupils = [event for event in given.pupil_events if event.held_on in given.window]
    loans = [loan for loan in given.loans if loan.on in given.window and loan.lender != loan.borrower]
    opened = [event for event in given.open_events if event.held_on in given.window]
    return Peculiarities(
        people=len(given.people),
        without_tie=sum(person not in outward for person in given.people),
        sole=len(sole),
        sole_tied=sum(any(subjects & given.subjects_of.get(other, frozenset()) for other in outward.get(person, ())) for person, subjects in sole.items()),
        pupil_events=len(pupils),
        gifted_materials=given.gifted_materials,
        schools_covered=len(given.schools & frozenset().union(*(event.schools for event in pupils))),
        schools=len(given.schools),
        pupils_reached=sum(event.pupils for event in pupils),
        borrowed=_by_what([loan for loan in loans if loan.borrower in given.schools]),
        lent=_by_what([loan for loan in loans if loan.lender in given.schools]),
        authors_of=_authors(given),
        open_events=len(opened),
        open_joint=sum(len(event.schools) > 1 for event in opened),
    )


def _outward_ties(given: PeculiarityInputs) -> dict[Key, set[Key]]:
    """person → those of other schools they are tied to; a tie with somebody without a school is no inter-school tie."""
    outward: dict[Key, set[Key]] = defaultdict(set)
    for one, other in given.ties:
        here, there = given.schools_of.get(one, frozenset()), given.schools_of.get(other, frozenset())
        if here and there and here.isdisjoint(there):
            outward[one].add(other)
            outward[other].add(one)
    return dict(outward)


def sole_subject_teachers(given: PeculiarityInputs) -> dict[Key, frozenset[Key]]:
    """person of the scope → the subjects they alone teach at one of their schools."""
    teachers: dict[tuple[Key, Key], list[Key]] = defaultdict(list)
    for person, subjects in given.subjects_of.items():
        for school in given.schools_of.get(person, frozenset()):
            for subject in subjects:
                teachers[school, subject].append(person)
    alone: dict[Key, set[Key]] = defaultdict(set)
    for (_, subject), people in teachers.items():
        if len(people) == 1 and people[0] in given.people:
            alone[people[0]].add(subject)
    return {person: frozenset(subjects) for person, subjects in alone.items()}


def _by_what(loans: list[Loan]) -> dict[str, int]:
    numbers = Counter(loan.what for loan in loans)
    return {"material": numbers["material"], "facility": numbers["facility"]}


def _authors(given: PeculiarityInputs) -> dict[Key, float]:
    of: dict[Key, list[int]] = defaultdict(list)
    for (subject, _), reuses in given.reused_authors.items():
        of[subject].append(reuses)
    return {subject: effective for subject, numbers in of.items() if (effective := hill2(numbers)) is not None}
