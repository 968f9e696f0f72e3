"""`Material.visible_to` and the shelf against their plain definition, material by material, on shelves made by chance."""

import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communities.models import Teacher
from resources.models import Authorship, Library, Material
from resources.search import shelf
from tests.factories.people import employ, join, make_community, make_school, make_teacher
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db
PAST = datetime.date(2025, 1, 1)
PLACES = ("network", "community", "other community", "school", "other school")

rows = st.tuples(
    st.sampled_from(PLACES),
    st.sampled_from(["public", "network", "library"]),
    st.sampled_from(["draft", "review", "returned", "published", "withdrawn"]),
    st.booleans(),
)
ties = st.sets(st.sampled_from(["member", "former member", "employed", "formerly employed", "applied", "curator of the network", "curator elsewhere"]))


def plainly(reader: Teacher, material: Material, shelves: set[int]) -> bool:
    """Who sees what, in the words of `domain.md`."""
    if Authorship.objects.filter(material=material, teacher=reader).exists():
        return True
    published = material.status == "published"
    if not reader.is_confirmed:
        return published and material.visibility == "public"
    if reader.is_methodist:
        return material.status != "draft"
    return (published and material.visibility != "library") or (material.status in ("published", "review") and material.library_id in shelves)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(rows, min_size=1, max_size=8), role=st.sampled_from(["unconfirmed", "teacher", "methodist"]), tied=ties)
def test_the_query_answers_as_the_definition_does(made: list[tuple[str, str, str, bool]], role: str, tied: set[str]) -> None:
    with transaction.atomic():
        reader = make_teacher("Читателев", confirmed=role != "unconfirmed", role="methodist" if role == "methodist" else "teacher")
        colleague = make_teacher("Коллегин")
        places = {
            "network": {},
            "community": {"community": make_community("Своё")},
            "other community": {"community": make_community("Чужое")},
            "school": {"school": make_school("Своя")},
            "other school": {"school": make_school("Чужая")},
        }
        shelves = tie(reader, places, tied)
        materials = [
            stand("Материал", author=reader if is_own else colleague, visibility=visibility, status=status, **places[place])
            for place, visibility, status, is_own in made
        ]
        reader = Teacher.objects.get(pk=reader.pk)
        mine = Material.objects.filter(pk__in=[material.pk for material in materials])
        expected = {material.pk for material in materials if plainly(reader, material, shelves)}
        assert set(mine.visible_to(reader).values_list("pk", flat=True)) == expected
        standing = {material.pk for material in materials if material.status in ("published", "review")}
        assert set(shelf(reader).filter(pk__in=mine).values_list("pk", flat=True)) == expected & standing
        transaction.set_rollback(True)


def tie(reader: Teacher, places: dict[str, dict], tied: set[str]) -> set[int]:
    """Give the reader these ties; answers the libraries whose shelves they open."""
    libraries = {place: Library.objects.get_or_create(community=owner.get("community"), school=owner.get("school"))[0] for place, owner in places.items()}
    opened = set()
    if tied & {"member", "former member"}:
        membership = join(places["community"]["community"], reader)
        if "member" in tied:
            opened.add(libraries["community"].pk)
        else:
            membership.left_on = PAST
            membership.save()
    if tied & {"employed", "formerly employed", "applied"}:
        place = employ(reader, places["school"]["school"], confirmed="applied" not in tied) if reader.confirmed_on else None
        if place and "applied" not in tied and "formerly employed" in tied:
            place.ended_on = PAST
            place.save()
        elif place and "applied" not in tied:
            opened.add(libraries["school"].pk)
    if "curator of the network" in tied:
        libraries["network"].curators.add(reader)
        opened.add(libraries["network"].pk)
    if "curator elsewhere" in tied:
        libraries["other community"].curators.add(reader)
    return opened
