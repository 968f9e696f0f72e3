"""At which level people of these schools interact: the one derivation every room uses."""

from collections.abc import Iterable

from communities.models import Community, School
from foundation.activity import InteractionLevel


def derive_level(schools: Iterable[School | None]) -> InteractionLevel:
    """One school or none → school; several of one municipality → inter-school; of several → inter-municipal.

    Municipal and higher levels follow from the organiser's status and are always said, never derived (vocabularies.md).
    """
    known = {(school.pk, school.municipality_id) for school in schools if school is not None}
    return _level_of(known)


def level_of_community(community: Community) -> InteractionLevel:
    """The level at which today's members of `community` interact; one query."""
    places = community.memberships.current().exclude(teacher__school=None).order_by()
    return _level_of(set(places.values_list("teacher__school_id", "teacher__school__municipality_id").distinct()))


def _level_of(places: set[tuple[int, int]]) -> InteractionLevel:
    """`places` are pairs of a school and its municipality."""
    if len(places) < 2:
        return InteractionLevel.SCHOOL
    return InteractionLevel.INTER_SCHOOL if len({municipality for _school, municipality in places}) == 1 else InteractionLevel.INTER_MUNICIPAL
