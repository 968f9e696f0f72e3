"""The coverage map of the curriculum: for each subject and grade that is taught, what the reader finds, how proven it is, where the holes are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db import models
from django.db.models import Count, Q, QuerySet, Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from communities.models import EducationLevel, Subject, SubjectGrades, Teacher
from foundation.templatetags.portal import grades as grade_words
from resources.access_collection import may_collect
from resources.models import Material, MaterialCall, Purpose
from resources.models.material import Status, Visibility

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = Teacher | AnonymousUser

# A teacher can choose from this many materials; a cell is proven when at least so many of them were used at lessons.
ENOUGH, PROVEN_MATERIALS = 5, 3


class State(models.TextChoices):
    """How a cell stands, from a hole to proven."""

    NONE = "none", pgettext_lazy("coverage", "none")
    FEW = "few", pgettext_lazy("coverage", "few")
    ENOUGH = "enough", pgettext_lazy("coverage", "enough")
    PROVEN = "proven", pgettext_lazy("coverage", "proven")


ICONS = {State.NONE: "x", State.FEW: "alert", State.ENOUGH: "check", State.PROVEN: "star"}
KINDS = {State.NONE: "bad", State.FEW: "warn", State.ENOUGH: "info", State.PROVEN: "ok"}


@dataclass(slots=True)
class Cell:
    """One subject in one grade; `used` is how many of the materials have been at a lesson at all."""

    grade: int
    materials: int = 0
    lessons: int = 0
    used: int = 0
    url: str = ""

    @property
    def state(self) -> State:
        if not self.materials:
            return State.NONE
        if self.materials < ENOUGH:
            return State.FEW
        return State.PROVEN if self.used >= PROVEN_MATERIALS else State.ENOUGH

    @property
    def icon(self) -> str:
        return ICONS[self.state]

    @property
    def kind(self) -> str:
        """The colour of its tag."""
        return KINDS[self.state]


@dataclass(slots=True)
class Holes:
    """The grades of a taught subject without a single material; beside each whether somebody is called for it."""

    subject: Subject
    cells: list[tuple[Cell, bool]]
    is_own: bool


@dataclass(slots=True)
class CoverageChoice:
    """The filter; unknown values are left out."""

    purpose: Purpose | None = None
    level: EducationLevel | None = None
    purposes: list[Purpose] = field(default_factory=list)
    levels: list[EducationLevel] = field(default_factory=list)


@dataclass(slots=True)
class Coverage:
    """Rows are subjects with a cell for each of `grades`, None where the subject is not taught."""

    grades: list[int]
    rows: list[tuple[Subject, list[Cell | None]]]
    holes: list[Holes]
    cells: int
    states: dict[State, int]


def read_choice(params: QueryDict) -> CoverageChoice:
    """Read purpose and level; never fails. Two queries."""
    purposes, levels = list(Purpose.objects.current()), list(EducationLevel.objects.current())
    return CoverageChoice(
        purpose=next((purpose for purpose in purposes if purpose.code == params.get("purpose")), None),
        level=next((level for level in levels if level.code == params.get("level")), None),
        purposes=purposes,
        levels=levels,
    )


def taught(level: EducationLevel | None = None) -> dict[Subject, set[int]]:
    """Which grades each subject of the curriculum is taught in, in the order of the list. One query."""
    rows = SubjectGrades.objects.filter(subject__archived_on=None).select_related("subject").order_by("subject__order", "subject_id")
    curriculum: dict[Subject, set[int]] = defaultdict(set)
    for row in rows.filter(education_level=level) if level else rows:
        curriculum[row.subject].update(range(row.grade_from, row.grade_to + 1))
    return curriculum


def build_coverage(choice: CoverageChoice, reader: "Reader") -> Coverage:
    """The map as this reader finds it: what is on their shelves, nothing else, so that each number is the catalogue's own.

    At most two grouped queries over the materials, whatever their number, two more for the curriculum and the calls;
    one for a teacher's own subjects, whose holes stand first.
    """
    curriculum = taught(choice.level)
    taught_cells = [(subject, grade) for subject, taught_in in curriculum.items() for grade in taught_in]
    cells = {(subject.pk, grade): Cell(grade, url=cell_url(subject, grade, choice.purpose)) for subject, grade in taught_cells}
    _count(cells, choice, reader)
    states = dict.fromkeys(State, 0)
    for cell in cells.values():
        states[cell.state] += 1
    grades = sorted({grade for _subject, grade in cells})
    rows = [(subject, [cells.get((subject.pk, grade)) for grade in grades]) for subject in curriculum]
    return Coverage(grades, rows, _holes(rows, choice.purpose, reader), len(cells), states)


def _count(cells: dict[tuple[int, int], Cell], choice: CoverageChoice, reader: "Reader") -> None:
    for materials in _shelves(reader):
        materials = materials.exclude(subject=None).exclude(grade_from=None)
        if choice.purpose:
            materials = materials.filter(purpose=choice.purpose)
        if choice.level:
            materials = materials.filter(grade_from__lte=choice.level.grade_to, grade_to__gte=choice.level.grade_from)
        groups = materials.order_by().values_list("subject_id", "grade_from", "grade_to")
        groups = groups.annotate(count=Count("pk"), lessons=Sum("reuse_count"), used=Count("pk", filter=Q(reuse_count__gt=0)))
        for subject, first, last, count, lessons, used in groups:
            for grade in range(first, last + 1):
                cell = cells.get((subject, grade))
                if cell:
                    cell.materials += count
                    cell.lessons += lessons
                    cell.used += used


def _shelves(reader: "Reader") -> "list[QuerySet[Material]]":
    """The reader's shelves in at most two parts: what everybody of their kind sees is counted along an index alone
    (100,000 materials in tens of milliseconds), and only the few others ask for the reader's own rights.
    """
    seen = [Visibility.PUBLIC, Visibility.NETWORK] if may_collect(reader) else [Visibility.PUBLIC]
    if may_collect(reader) and reader.is_methodist:
        seen = list(Visibility)
    common = Material.objects.filter(status=Status.PUBLISHED, visibility__in=seen)
    if not reader.is_authenticated:
        return [common]
    others = Q(status=Status.REVIEW) | Q(status=Status.PUBLISHED, visibility__in=set(Visibility) - set(seen))
    return [common, Material.objects.visible_to(reader).filter(others)]


def _holes(rows: Iterable[tuple[Subject, list[Cell | None]]], purpose: Purpose | None, reader: "Reader") -> list[Holes]:
    called = set(MaterialCall.objects.filter(closed_on=None, purpose=purpose).values_list("subject_id", "grade"))
    own = {subject.pk for subject in reader.subjects.all()} if may_collect(reader) else set()
    found = []
    for subject, cells in rows:
        empty = [(cell, (subject.pk, cell.grade) in called) for cell in cells if cell and cell.state == State.NONE]
        if empty:
            found.append(Holes(subject, empty, is_own=subject.pk in own))
    return sorted(found, key=lambda holes: not holes.is_own)


def cell_words(subject: Subject, grade: int, purpose: Purpose | None) -> str:
    """«Физика, 10 класс, углублённый»."""
    return ", ".join(filter(None, [capfirst(str(subject)), grade_words(grade), str(purpose or "")]))


def cell_url(subject: Subject, grade: int, purpose: Purpose | None) -> str:
    """The page of a cell."""
    return reverse("coverage_cell", args=[subject.code, grade]) + (f"?{urlencode({'purpose': purpose.code})}" if purpose else "")


def call_url(subject: Subject, grade: int, purpose: Purpose | None) -> str:
    """Where the communities of the subject are asked for materials of a cell."""
    return f"{reverse('material_call')}?{_query(subject, grade, purpose)}"


def catalogue_url(subject: Subject, grade: int, purpose: Purpose | None) -> str:
    """The catalogue narrowed to a cell."""
    return f"{reverse('material_list')}?{_query(subject, grade, purpose)}"


def upload_url(subject: Subject, grade: int, purpose: Purpose | None) -> str:
    """A new material with the cell's words filled in."""
    return f"{reverse('material_new')}?{_query(subject, grade, purpose)}"


def _query(subject: Subject, grade: int, purpose: Purpose | None) -> str:
    return urlencode({"subject": subject.code, "grade": grade, **({"purpose": purpose.code} if purpose else {})})


def read_cell(code: str, grade: str, params: QueryDict) -> tuple[Subject, int, Purpose | None] | None:
    """The cell that an address names, if the curriculum has it. Two queries at most."""
    subject = next((subject for subject, taught_in in taught().items() if subject.code == code and grade in map(str, taught_in)), None)
    if subject is None:
        return None
    code = params.get("purpose", "")
    purpose = next((purpose for purpose in Purpose.objects.current() if purpose.code == code), None) if code else None
    return None if code and purpose is None else (subject, int(grade), purpose)


def prefill(params: QueryDict) -> dict[str, object]:
    """Initial values of the form of a new material from subject, grade and purpose of its address; what is unknown is left out. At most two queries."""
    values: dict[str, object] = {}
    for name, model in (("subject", Subject), ("purpose", Purpose)):
        code = params.get(name, "")[:40].replace("\x00", "").encode("utf-8", "replace").decode()
        found = model.objects.current().filter(code=code).first() if code else None
        if found:
            values[name] = found.pk
    chosen = [grade for grade in params.getlist("grade")[:11] if grade in {str(number) for number in range(1, 12)}]
    return {**values, "grades": chosen} if chosen else values


def totals_in_words(coverage: Coverage) -> str:
    """The map in one sentence, for those who do not look at tables."""
    return _("Cells of the curriculum: %(cells)s. Proven: %(proven)s, enough: %(enough)s, few: %(few)s, none: %(none)s.") % {
        "cells": coverage.cells,
        **{state.value: number for state, number in coverage.states.items()},
    }
