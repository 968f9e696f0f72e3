"""Deriving the level of interaction from the schools that take part."""

from typing import Any

import pytest

from communities.levels import derive_level, level_of_community
from communities.models import Community, School
from foundation.activity import InteractionLevel
from tests.factories.people import join, make_school, make_teacher

pytestmark = pytest.mark.django_db


def test_one_school_or_none_is_the_school_level(village_school: School) -> None:
    assert derive_level([]) == InteractionLevel.SCHOOL
    assert derive_level([None, None]) == InteractionLevel.SCHOOL
    assert derive_level([village_school, village_school, None]) == InteractionLevel.SCHOOL


def test_schools_of_one_municipality_are_inter_school(village_school: School) -> None:
    neighbour = make_school("Соседняя школа", municipality=village_school.municipality)
    assert derive_level([village_school, neighbour]) == InteractionLevel.INTER_SCHOOL


def test_schools_of_several_municipalities_are_inter_municipal(village_school: School, lyceum: School) -> None:
    neighbour = make_school("Соседняя школа", municipality=village_school.municipality)
    assert derive_level([village_school, neighbour, lyceum]) == InteractionLevel.INTER_MUNICIPAL


def test_level_of_a_community_comes_from_todays_members(community: Community, daria: Any, village_school: School) -> None:
    assert level_of_community(community) == InteractionLevel.SCHOOL
    gone = join(community, make_teacher("Ушедший", school=village_school))
    join(community, make_teacher("Бесшкольный"))
    assert level_of_community(community) == InteractionLevel.INTER_MUNICIPAL
    gone.left_on = gone.joined_on
    gone.save()
    assert level_of_community(community) == InteractionLevel.SCHOOL
