"""What the library adds to the pages of teachers and schools: published materials, and where a direction leads."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import School, Teacher
from communities.models.school import Direction
from communities.pages_people import direction_links, teacher_panels
from resources.facets import COUNTED
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


def links_of_direction(direction: Direction, school: School, reader: "Reader") -> list[dict[str, str]]:
    """What the library really holds for a direction of the source's table; nothing where it holds nothing. One query, which stops at a thousand."""
    wanted = {
        Direction.EXPERIENCE: ("ours", ""),
        Direction.GIFTED_EVENTS: ("olympiad", "?purpose=olympiad"),
        Direction.MATERIALS_BASE: ("all", ""),
        Direction.POOLED_RESOURCES: ("mixed", "?purpose=mixed-grade"),
    }.get(direction)
    if wanted is None:
        return []
    key, query = wanted
    materials = Material.objects.published().visible_to(reader)
    if key == "ours":
        materials = materials.filter(pk__in=Authorship.objects.filter(teacher__school=school).values("material_id"))
    elif key != "all":
        materials = materials.filter(purpose__code={"olympiad": "olympiad", "mixed": "mixed-grade"}[key])
    count = materials.order_by()[: COUNTED + 1].count()
    if not count:
        return []
    if count > COUNTED:
        text = {
            "ours": _("more than 1,000 materials by our teachers"),
            "olympiad": _("more than 1,000 materials for olympiad training"),
            "all": _("more than 1,000 materials in the library"),
            "mixed": _("more than 1,000 materials for mixed-grade classes"),
        }[key]
        return [{"text": text, "url": reverse("material_list") + query}]
    text = {
        "ours": ngettext("%(count)s material by our teachers", "%(count)s materials by our teachers", count),
        "olympiad": ngettext("%(count)s material for olympiad training", "%(count)s materials for olympiad training", count),
        "all": ngettext("%(count)s material in the library", "%(count)s materials in the library", count),
        "mixed": ngettext("%(count)s material for mixed-grade classes", "%(count)s materials for mixed-grade classes", count),
    }[key]
    return [{"text": text % {"count": count}, "url": reverse("material_list") + query}]
