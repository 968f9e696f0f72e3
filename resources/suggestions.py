"""What a reviewer proposes for a field of a material: as a form posts it, and in words for people. Nothing here writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from communities.models import Subject
from foundation.templatetags.portal import grades
from resources.models import Material, MaterialType, Purpose, Suggestion
from resources.rows import minutes

# Fields that may be proposed, in the order of the page; the names are those of the material's form.
LABELS: dict[str, Promise] = {
    "title": _("Title"),
    "annotation": _("In short: what comes out of the lesson"),
    "topic": _("Section or topic"),
    "subject": _("Subject"),
    "grades": _("Grade"),
    "type": _("Type"),
    "purpose": _("Level of difficulty"),
    "duration_minutes": _("Time in minutes"),
}
LISTS: dict[str, Any] = {"subject": Subject, "type": MaterialType, "purpose": Purpose}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value for a field, as a form would post it."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """A suggestion as the author reads it. `changed_since`: the field no longer holds what the reviewer saw, and `now` is what it holds."""

    suggestion: Suggestion
    label: str
    before: str
    value: str
    now: str
    changed_since: bool


def raw_value(material: Material, field: str) -> str:
    """What the material's form would post for a field: text with plain line ends, the key of a list's entry, «5,6,7» for grades."""
    if field == "grades":
        return ",".join(map(str, range(material.grade_from, material.grade_to + 1))) if material.grade_from and material.grade_to else ""
    value = getattr(material, f"{field}_id" if field in LISTS else field)
    return "" if value is None else plain_lines(str(value))


def plain_lines(text: str) -> str:
    """Browsers post CR LF and forms strip the ends; neither is a change."""
    return text.replace("\r\n", "\n").strip()


def open_suggestions(material: Material) -> "QuerySet[Suggestion]":
    """Proposals that the authors have not answered, oldest first."""
    return Suggestion.objects.filter(review__material=material, answered_at=None).select_related("review__reviewer").order_by("id")


def suggestion_rows(material: Material, suggestions: Iterable[Suggestion]) -> list[SuggestionRow]:
    """Before, proposed and now in words; one query for each closed list that occurs."""
    found = list(suggestions)
    names = _names(material, found)
    rows = []
    for one in found:
        now = raw_value(material, one.field)
        before, value, stands = (_in_words(one.field, raw, names) for raw in (one.before, one.value, now))
        changed_since = now not in (one.before, one.value)
        rows.append(SuggestionRow(one, str(LABELS.get(one.field, one.field)), before, value, stands, changed_since))
    return rows


def _names(material: Material, suggestions: list[Suggestion]) -> dict[tuple[str, str], str]:
    names: dict[tuple[str, str], str] = {}
    for field, model in LISTS.items():
        keys = {raw for one in suggestions if one.field == field for raw in (one.before, one.value, raw_value(material, field)) if raw.isdecimal()}
        if keys:
            names |= {(field, str(entry.pk)): capfirst(entry.name) for entry in model.objects.filter(pk__in=keys)}
    return names


def _in_words(field: str, raw: str, names: dict[tuple[str, str], str]) -> str:
    if not raw:
        return ""
    if field in LISTS:
        return names.get((field, raw), raw)
    if field == "grades":
        chosen = [int(grade) for grade in raw.split(",")]
        return grades(min(chosen), max(chosen))
    return minutes(int(raw)) if field == "duration_minutes" else raw
