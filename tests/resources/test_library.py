"""Libraries of the network, communities and schools: who sees the shelf, who runs it, who reviews there."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from communities.models import Community, Membership, School, Teacher
from resources.access import reviewable_by
from resources.actions.library import add_curator
from resources.actions.review import review_material
from resources.models import Library, Material
from tests.factories.people import join, make_school, make_teacher
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db

EVERYBODY = {"visitor", "zakhar", "anna", "boris", "vera", "gleb", "daria", "member", "curator", "evgenia"}
COLLEAGUES = EVERYBODY - {"visitor", "zakhar"}
# Анна wrote everything; she, Вера (coordinator) and Глеб work at the school; «curator» cares for the network's library, «member» for the community's.
STAFF = {"anna", "vera", "gleb", "evgenia"}
SEEN = {
    ("school", "library", "published"): STAFF,
    ("school", "network", "published"): COLLEAGUES,
    ("school", "public", "published"): EVERYBODY,
    **{("school", visibility, "review"): STAFF for visibility in ("public", "network", "library")},
    **{("school", visibility, "draft"): {"anna"} for visibility in ("public", "network", "library")},
    **{("school", visibility, status): {"anna", "evgenia"} for visibility in ("public", "library") for status in ("returned", "withdrawn")},
    ("network", "public", "review"): {"anna", "curator", "evgenia"},
    ("community", "public", "review"): {"anna", "member", "daria", "evgenia"},
}
# Who decides on what waits; «member» is a curator of the community's library, Глеб of the school's.
REVIEWERS = {"school": {"vera", "gleb", "evgenia"}, "community": {"daria", "member", "evgenia"}, "network": {"curator", "evgenia"}}


@pytest.fixture
def cast(request: pytest.FixtureRequest, community: Community, lyceum: School) -> dict[str, Any]:
    member, curator = make_teacher("Участникова", school=lyceum), make_teacher("Хранителева", school=lyceum)
    join(community, member)
    return {"member": member, "curator": curator, **{name: request.getfixturevalue(name) for name in EVERYBODY - {"member", "curator"}}}


@pytest.fixture
def libraries(cast: dict[str, Any], community: Community, village_school: School) -> dict[str, Library]:
    network = Library.objects.get_or_create(community=None, school=None)[0]
    made = {"network": network, "community": Library.objects.create(community=community), "school": Library.objects.create(school=village_school)}
    for name, curator in (("network", "curator"), ("community", "member"), ("school", "gleb")):
        made[name].curators.add(cast[curator])
    return made


def shelved(libraries: dict[str, Library], name: str, author: Teacher, **fields: Any) -> Material:
    library = libraries[name]
    if fields.get("status") == "review":
        fields["submitted_at"] = timezone.now()
    return stand(author=author, community=library.community, school=library.school, **fields)


# --- who sees the shelf -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", SEEN)
def test_who_sees_a_shelf(line: tuple[str, str, str], cast: dict[str, Any], libraries: dict[str, Library], client_of: Any) -> None:
    name, visibility, status = line
    material = shelved(libraries, name, cast["anna"], visibility=visibility, status=status)
    assert {who for who, person in cast.items() if Material.objects.visible_to(person).exists()} == SEEN[line]
    for who, person in cast.items():
        answer = client_of(person).get(material.get_absolute_url()).status_code
        assert answer == (200 if who in SEEN[line] else 404), who


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_counts_are_what_the_reader_sees(who: str, cast: dict[str, Any], libraries: dict[str, Library], client_of: Any) -> None:
    lines = [line for line in SEEN if line[0] == "school" and line[2] in ("published", "review")]
    for _name, visibility, status in lines:
        shelved(libraries, "school", cast["anna"], visibility=visibility, status=status)
    expected = [line for line in lines if who in SEEN[line]]
    browser, library = client_of(cast[who]), libraries["school"]
    listed = {entry.pk: entry.material_count for entry in browser.get("/libraries/").context["page"]}
    assert listed[library.pk] == len(expected)
    published = sum(line[2] == "published" for line in expected)
    counts = browser.get(f"/libraries/{library.pk}/").context["counts"]
    assert counts == {"all": len(expected), "published": published, "waiting": len(expected) - published}
    assert browser.get(f"/libraries/{library.pk}/materials/").context["catalogue"].total == len(expected)


def test_curators_are_named_to_colleagues_alone(cast: dict[str, Any], libraries: dict[str, Library], client_of: Any) -> None:
    page = f"/libraries/{libraries['network'].pk}/"
    shown = {who for who, person in cast.items() if "Хранителева" in client_of(person).get(page).content.decode()}
    # On one's own pages the name stands in the header, too.
    assert shown == COLLEAGUES


# --- who reviews ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(REVIEWERS))
def test_who_reviews_in_which_library(name: str, cast: dict[str, Any], libraries: dict[str, Library], client_of: Any) -> None:
    material = shelved(libraries, name, cast["anna"], status="review")
    for who, person in cast.items():
        may = who in REVIEWERS[name]
        browser = client_of(person)
        page = browser.get(f"/materials/{material.pk}/review/")
        assert (page.status_code == 200) is may, who
        queue = browser.get("/materials/review/")
        assert (f'data-object="material:{material.pk}"' in queue.content.decode()) is may, who
        if person.is_authenticated and person.is_confirmed:
            assert reviewable_by(person).exists() is may
            if not may:
                with pytest.raises(PermissionDenied):
                    review_material(material, by=person, decision="accepted")


def test_nobody_reviews_their_own_in_any_library(cast: dict[str, Any], libraries: dict[str, Library]) -> None:
    for name, authors in REVIEWERS.items():
        for who in authors:
            material = shelved(libraries, name, cast[who], status="review")
            assert not reviewable_by(cast[who]).filter(pk=material.pk).exists()


def test_a_curator_who_has_left_reviews_no_more(cast: dict[str, Any], libraries: dict[str, Library], client_of: Any) -> None:
    material = shelved(libraries, "community", cast["anna"], status="review")
    Membership.objects.filter(teacher=cast["member"]).update(left_on=timezone.localdate())
    assert client_of(cast["member"]).get(f"/materials/{material.pk}/review/").status_code == 404
    cast["gleb"].employments.update(ended_on=timezone.localdate())
    material = shelved(libraries, "school", cast["anna"], status="review")
    assert client_of(cast["gleb"]).get(f"/materials/{material.pk}/review/").status_code == 404


# --- opened and set ---------------------------------------------------------------------------------------------------


def test_the_coordinator_opens_the_schools_library(village_school: School, vera: Teacher, anna: Teacher, client_of: Any) -> None:
    words = {"kind": "school", "slug": village_school.slug}
    assert client_of(anna).post("/libraries/open/", words).status_code == 403
    assert "Малиновская школа" in client_of(vera).get("/libraries/").content.decode()
    page = client_of(vera).post("/libraries/open/", words)
    library = Library.objects.get(school=village_school)
    assert page["Location"] == f"/libraries/{library.pk}/settings/"
    client_of(vera).post("/libraries/open/", words)
    assert Library.objects.filter(school=village_school).count() == 1


@pytest.mark.parametrize("words", [{}, {"kind": "school", "slug": "\x00"}, {"kind": "x", "slug": "y"}, {"kind": "school", "slug": "a" * 500}])
def test_bad_words_open_nothing(words: dict[str, str], vera: Teacher, client_of: Any) -> None:
    assert client_of(vera).post("/libraries/open/", words).status_code == 404


def test_who_sets_a_library(cast: dict[str, Any], libraries: dict[str, Library], client_of: Any) -> None:
    may = {"school": {"vera", "evgenia"}, "community": {"daria", "evgenia"}, "network": {"evgenia"}}
    for name, library in libraries.items():
        for who, person in cast.items():
            answer = client_of(person).get(f"/libraries/{library.pk}/settings/").status_code
            assert (answer == 200) is (who in may[name]), (name, who)


def test_settings_hold(vera: Teacher, village_school: School, client_of: Any) -> None:
    library = Library.objects.create(school=village_school)
    url = f"/libraries/{library.pk}/settings/"
    words = {"do": "save", "rules": "Только для наших классов.", "default_licence": "network", "reviews_needed": "2", "review_days": "3"}
    assert client_of(vera).post(url, words).status_code == 302
    library.refresh_from_db()
    assert (library.rules, library.default_licence, library.reviews_needed, library.review_days) == ("Только для наших классов.", "network", 2, 3)
    for wrong in ({"reviews_needed": "4"}, {"review_days": "0"}, {"review_days": "9" * 30}, {"default_licence": "mine"}, {"rules": "а" * 2001}):
        page = client_of(vera).post(url, words | wrong)
        assert list(page.context["form"].errors) == list(wrong)


def test_curators_are_found_by_name_and_belong(vera: Teacher, gleb: Teacher, boris: Teacher, village_school: School, client_of: Any) -> None:
    library = Library.objects.create(school=village_school)
    url, browser = f"/libraries/{library.pk}/settings/", client_of(vera)
    assert list(browser.get(url, {"curator_name": "сомов"}).context["found"]) == [gleb]
    assert list(browser.get(url, {"curator_name": "королёв"}).context["found"]) == []
    browser.post(url, {"do": f"add-curator:{gleb.pk}"})
    browser.post(url, {"do": f"add-curator:{boris.pk}"})
    assert list(library.curators.all()) == [gleb]
    with pytest.raises(ValidationError):
        add_curator(library, boris, by=vera)
    browser.post(url, {"do": f"remove-curator:{gleb.pk}"})
    assert not library.curators.exists()
    assert browser.post(url, {"do": "add-curator:" + "9" * 30}).status_code == 404


@pytest.mark.parametrize("query", [{"q": "\x00"}, {"q": "а" * 5000}, {"kind": "x"}, {"page": "1" + "0" * 30}])
def test_any_address_of_the_list_answers(query: dict[str, str], visitor: Any, client_of: Any, db: Any) -> None:
    assert client_of(visitor).get("/libraries/", query).status_code == 200


# --- choosing a shelf -------------------------------------------------------------------------------------------------


def test_own_shelves_are_offered(anna: Teacher, boris: Teacher, community: Community, village_school: School, client_of: Any) -> None:
    library = Library.objects.create(school=village_school, default_licence="cc-by-sa")
    join(community, anna)
    codes = ["", f"community-{community.pk}", f"school-{village_school.pk}"]

    def offered(person: Teacher, query: str = "") -> Any:
        return client_of(person).get(f"/materials/new/{query}").context["form"]

    assert [code for code, _label in offered(anna).fields["library"].choices] == codes
    assert [code for code, _label in offered(boris).fields["library"].choices] == [""]
    begun = offered(anna, f"?library=school-{village_school.pk}")
    assert (begun["library"].value(), begun["licence"].value()) == (codes[2], "cc-by-sa")
    assert offered(boris, f"?library=school-{village_school.pk}")["library"].value() is None
    words = {"title": "Для своих", "library": codes[2], "licence": "cc-by-sa", "visibility": "library"}
    client_of(anna).post(f"/materials/new/?library={codes[2]}", words)
    made = Material.objects.get()
    assert (made.library, made.visibility, made.licence) == (library, "library", "cc-by-sa")
    assert client_of(boris).post("/materials/new/", words).status_code == 200
    assert Material.objects.count() == 1


@pytest.mark.parametrize("many", [2, 25])
def test_pages_ask_the_same_number_of_queries(many: int, anna: Teacher, vera: Teacher, client_of: Any, django_assert_num_queries: Any) -> None:
    network = Library.objects.get_or_create(community=None, school=None)[0]
    for number in range(many):
        Library.objects.create(school=make_school(f"Школа {number}"))
        network.curators.add(make_teacher(f"Куратор{number}", school=vera.school))
        stand(f"Материал {number}", author=anna)
    browser = client_of(vera)
    for page, queries in (("/libraries/", 7), (f"/libraries/{network.pk}/", 8)):
        browser.get(page)
        with django_assert_num_queries(queries):
            browser.get(page)
