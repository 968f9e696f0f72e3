"""What the library and the shared facilities hold for the directions of the source's table (see `communities.directions`)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from communities.directions import Link, Links, carriers
from communities.models import School, SchoolFact, Subject
from communities.models.passport import Fact
from communities.models.school import Direction
from foundation.counting import CountOf
from resources.facets import COUNTED
from resources.models import Authorship, Facility, Material


@dataclass(frozen=True)
class _Shelf:
    """Materials that carry a direction: which, and where the link leads."""

    key: str
    query: str = ""


# For a school's page, and for the pages of the whole network.
OF_SCHOOL = {
    Direction.EXPERIENCE: _Shelf("ours"),
    Direction.GIFTED_EVENTS: _Shelf("olympiad", "?purpose=olympiad"),
    Direction.MATERIALS_BASE: _Shelf("all"),
    Direction.POOLED_RESOURCES: _Shelf("mixed", "?purpose=mixed-grade"),
}
OF_NETWORK = {
    Direction.SUPPORT: _Shelf("all"),
    Direction.EXPERIENCE: _Shelf("experience", "?type=experience"),
    Direction.GIFTED_EVENTS: _Shelf("olympiad", "?purpose=olympiad"),
    Direction.MATERIALS_BASE: _Shelf("all"),
    Direction.POOLED_RESOURCES: _Shelf("mixed", "?purpose=mixed-grade"),
}


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if materials_of not in carriers:
        carriers.append(materials_of)


def materials_of(directions: Collection[Direction], school: School | None, reader: Any) -> Links:
    """How many materials carry each direction, counted to a thousand; for a base of materials the most used of the subject that lacks a colleague.

    One query, whatever the directions: it asks each number of the first material's row.
    """
    table = OF_NETWORK if school is None else OF_SCHOOL
    wanted = {direction: table[direction] for direction in directions if direction in table}
    if not wanted:
        return {}
    asked = {f"count_{key}": query for key, query in _counts({shelf.key for shelf in wanted.values()}, school, reader).items()}
    if Direction.POOLED_RESOURCES in wanted:
        lent = Facility.objects.visible_to(reader).open().exclude(school=school) if school else Facility.objects.visible_to(reader).open()
        asked["facilities"] = CountOf(lent.order_by().values("pk")[: COUNTED + 1])
    if school is not None and Direction.MATERIALS_BASE in wanted:
        asked |= _sole_subject(school, reader)
    row = Material.objects.order_by("pk").values(**asked).first() or {}
    found = {direction: [_link(shelf, count)] for direction, shelf in wanted.items() if (count := row.get(f"count_{shelf.key}"))}
    if row.get("facilities"):
        text = ngettext("%(count)d shared facility", "%(count)d shared facilities", row["facilities"]) % {"count": row["facilities"]}
        found.setdefault(Direction.POOLED_RESOURCES, []).insert(0, {"text": text, "url": reverse("facility_list")})
    if row.get("sole"):
        link = {"text": _("the most used: %(subject)s") % {"subject": row["sole_name"]}, "url": f"{reverse('material_list')}?subject={row['sole']}&sort=used"}
        found[Direction.MATERIALS_BASE].insert(0, link)
    return found


def _counts(keys: Collection[str], school: School | None, reader: Any) -> dict[str, CountOf]:
    """Counts that are asked of one row."""
    materials = Material.objects.published().visible_to(reader).order_by()
    narrowed: dict[str, QuerySet] = {
        "all": materials,
        "ours": materials.filter(pk__in=Authorship.objects.filter(teacher__school=school).values("material_id")),
        "experience": materials.filter(type__code="experience"),
        "olympiad": materials.filter(purpose__code="olympiad"),
        "mixed": materials.filter(purpose__code="mixed-grade"),
    }
    return {key: CountOf(narrowed[key].values("pk")[: COUNTED + 1]) for key in keys}


def _sole_subject(school: School, reader: Any) -> dict[str, Subquery]:
    """Where a teacher without a colleague begins: the first subject that has one teacher here and any materials, its code and its name."""
    sole = SchoolFact.objects.filter(school=school, fact=Fact.SOLE_TEACHER).values("subject")
    written = Material.objects.published().visible_to(reader).filter(subject=OuterRef("pk"))
    subjects = Subject.objects.filter(Exists(written), pk__in=sole).order_by("order", "pk")
    name = "name_en" if get_language() == "en" else "name_ru"
    return {"sole": Subquery(subjects.values("code")[:1]), "sole_name": Subquery(subjects.values(name)[:1])}


def _link(shelf: _Shelf, count: int) -> Link:
    return {"text": _words(shelf.key, count), "url": reverse("material_list") + shelf.query}


def _words(key: str, count: int) -> str:
    if count > COUNTED:
        return {
            "ours": _("more than 1,000 materials by our teachers"),
            "olympiad": _("more than 1,000 materials for olympiad training"),
            "all": _("more than 1,000 materials in the library"),
            "experience": _("more than 1,000 descriptions of experience"),
            "mixed": _("more than 1,000 materials for mixed-grade classes"),
        }[key]
    text = {
        "ours": ngettext("%(count)s material by our teachers", "%(count)s materials by our teachers", count),
        "olympiad": ngettext("%(count)s material for olympiad training", "%(count)s materials for olympiad training", count),
        "all": ngettext("%(count)s material in the library", "%(count)s materials in the library", count),
        "experience": ngettext("%(count)s description of experience", "%(count)s descriptions of experience", count),
        "mixed": ngettext("%(count)s material for mixed-grade classes", "%(count)s materials for mixed-grade classes", count),
    }[key]
    return text % {"count": count}
