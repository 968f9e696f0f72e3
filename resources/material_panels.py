"""What stands on a material's page beside its files: each feature brings its panel, the page knows none of them.

A panel is a callable `panel(material, reader, request) -> {"template": …, "context": {…}, "place": …} | None`; places are
"actions" (under the buttons), "main" and "aside". The template reads its context as `panel`. At most two queries each.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from resources.models import Material

PANELS: list[Callable[[Material, Any, HttpRequest], dict[str, Any] | None]] = []

PLACES = ("actions", "main", "aside")


def panels_of(material: Material, reader: Any, request: HttpRequest) -> dict[str, list[dict[str, Any]]]:
    """The panels of one page, by place."""
    found: dict[str, list[dict[str, Any]]] = {place: [] for place in PLACES}
    for make in PANELS:
        panel = make(material, reader, request)
        if panel is not None:
            found[panel.get("place", "main")].append(panel)
    return found
