"""What the library adds to the pages of teachers and schools: published materials, and where a direction leads."""

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import ngettext

from communities.models import School, Teacher
from communities.models.school import Direction
from communities.pages_people import direction_links, teacher_panels
from resources.models import Authorship, Material

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = Teacher | AnonymousUser

ROWS = 10


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if materials_panel not in teacher_panels:
        teacher_panels.append(materials_panel)
        direction_links.append(links_of_direction)


def materials_panel(teacher: Teacher, reader: "Reader") -> dict[str, Any] | None:
    """What this person published, as far as the reader may see it; the most used first. Two queries."""
    written = Authorship.objects.filter(teacher=teacher).values("material_id")
    materials = list(Material.objects.published().visible_to(reader).filter(pk__in=written).for_list().order_by("-reuse_count", "-published_on", "-id")[:ROWS])
    return {"template": "materials/_of_teacher.html", "context": {"materials": materials}} if materials else None


def _counts(school: School, reader: "Reader") -> dict[str, int]:
    """How many materials carry each direction at this school; one query a page, kept with the school it was asked for."""
    if not hasattr(school, "_material_counts"):
        ours = Authorship.objects.filter(teacher__school=school).values("material_id")
        school._material_counts = (
            Material.objects.published()
            .visible_to(reader)
            .aggregate(  # type: ignore[attr-defined]
                all=Count("pk"),
                olympiad=Count("pk", filter=Q(purpose__code="olympiad")),
                mixed=Count("pk", filter=Q(purpose__code="mixed-grade")),
                ours=Count("pk", filter=Q(pk__in=ours)),
            )
        )
    return school._material_counts  # type: ignore[attr-defined]


def links_of_direction(direction: Direction, school: School, reader: "Reader") -> list[dict[str, str]]:
    """What the library really holds for a direction of the source's table; nothing where it holds nothing."""
    wanted = {
        Direction.EXPERIENCE: ("ours", ""),
        Direction.GIFTED_EVENTS: ("olympiad", "?purpose=olympiad"),
        Direction.MATERIALS_BASE: ("all", ""),
        Direction.POOLED_RESOURCES: ("mixed", "?purpose=mixed-grade"),
    }.get(direction)
    if wanted is None:
        return []
    key, query = wanted
    count = _counts(school, reader)[key]
    if not count:
        return []
    text = {
        "ours": ngettext("%(count)s material by our teachers", "%(count)s materials by our teachers", count),
        "olympiad": ngettext("%(count)s material for olympiad training", "%(count)s materials for olympiad training", count),
        "all": ngettext("%(count)s material in the library", "%(count)s materials in the library", count),
        "mixed": ngettext("%(count)s material for mixed-grade classes", "%(count)s materials for mixed-grade classes", count),
    }[key]
    return [{"text": text % {"count": count}, "url": reverse("material_list") + query}]
