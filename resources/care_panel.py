"""What care adds to a material's page: the way to report a problem. Costs no query."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from resources.material_panels import PANELS
from resources.models import Material
from resources.models.material import Status


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if report_panel not in PANELS:
        PANELS.append(report_panel)


def report_panel(material: Material, reader: Any, request: HttpRequest) -> dict[str, Any] | None:
    """For signed-in readers of what is published."""
    if not reader.is_authenticated or material.status != Status.PUBLISHED:
        return None
    return {"template": "materials/_report_problem.html", "context": {"url": reverse("material_report", args=[material.pk])}, "place": "aside"}
