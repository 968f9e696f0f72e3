"""The source's table of peculiarities and directions, each direction with what carries it in the portal today."""

from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Community, School, SchoolPeculiarity
from communities.models.school import DIRECTIONS_OF, Direction, Peculiarity
from resources.facets import COUNTED
from resources.models import Material


class Carrier(NamedTuple):
    """A page that carries a direction: its words and its address."""

    text: str
    url: str


class DirectionRow(NamedTuple):
    direction: Direction
    title: str
    carriers: list[Carrier]


class PeculiarityRow(NamedTuple):
    peculiarity: Peculiarity
    title: str
    schools: int
    directions: list[DirectionRow]


def _communities(area: str | None = None) -> Carrier | None:
    communities = Community.objects.open_now()
    url = reverse("community_list")
    if area:
        communities = communities.filter(problem_area__code=area)
        url += f"?problem_area={area}"
    count = communities.count()
    return Carrier(ngettext("%(count)d community", "%(count)d communities", count) % {"count": count}, url) if count else None


def _materials(teacher: Any, query: str = "", **narrowed: str) -> Carrier | None:
    """Counted to a thousand, as in the catalogue it leads to."""
    count = Material.objects.published().visible_to(teacher).filter(**narrowed).order_by()[: COUNTED + 1].count()
    text = _("more than 1,000 materials") if count > COUNTED else ngettext("%(count)d material", "%(count)d materials", count) % {"count": count}
    return Carrier(text, reverse("material_list") + query) if count else None


def _schools() -> Carrier | None:
    count = School.objects.open().count()
    return Carrier(ngettext("%(count)d school", "%(count)d schools", count) % {"count": count}, reverse("school_list")) if count else None


def directions_table(teacher: Any) -> list[PeculiarityRow]:
    """The table for this reader; a direction that nothing carries yet has no link at all."""
    materials, communities = _materials(teacher), _communities()
    carried: dict[Direction, list[Carrier | None]] = {
        Direction.REQUEST_ANALYSIS: [_schools()],
        Direction.SUPPORT: [communities, materials],
        Direction.EXPERIENCE: [_materials(teacher, "?type=experience", type__code="experience")],
        Direction.GIFTED_DIALOGUE: [_communities("gifted")],
        Direction.GIFTED_EVENTS: [_materials(teacher, "?purpose=olympiad", purpose__code="olympiad")],
        Direction.MATERIALS_BASE: [materials],
        Direction.POOLED_RESOURCES: [
            Carrier(_("materials by level of education"), reverse("material_list")),
        ],
        Direction.EXCHANGE: [communities],
    }
    schools = dict.fromkeys(Peculiarity, 0)
    for code in SchoolPeculiarity.objects.filter(ended_on=None, school__closed_on=None).values_list("peculiarity", flat=True):
        schools[Peculiarity(code)] += 1
    return [
        PeculiarityRow(
            peculiarity,
            peculiarity.label,
            schools[peculiarity],
            [DirectionRow(d, d.label, [carrier for carrier in carried.get(d, []) if carrier]) for d in found],
        )
        for peculiarity, found in DIRECTIONS_OF.items()
    ]
