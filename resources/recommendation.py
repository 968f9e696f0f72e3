"""On a published material's page: who called it a best practice and why. Who recommended it stands in the steps of its review."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from communities.access import is_confirmed
from communities.models import Teacher
from resources.material_panels import PANELS
from resources.models import Material
from resources.models.material import Status

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = Teacher | AnonymousUser


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if best_practice_panel not in PANELS:
        PANELS.append(best_practice_panel)


def best_practice_panel(material: Material, reader: "Reader", request: HttpRequest) -> dict[str, Any] | None:
    """The reason, and for colleagues who gave the mark and when. No query where the giver came with the material."""
    if material.status != Status.PUBLISHED or not material.best_practice_reason:
        return None
    by = material.best_practice_by if is_confirmed(reader) else None
    context = {"reason": material.best_practice_reason, "by": by, "on": material.best_practice_on if by else None}
    return {"template": "materials/_best_practice.html", "context": context, "place": "main"}
