"""The one table of what carries each direction of the source today: for a school's page, and for the whole network.

Every room adds a carrier, a callable that is given all directions wanted at once, so that it may ask the database once:
`carrier(directions, school, reader)` → direction → links, each `{"text": …, "url": …}`. `school` is None on the pages that tell of the
whole network. Nothing there is no link: a direction never leads to an empty page. Each carrier asks its own `visible_to(reader)` and costs
at most two queries.
"""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities import access
from communities.models import Community, Need, School
from communities.models.need import NeedKind
from communities.models.school import Direction

Reader = Any
Link = dict[str, str]
Links = dict[Direction, list[Link]]
Carrier = Callable[[Collection[Direction], School | None, Reader], Links]

# Communities of a problem area that carry a direction, by the area's code; None: any community.
COMMUNITIES = {Direction.SUPPORT: None, Direction.GIFTED_DIALOGUE: "gifted", Direction.EXCHANGE: None}
NAMED = 2


def links_of(directions: Collection[Direction], school: School | None, reader: Reader) -> Links:
    """What carries each of these directions now, in the order of the carriers."""
    found: Links = {direction: [] for direction in directions}
    for carrier in carriers:
        for direction, links in carrier(directions, school, reader).items():
            found[direction] += links
    return found


def needs_of_the_network(directions: Collection[Direction], school: School | None, reader: Reader) -> Links:
    """How much is asked and offered in each direction. One query."""
    if school is not None or not access.is_confirmed(reader):
        return {}
    found: Links = {}
    open_needs = Need.objects.visible_to(reader).open_now().filter(direction__in=directions).order_by()
    for direction, count in open_needs.values_list("direction").annotate(count=Count("pk")):
        text = ngettext("%(count)d request or offer", "%(count)d requests and offers", count) % {"count": count}
        found[Direction(direction)] = [{"text": text, "url": f"{reverse('need_list')}?direction={direction}"}]
    return found


def offers_for(directions: Collection[Direction], school: School | None, reader: Reader) -> Links:
    """Open offers of others that meet a direction of this school: those of its municipality first, then the newest. One query."""
    if school is None or not access.is_confirmed(reader):
        return {}
    near = Case(When(school__municipality=school.municipality_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    offers = Need.objects.visible_to(reader).open_now().filter(kind=NeedKind.OFFER, direction__in=directions).exclude(school=school)
    place = Window(RowNumber(), partition_by="direction", order_by=[near, F("opened_on").desc(), F("pk").desc()])
    ranked = offers.order_by().annotate(place=place, count=Window(Count("pk"), partition_by="direction"))
    found: Links = {}
    for offer in ranked.filter(place=1):
        links = [{"text": offer.title, "url": offer.get_absolute_url()}]
        more = offer.count - 1
        if more:
            text = ngettext("and %(count)s more offer", "and %(count)s more offers", more) % {"count": more}
            links.append({"text": text, "url": f"{reverse('need_list')}?kind=offer&direction={offer.direction}"})
        found[Direction(offer.direction)] = links
    return found


def requests_of(directions: Collection[Direction], school: School | None, reader: Reader) -> Links:
    """What the school itself asks and offers, and with whom it works; `school` comes from `for_page`. No query."""
    if school is None or Direction.REQUEST_ANALYSIS not in directions or not access.is_confirmed(reader):
        return {}
    count = school.need_count  # type: ignore[attr-defined]
    if not count:
        return {}
    text = ngettext("%(count)d request or offer", "%(count)d requests and offers", count) % {"count": count}
    links = [{"text": text, "url": reverse("school_needs", args=[school.slug])}]
    if access.may_run_school(reader, school) and school.closed_on is None:
        links.append({"text": _("find partners"), "url": f"{reverse('exchange_partners')}?side=school:{school.pk}"})
    return {Direction.REQUEST_ANALYSIS: links}


def schools_of_the_network(directions: Collection[Direction], school: School | None, reader: Reader) -> Links:
    """All schools, on the pages of the whole network. One query."""
    if school is not None or Direction.REQUEST_ANALYSIS not in directions:
        return {}
    count = School.objects.visible_to(reader).open().count()
    text = ngettext("%(count)d school", "%(count)d schools", count) % {"count": count}
    return {Direction.REQUEST_ANALYSIS: [{"text": text, "url": reverse("school_list")}] if count else []}


def communities_of(directions: Collection[Direction], school: School | None, reader: Reader) -> Links:
    """Communities that carry a direction: by name where the school's teachers take part, or of the direction's problem area; else how many. One query."""
    wanted = [direction for direction in directions if direction in COMMUNITIES]
    if not wanted:
        return {}
    seen = Community.objects.visible_to(reader).open_now()
    if school is None:
        counts = seen.aggregate(all=Count("pk"), gifted=Count("pk", filter=Q(problem_area__code="gifted")))
        return {direction: _counted(counts[COMMUNITIES[direction] or "all"], COMMUNITIES[direction]) for direction in wanted}
    ours = Q(memberships__left_on=None, memberships__teacher__school=school)
    found = seen.filter(ours | Q(problem_area__code="gifted")).annotate(ours=Count("pk", filter=ours)).select_related("problem_area").order_by("name")
    known = list(found)
    links = {
        Direction.SUPPORT: _named([community for community in known if community.ours], ""),
        Direction.GIFTED_DIALOGUE: _named([community for community in known if community.problem_area and community.problem_area.code == "gifted"], "gifted"),
    }
    return {direction: links[direction] for direction in wanted if direction in links}


def _counted(count: int, area: str | None) -> list[Link]:
    text = ngettext("%(count)d community", "%(count)d communities", count) % {"count": count}
    return [{"text": text, "url": reverse("community_list") + (f"?problem_area={area}" if area else "")}] if count else []


def _named(communities: list[Community], area: str) -> list[Link]:
    named = [{"text": community.name, "url": community.get_absolute_url()} for community in communities[:NAMED]]
    more = len(communities) - NAMED
    if more > 0:
        text = ngettext("and %(count)s more community", "and %(count)s more communities", more) % {"count": more}
        named.append({"text": text, "url": reverse("community_list") + (f"?problem_area={area}" if area else "")})
    return named


# Rooms above append theirs in their `AppConfig.ready()`.
carriers: list[Carrier] = [schools_of_the_network, requests_of, communities_of, needs_of_the_network, offers_for]
