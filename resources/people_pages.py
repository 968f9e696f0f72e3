"""What the library adds to the pages of teachers: published materials."""

from typing import TYPE_CHECKING, Any

from communities.models import Teacher
from communities.pages_people import teacher_panels
from resources.models import Authorship, Material

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = Teacher | AnonymousUser

ROWS = 10


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if materials_panel not in teacher_panels:
        teacher_panels.append(materials_panel)


def materials_panel(teacher: Teacher, reader: "Reader") -> dict[str, Any] | None:
    """What this person published, as far as the reader may see it; the most used first. Two queries."""
    written = Authorship.objects.filter(teacher=teacher).values("material_id")
    materials = list(Material.objects.published().visible_to(reader).filter(pk__in=written).for_list().order_by("-reuse_count", "-published_on", "-id")[:ROWS])
    return {"template": "materials/_of_teacher.html", "context": {"materials": materials}} if materials else None
