"""Template words about the care for materials: `{% load care %}`."""

from typing import Any

from django import template

from resources.care import open_questions, warnings_of
from resources.models import Material

register = template.Library()


@register.inclusion_tag("materials/_warnings.html")
def material_warnings(material: Material, *, questions: bool = False) -> dict[str, Any]:
    """Guesses about its texts, and (for the authors) what curators ask. At most two queries."""
    return {"warnings": warnings_of(material), "questions": open_questions(material) if questions else []}
