"""The passport of a school as its pages show it: peculiarities, conclusions, directions and what is there for each now."""

from typing import Any

from django.db.models import JSONField, OuterRef, Subquery

from communities import access
from communities.directions import Reader, links_of
from communities.models import Questionnaire, School, SchoolFact
from communities.models.school import DIRECTIONS_OF, Direction, Peculiarity
from communities.questionnaire import QUESTIONS, Known, conclude

ICONS = {Peculiarity.ISOLATION: "users", Peculiarity.GIFTED: "cup", Peculiarity.INFRASTRUCTURE: "bolt", Peculiarity.NON_COMPETITIVE: "pin"}


def facts_of(school: School) -> list[Known]:
    """All facts of the school, for conclusions: these are the same for every reader; who reads which reason is decided later. One query."""
    rows = SchoolFact.objects.filter(school=school).select_related("subject").order_by("pk")
    return [Known(row.fact, row.value, str(row.subject) if row.subject else "") for row in rows]


def peculiarities_with_directions(school: School, reader: Reader) -> list[dict[str, Any]]:
    """The source's table for this school: its peculiarities, their directions, and what is really there now for each.

    Conclusions and their reasons are for confirmed teachers; reasons that may point at pupils for the school's coordinators.
    """
    newest = Questionnaire.objects.filter(school=school, peculiarity=OuterRef("peculiarity"))
    today = list(
        school.peculiarities.filter(ended_on=None)
        .annotate(answers=Subquery(newest.values("answers")[:1], output_field=JSONField()), filled_at=Subquery(newest.values("filled_at")[:1]))
        .order_by("id")
    )
    if not today:
        return []
    order = list(Peculiarity)
    wanted = [direction for row in today for direction in DIRECTIONS_OF[Peculiarity(row.peculiarity)]]
    carried = links_of(wanted, school, reader)
    facts = facts_of(school) if access.is_confirmed(reader) else None
    return [_row(row, carried, facts, access.coordinates(reader, school)) for row in sorted(today, key=lambda row: order.index(Peculiarity(row.peculiarity)))]


def _row(row: Any, carried: dict[Direction, list[dict[str, str]]], facts: list[Known] | None, coordinates: bool) -> dict[str, Any]:
    peculiarity = Peculiarity(row.peculiarity)
    conclusion = conclude(peculiarity, row.answers or {}, facts) if facts is not None else None
    return {
        "code": peculiarity.value,
        "title": peculiarity.label,
        "icon": ICONS[peculiarity],
        "since": row.since,
        "filled_at": row.filled_at,
        "conclusion": conclusion,
        "reasons": () if conclusion is None else conclusion.reasons if coordinates else conclusion.public_reasons,
        "directions": [{"title": direction.label, "links": carried[direction]} for direction in DIRECTIONS_OF[peculiarity]],
    }


def questionnaires(school: School, reader: Reader) -> list[dict[str, Any]]:
    """All four questionnaires with their newest answers and conclusions, for those who run the school. Two queries."""
    newest: dict[str, Questionnaire] = {}
    for filled in Questionnaire.objects.filter(school=school).select_related("filled_by").order_by("filled_at", "pk"):
        newest[filled.peculiarity] = filled
    facts = facts_of(school)
    coordinates = access.coordinates(reader, school)
    rows = []
    for peculiarity in Peculiarity:
        filled = newest.get(peculiarity.value)
        conclusion = conclude(peculiarity, filled.answers if filled else {}, facts)
        reasons = conclusion.reasons if coordinates else conclusion.public_reasons
        rows.append({"peculiarity": peculiarity, "icon": ICONS[peculiarity], "filled": filled, "conclusion": conclusion, "reasons": reasons})
    return rows


def history(school: School, peculiarity: Peculiarity, *, coordinates: bool) -> list[dict[str, Any]]:
    """Earlier answers, the newest first; numbers of few pupils only for the school's coordinators. One query."""
    rows = []
    for filled in Questionnaire.objects.filter(school=school, peculiarity=peculiarity).select_related("filled_by"):
        reasons = conclude(peculiarity, filled.answers, ()).reasons
        rows.append({"filled": filled, "reasons": [reason for reason in reasons if coordinates or not reason.private]})
    return rows


def next_unanswered(school: School) -> Peculiarity | None:
    """The first peculiarity whose questions nobody has answered. One query."""
    answered = set(Questionnaire.objects.filter(school=school).values_list("peculiarity", flat=True))
    return next((peculiarity for peculiarity in QUESTIONS if peculiarity.value not in answered), None)
