"""Who sees which material: one table, asked of every door. Equality, not membership."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.models import Community, Membership, Subject, Teacher
from resources.models import Material
from resources.search import search_materials
from tests.factories.people import join, make_teacher
from tests.factories.shelf import add_preview, stand
from tests.resources.reading import facet_counts, listed, total

pytestmark = pytest.mark.django_db

EVERYBODY = {"visitor", "zakhar", "boris", "member", "daria", "anna", "evgenia"}
COLLEAGUES = EVERYBODY - {"visitor", "zakhar"}
INSIDE = {"member", "daria", "anna", "evgenia"}
OWN = {"anna", "evgenia"}
# (shelf, visibility, status) → who sees it; Анна is the author, Дарья leads, Борис stands outside, Захар is not confirmed, Евгения is a methodist.
TABLE = {
    ("community", "public", "published"): EVERYBODY,
    ("community", "network", "published"): COLLEAGUES,
    ("community", "library", "published"): INSIDE,
    **{("community", visibility, "review"): INSIDE for visibility in ("public", "network", "library")},
    **{("community", visibility, "draft"): {"anna"} for visibility in ("public", "network", "library")},
    **{("community", visibility, status): OWN for visibility in ("public", "network", "library") for status in ("returned", "withdrawn")},
    ("network", "public", "published"): EVERYBODY,
    ("network", "network", "published"): COLLEAGUES,
    **{("network", visibility, "review"): OWN for visibility in ("public", "network")},
    **{("network", visibility, "draft"): {"anna"} for visibility in ("public", "network")},
}
IN_LISTS = ("published", "review")


@pytest.fixture
def cast(request: pytest.FixtureRequest, community: Community, lyceum: Any) -> dict[str, Any]:
    member = make_teacher("Участникова", school=lyceum)
    join(community, member)
    return {"member": member, **{name: request.getfixturevalue(name) for name in EVERYBODY - {"member"}}}


@pytest.fixture
def materials(cast: dict[str, Any], community: Community) -> dict[tuple[str, str, str], Material]:
    """One material for each line of the table, each with a subject of its own, a file and a picture."""
    subjects = list(Subject.objects.values_list("code", flat=True))
    shelves = {"community": community, "network": None}
    made = {}
    for number, (shelf, visibility, status) in enumerate(TABLE):
        words = {"subject": subjects[number], "type": "lab", "files": (f"Тайное слово нихром {number}", "Второй")}
        material = stand(f"Материал {number}", author=cast["anna"], community=shelves[shelf], visibility=visibility, status=status, **words)
        add_preview(material.versions.first().files.first())
        made[shelf, visibility, status] = material
    return made


def seen(materials: dict[tuple[str, str, str], Material], person: str, *, in_lists: bool) -> list[Material]:
    return [materials[line] for line, people in TABLE.items() if person in people and (line[2] in IN_LISTS or not in_lists)]


@pytest.fixture(params=sorted(EVERYBODY))
def person(request: pytest.FixtureRequest) -> str:
    return request.param


def test_lists_counts_and_facets(person: str, cast: dict[str, Any], materials: Any, client_of: Any) -> None:
    browser = client_of(cast[person])
    expected = seen(materials, person, in_lists=True)
    for query in ({}, {"q": "нихрома"}, {"type": "lab"}):
        response = browser.get("/materials/", query)
        assert sorted(listed(response)) == sorted(material.pk for material in expected)
        assert total(response) == len(expected)
        assert facet_counts(response, "subject") == {material.subject.code: 1 for material in expected}
        inside = sum(material.library.community_id is not None for material in expected)
        assert facet_counts(response, "community") == ({"physics-nearby": inside} if inside else {})


def test_counts_of_a_way_out(person: str, cast: dict[str, Any], materials: Any, client_of: Any) -> None:
    expected = len(seen(materials, person, in_lists=True))
    ways = client_of(cast[person]).get("/materials/", {"q": "нихром", "type": "video", "grade": "5"}).context["catalogue"].ways_out
    assert [way.count for way in ways] == []
    ways = client_of(cast[person]).get("/materials/", {"q": "нетакого", "type": "lab"}).context["catalogue"].ways_out
    assert [way.count for way in ways] == [expected]
    ways = client_of(cast[person]).get("/materials/", {"q": "нихром", "grade": "5"}).context["catalogue"].ways_out
    assert [way.count for way in ways] == [expected]


def test_the_page_files_archive_and_pictures(person: str, cast: dict[str, Any], materials: Any, client_of: Any) -> None:
    browser: Client = client_of(cast[person])
    expected = {material.pk for material in seen(materials, person, in_lists=False)}
    absent = browser.get("/materials/999999-material/").content
    for material in materials.values():
        file = material.versions.get().files.first()
        preview = file.previews.get()
        doors = [material.get_absolute_url(), *(f"/materials/{material.pk}/{tail}/" for tail in (f"files/{file.pk}", "archive", f"previews/{preview.pk}"))]
        answers = [browser.get(door) for door in doors]
        assert {answer.status_code for answer in answers} == ({200} if material.pk in expected else {404}), material
        if material.pk not in expected:
            assert answers[0].content == absent
            assert {answer.content for answer in answers} == {absent}


def test_the_search_of_everything(person: str, cast: dict[str, Any], materials: Any) -> None:
    expected = seen(materials, person, in_lists=True)
    assert {material.pk for material in search_materials("нихром", cast[person], 100)} == {material.pk for material in expected}
    assert search_materials("", cast[person], 100) == []


def test_the_community_tab_and_its_counts(person: str, cast: dict[str, Any], materials: Any, client_of: Any) -> None:
    expected = {material.pk for material in seen(materials, person, in_lists=True) if material.library.community_id}
    response = client_of(cast[person]).get("/communities/physics-nearby/materials/")
    assert set(listed(response)) == expected
    assert [tab["count"] for tab in response.context["tabs"] if tab["name"] == "materials"] == [len(expected)]
    overview = client_of(cast[person]).get("/communities/physics-nearby/")
    panels = {panel["template"]: panel["context"] for place in overview.context["panels"].values() for panel in place}
    assert panels["materials/_count.html"]["count"] == len(expected)
    assert {material.pk for material in panels["materials/_most_used.html"]["materials"]} <= expected
    assert set(listed(overview)) <= expected


def test_leaving_a_community_takes_effect_at_once(cast: dict[str, Any], materials: Any, client_of: Any) -> None:
    browser = client_of(cast["member"])
    inner = materials["community", "library", "published"]
    assert browser.get(inner.get_absolute_url()).status_code == 200
    Membership.objects.filter(teacher=cast["member"]).update(left_on=timezone.localdate())
    assert browser.get(inner.get_absolute_url()).status_code == 404
    assert sorted(listed(browser.get("/materials/"))) == sorted(material.pk for material in seen(materials, "boris", in_lists=True))


def test_a_hidden_author_is_not_found_by_name(cast: dict[str, Any], anna: Teacher, client_of: Any) -> None:
    material = stand("Закон Ома", author=anna)
    visitor = client_of(cast["visitor"])
    assert listed(visitor.get("/materials/")) == [material.pk]
    assert listed(visitor.get("/materials/", {"q": "Власова"})) == []
