"""Collections: an ordered set of materials with notes, in which nobody sees more than elsewhere.

A collection holds materials only, never another collection: there is no cycle to guard against (see the first test).
"""

import datetime
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from defusedxml import ElementTree
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.utils import timezone

from communities.models import Community, Membership, Teacher
from resources.actions import collection as actions
from resources.models import Collection, CollectionFollow, CollectionItem, Material
from resources.rows import size_and_time
from tests.factories.people import join, make_teacher
from tests.factories.shelf import stand
from tests.resources.reading import listed, total

pytestmark = pytest.mark.django_db
EVERYBODY = ("visitor", "zakhar", "boris", "member", "daria", "anna", "evgenia")


def gather(title: str = "К урокам", *materials: Material, owner: Teacher, **fields: Any) -> Collection:
    """A collection with these materials, as they stand."""
    collection = Collection.objects.create(title=title, slug="collection", owner=owner, **fields)
    for order, material in enumerate(materials, 1):
        CollectionItem.objects.create(collection=collection, material=material, order=order)
    return collection


def found(response: Any) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-object="collection:(\d+)"', response.content.decode())]


def order_of(collection: Collection) -> list[int]:
    return list(collection.items.order_by("order", "id").values_list("material", flat=True))


@pytest.fixture
def member(community: Community, lyceum: Any) -> Teacher:
    teacher = make_teacher("Участникова", school=lyceum)
    join(community, teacher)
    return teacher


@pytest.fixture
def shelf(anna: Teacher, community: Community) -> dict[str, Material]:
    """One material for each circle of readers, and one that nobody but its author sees."""
    return {
        "public": stand("Открытый", author=anna, files=("Текст",)),
        "network": stand("Сетевой", author=anna, visibility="network", files=("Текст", "Ещё")),
        "library": stand("Внутренний", author=anna, community=community, visibility="library", files=("а", "б", "в")),
        "draft": stand("Черновик", author=anna, status="draft"),
    }


SEEN = {"visitor": 1, "zakhar": 1, "boris": 2, "member": 3, "daria": 3, "anna": 3, "evgenia": 3}


def test_a_collection_holds_materials_only_so_there_is_no_cycle() -> None:
    targets = {field.related_model for field in CollectionItem._meta.get_fields() if field.is_relation}
    assert targets == {Collection, Material}
    assert not [field for field in Collection._meta.get_fields() if field.is_relation and field.concrete and field.related_model is Collection]


# --- who sees what --------------------------------------------------------------------------------------------------

OPENED = {
    "private": {"daria"},
    "community": {"daria", "member"},
    "network": {"boris", "member", "daria", "anna", "evgenia"},
    "public": set(EVERYBODY),
}


@pytest.mark.parametrize("person", EVERYBODY)
def test_which_collections_open(person: str, request: Any, client_of: Any, community: Community, daria: Teacher, member: Teacher) -> None:
    made = {
        visibility: gather(f"Подборка {visibility}", owner=daria, visibility=visibility, community=community if visibility == "community" else None)
        for visibility in OPENED
    }
    browser = client_of(request.getfixturevalue(person))
    expected = {visibility for visibility, people in OPENED.items() if person in people}
    answer = browser.get("/collections/")
    assert set(found(answer)) == {made[visibility].pk for visibility in expected}
    assert total(answer) == len(expected)
    absent = browser.get("/collections/999999-collection/")
    for visibility, collection in made.items():
        page = browser.get(collection.get_absolute_url())
        assert page.status_code == (200 if visibility in expected else 404)
        if visibility not in expected:
            assert page.content == absent.content
            assert browser.get(f"/collections/{collection.pk}-wrong/").status_code == 404
        assert browser.get(f"/feeds/collections/{collection.pk}.atom").status_code == (200 if visibility == "public" else 404)
        if person not in ("visitor", "zakhar"):
            for tail in ("edit", "delete"):
                own = person == "daria"
                assert browser.get(f"/collections/{collection.pk}/{tail}/").status_code == (200 if own else 403 if visibility in expected else 404)
            if visibility not in expected:
                assert browser.post(f"/collections/{collection.pk}/follow/").status_code == 404


@pytest.mark.parametrize("person", EVERYBODY)
def test_hidden_materials_are_absent_everywhere(
    person: str, request: Any, client_of: Any, shelf: dict[str, Material], daria: Teacher, member: Teacher, community: Community
) -> None:
    collection = gather("Общая", *reversed(shelf.values()), owner=daria, visibility="public")
    CollectionItem.objects.update(note="")
    for name, material in shelf.items():
        CollectionItem.objects.filter(material=material).update(note=f"Заметка {name}")
    browser = client_of(request.getfixturevalue(person))
    names = list(reversed(list(shelf)[: SEEN[person]]))
    page = browser.get(collection.get_absolute_url())
    text = page.content.decode()
    assert listed(page) == [shelf[name].pk for name in names]
    assert total(page) == len(names)
    assert [name for name in shelf if f"Заметка {name}" in text] == list(reversed(names))
    assert [name for name, material in shelf.items() if material.title in text] == list(reversed(names))
    assert page.context["size"] == size_and_time(sum(shelf[name].size for name in names))
    (row,) = browser.get("/collections/").context["rows"]
    assert (row.materials, row.size) == (len(names), page.context["size"])
    assert re.findall(r"<h3>(\d+)\.", text) == [str(number + 1) for number in range(len(names))]


def test_a_community_that_was_left_closes_its_collections(client_of: Any, community: Community, daria: Teacher, member: Teacher) -> None:
    collection = gather(owner=daria, community=community, visibility="community")
    assert client_of(member).get(collection.get_absolute_url()).status_code == 200
    Membership.objects.filter(teacher=member).update(left_on=timezone.localdate())
    assert client_of(member).get(collection.get_absolute_url()).status_code == 404


def test_names_of_owners_stay_in_the_network(client_of: Any, visitor: Any, boris: Teacher, daria: Teacher) -> None:
    collection = gather(owner=daria, visibility="public")
    for address in ("/collections/", collection.get_absolute_url()):
        assert "Орлова" in client_of(boris).get(address).content.decode()
        assert "Орлова" not in client_of(visitor).get(address).content.decode()


def test_the_feed_holds_what_visitors_see_for_everybody(client_of: Any, visitor: Any, evgenia: Teacher, shelf: dict[str, Material], daria: Teacher) -> None:
    collection = gather("Лента\x0b & <всё>", *shelf.values(), owner=daria, visibility="public")
    for person in (visitor, evgenia, daria):
        root = ElementTree.fromstring(client_of(person).get(f"/feeds/collections/{collection.pk}.atom").content)
        assert [entry.findtext("{http://www.w3.org/2005/Atom}title") for entry in root.iter("{http://www.w3.org/2005/Atom}entry")] == ["Открытый"]
        assert "Власова" not in "".join(root.itertext())


def test_panels_of_communities_and_teachers(client_of: Any, visitor: Any, boris: Teacher, member: Teacher, community: Community, daria: Teacher) -> None:
    inner = gather("Внутри", owner=daria, community=community, visibility="community")
    outer = gather("Снаружи", owner=daria, community=community, visibility="public")
    own = gather("Своя", owner=daria, visibility="network")
    hidden = gather("Тайная", owner=daria)
    for person, seen in ((visitor, {outer.pk}), (boris, {outer.pk}), (member, {inner.pk, outer.pk})):
        assert set(found(client_of(person).get(community.get_absolute_url()))) == seen
    assert found(client_of(boris).get(daria.get_absolute_url())) == [own.pk]
    assert found(client_of(daria).get(daria.get_absolute_url())) == [hidden.pk, own.pk]


# --- finding --------------------------------------------------------------------------------------------------------


def test_filters_of_the_list(client_of: Any, community: Community, daria: Teacher, boris: Teacher) -> None:
    own = gather("Опыты по теплоте", owner=boris, annotation="Учёный кот")
    shared = gather("ВСЁ о токе", owner=daria, community=community, visibility="public")
    browser = client_of(boris)
    assert found(browser.get("/collections/")) == [shared.pk, own.pk]
    assert found(browser.get("/collections/?mine=1")) == [own.pk]
    assert found(browser.get(f"/collections/?community={community.slug}")) == [shared.pk]
    assert found(browser.get("/collections/", {"q": "все ТОКЕ"})) == [shared.pk]
    assert found(browser.get("/collections/", {"q": "ученый"})) == [own.pk]
    assert found(browser.get("/collections/", {"q": "[о.*"})) == []
    assert found(browser.get("/collections/?followed=1")) == []


@pytest.mark.parametrize(
    "query",
    [{"q": "\x00"}, {"q": "((((" * 50}, {"q": "\\"}, {"community": "\x00нет"}, {"page": "1" + "0" * 30}, {"mine": "x", "followed": "9" * 500}],
)
def test_the_list_survives_anything(client_of: Any, boris: Teacher, query: dict[str, str]) -> None:
    assert client_of(boris).get("/collections/", query).status_code == 200
    for address in ("/collections/99999999999999999999999-a/", "/collections/99999999999999999999999/edit/", "/feeds/collections/99999999999999999999999.atom"):
        assert client_of(boris).get(address).status_code == 404


@pytest.mark.parametrize("size", [2, 15])
def test_queries_do_not_grow(
    client_of: Any, anna: Teacher, boris: Teacher, daria: Teacher, community: Community, django_assert_num_queries: Any, size: int
) -> None:
    materials = [stand(f"Материал {number}", author=anna, files=("Текст",)) for number in range(size)]
    for number in range(size):
        collection = gather(f"Подборка {number}", *materials, owner=daria, community=community, visibility="network")
        CollectionFollow.objects.create(collection=collection, teacher=boris, since=timezone.now() - datetime.timedelta(days=1))
    reader, keeper = client_of(boris), client_of(daria)
    for browser, address, queries in (
        (reader, "/collections/", 6),
        (reader, "/collections/?followed=1", 8),
        (reader, collection.get_absolute_url(), 9),
        (keeper, f"/collections/{collection.pk}/edit/?q=материал", 12),
    ):
        browser.get(address)
        with django_assert_num_queries(queries):
            assert browser.get(address).status_code == 200


# --- gathering ------------------------------------------------------------------------------------------------------


def test_one_press_puts_a_material_into_a_new_or_an_old_collection(client_of: Any, anna: Teacher, boris: Teacher) -> None:
    material, second = stand("Закон Ома", author=anna), stand("Соли", author=anna)
    browser = client_of(boris)
    for _press in range(2):
        assert browser.post(f"/materials/{material.pk}/collect/", {"title": "К урокам"}).status_code == 302
    collection = Collection.objects.get()
    assert (collection.owner, collection.visibility, order_of(collection)) == (boris, "private", [material.pk])
    browser.post(f"/materials/{second.pk}/collect/", {"collection": collection.pk, "title": ""})
    browser.post(f"/materials/{second.pk}/collect/", {"collection": collection.pk})
    assert order_of(collection) == [material.pk, second.pk]
    assert f'href="/materials/{material.pk}/collect/"' in browser.get(material.get_absolute_url()).content.decode()
    page = browser.get(f"/materials/{material.pk}/collect/").content.decode()
    assert f'<a href="{collection.get_absolute_url()}">К урокам</a>' in page
    assert "К урокам" not in client_of(anna).get(f"/materials/{material.pk}/collect/").content.decode()


def test_others_collections_and_hidden_materials_take_nothing(client_of: Any, anna: Teacher, boris: Teacher, daria: Teacher, community: Community) -> None:
    foreign = gather("Чужая", owner=daria, visibility="public")
    shared = gather("Сообщества", owner=daria, community=community, visibility="public")
    own = gather("Своя", owner=boris)
    material = stand(author=anna)
    hidden = stand("Внутренний", author=anna, community=community, visibility="library")
    browser = client_of(boris)
    for collection in (foreign, shared):
        browser.post(f"/materials/{material.pk}/collect/", {"collection": collection.pk})
    browser.post(f"/materials/{material.pk}/collect/", {"collection": "9" * 30})
    browser.post(f"/materials/{material.pk}/collect/", {"collection": "", "title": "\x00"})
    browser.post(f"/materials/{material.pk}/collect/", {})
    assert browser.post(f"/materials/{hidden.pk}/collect/", {"collection": own.pk}).status_code == 404
    assert browser.post(f"/collections/{own.pk}/edit/", {"title": "Своя", "visibility": "private", "do": f"add:{hidden.pk}"}).status_code == 404
    assert CollectionItem.objects.count() == 0
    with pytest.raises(ValidationError):
        actions.add_material(own, stand("Черновик", author=boris, status="draft"), by=boris)


def test_a_full_collection_says_so(monkeypatch: pytest.MonkeyPatch, anna: Teacher, boris: Teacher) -> None:
    monkeypatch.setattr(actions, "MAX_MATERIALS", 1)
    collection = gather("Полная", stand(author=anna), owner=boris)
    with pytest.raises(ValidationError):
        actions.add_material(collection, stand("Второй", author=anna), by=boris)


def test_new_edit_and_delete(client_of: Any, boris: Teacher) -> None:
    browser = client_of(boris)
    browser.post("/collections/new/", {"title": "Опыты", "annotation": "Для 8 класса", "visibility": "public"})
    collection = Collection.objects.get()
    assert (collection.title, collection.slug, collection.visibility, collection.community) == ("Опыты", "opyty", "public", None)
    browser.post(f"/collections/{collection.pk}/edit/", {**shown(collection), "title": "Опыты дома", "visibility": "network", "do": "save"})
    collection.refresh_from_db()
    assert (collection.title, collection.annotation, collection.visibility) == ("Опыты дома", "Для 8 класса", "network")
    assert b"<form" in browser.get(f"/collections/{collection.pk}/delete/").content
    browser.post(f"/collections/{collection.pk}/delete/")
    assert not Collection.objects.exists()


@pytest.mark.parametrize(
    "data",
    [{}, {"title": "\x00", "visibility": "public"}, {"title": "а" * 161, "visibility": "public"}, {"title": "а", "visibility": "community"}],
)
def test_wrong_words_make_nothing(client_of: Any, boris: Teacher, daria: Teacher, data: dict[str, str]) -> None:
    for person in (boris, daria):
        assert client_of(person).post("/collections/new/", data).status_code == 200
    assert not Collection.objects.exists()


def shown(collection: Collection, **words: str) -> dict[str, Any]:
    """What the page of editing sends back untouched."""
    data = {"title": collection.title, "annotation": collection.annotation, "visibility": collection.visibility}
    if collection.community_id:
        data["community"] = str(collection.community_id)
    data |= {f"note_{item.pk}": item.note for item in collection.items.all()}
    return {**data, **{f"initial-{name}": value for name, value in data.items()}, "do": "save", **words}


# --- communities ----------------------------------------------------------------------------------------------------


def test_who_edits_a_community_s_collection(client_of: Any, community: Community, daria: Teacher, boris: Teacher, member: Teacher, evgenia: Teacher) -> None:
    moderator = make_teacher("Модераторова", school=boris.school)
    join(community, moderator, role="moderator")
    collection = gather(owner=daria, community=community, visibility="network")
    people = (daria, moderator, member, boris, evgenia)
    statuses = {person.last_name: client_of(person).get(f"/collections/{collection.pk}/edit/").status_code for person in people}
    assert statuses == {"Орлова": 200, "Модераторова": 200, "Участникова": 403, "Королёв": 403, "Тихонова": 200}
    assert client_of(moderator).post(f"/collections/{collection.pk}/delete/").status_code == 403
    Membership.objects.filter(teacher=daria).update(left_on=timezone.localdate())
    for tail in ("edit", "delete"):
        assert client_of(daria).get(f"/collections/{collection.pk}/{tail}/").status_code == 403


def test_only_keepers_give_collections_to_a_community(client_of: Any, community: Community, daria: Teacher, member: Teacher) -> None:
    data = {"title": "Наша", "community": str(community.pk), "visibility": "community"}
    client_of(member).post("/collections/new/", data)
    assert not Collection.objects.filter(community=community).exists()
    with pytest.raises(PermissionDenied):
        actions.create_collection("Наша", by=member, community=community, visibility="community")
    client_of(daria).post("/collections/new/", data)
    collection = Collection.objects.get(community=community)
    moderator = make_teacher("Модераторова", school=daria.school)
    join(community, moderator, role="moderator")
    client_of(moderator).post(f"/collections/{collection.pk}/edit/", shown(collection, community="", title="Присвоить"))
    collection.refresh_from_db()
    assert (collection.community, collection.title) == (community, "Присвоить")
    page = client_of(daria).post(f"/collections/{collection.pk}/edit/", shown(collection, visibility="private"))
    assert page.status_code == 200
    collection.refresh_from_db()
    assert collection.visibility == "community"


# --- order and two people at once -----------------------------------------------------------------------------------


def test_up_down_notes_and_out_without_a_script(client_of: Any, anna: Teacher, boris: Teacher) -> None:
    first, second, third = (stand(f"М{number}", author=anna) for number in range(3))
    collection = gather("Ряд", first, second, third, owner=boris)
    browser, address = client_of(boris), f"/collections/{collection.pk}/edit/"
    items = {item.material_id: item.pk for item in collection.items.all()}
    browser.post(address, shown(collection, do=f"up:{items[third.pk]}", **{f"note_{items[first.pk]}": "Сначала это"}))
    assert order_of(collection) == [first.pk, third.pk, second.pk]
    assert collection.items.get(material=first).note == "Сначала это"
    browser.post(address, shown(collection, do=f"down:{items[first.pk]}"))
    assert order_of(collection) == [third.pk, first.pk, second.pk]
    for nothing in (f"up:{items[third.pk]}", f"down:{items[second.pk]}", "up:", "up:9999", "up:" + "9" * 40, "down:²", "dance"):
        assert browser.post(address, shown(collection, do=nothing)).status_code == 302
    assert order_of(collection) == [third.pk, first.pk, second.pk]
    browser.post(address, shown(collection, do=f"remove:{items[first.pk]}"))
    assert order_of(collection) == [third.pk, second.pk]
    assert Material.objects.filter(pk=first.pk).exists()
    answer = browser.post(address, shown(collection, do="", q="М0", asked=""))
    assert "?q=" in answer["Location"]
    assert f"add:{first.pk}" in browser.get(answer["Location"]).content.decode()
    browser.post(address, shown(collection, do=f"add:{first.pk}", q="М0"))
    assert order_of(collection) == [third.pk, second.pk, first.pk]


def test_moving_passes_hidden_materials_without_a_sign(anna: Teacher, boris: Teacher, community: Community) -> None:
    first, last = stand("Первый", author=anna), stand("Последний", author=anna)
    hidden = stand("Скрытый", author=anna, community=community, visibility="library")
    collection = gather("Ряд", first, hidden, last, owner=boris)
    actions.move_item(collection, collection.items.get(material=last).pk, by=boris, up=True)
    assert order_of(collection) == [last.pk, hidden.pk, first.pk]
    actions.move_item(collection, collection.items.get(material=hidden).pk, by=boris, up=True)
    actions.remove_item(collection, collection.items.get(material=hidden).pk, by=boris)
    assert order_of(collection) == [last.pk, hidden.pk, first.pk]


def test_two_people_lose_neither_text_nor_order(client_of: Any, anna: Teacher, daria: Teacher, evgenia: Teacher, community: Community) -> None:
    first, second, third = (stand(f"М{number}", author=anna) for number in range(3))
    collection = gather("Ряд", first, second, third, owner=daria, community=community, visibility="network", annotation="Было")
    address = f"/collections/{collection.pk}/edit/"
    items = {item.material_id: item.pk for item in collection.items.all()}
    page = shown(collection)  # both have it open
    client_of(daria).post(address, {**page, "annotation": "Дарья", f"note_{items[first.pk]}": "от Дарьи", "do": f"up:{items[second.pk]}"})
    client_of(evgenia).post(address, {**page, f"note_{items[second.pk]}": "от Евгении", "do": f"up:{items[third.pk]}"})
    collection.refresh_from_db()
    assert collection.annotation == "Дарья"
    assert dict(collection.items.values_list("material", "note")) == {first.pk: "от Дарьи", second.pk: "от Евгении", third.pk: ""}
    assert order_of(collection) == [second.pk, third.pk, first.pk]
    refused = client_of(evgenia).post(address, {**page, "annotation": "Евгения", "do": f"remove:{items[first.pk]}"})
    text = refused.content.decode()
    assert refused.status_code == 200
    assert "Дарья" in text
    assert ">\nЕвгения</textarea>" in text
    collection.refresh_from_db()
    assert (collection.annotation, collection.items.count()) == ("Дарья", 3)
    again = {**page, "annotation": "Евгения", "initial-annotation": "Дарья"}
    client_of(evgenia).post(address, again)
    collection.refresh_from_db()
    assert collection.annotation == "Евгения"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: SQLite's writers come one after the other")
def test_moves_and_additions_at_the_same_moment(anna: Teacher, boris: Teacher) -> None:
    materials = [stand(f"М{number}", author=anna) for number in range(6)]
    collection = gather("Ряд", *materials[:4], owner=boris)
    items = list(collection.items.order_by("order").values_list("pk", flat=True))
    acts: list[Callable[[Teacher], Any]] = [
        *(lambda by, pk=pk: actions.move_item(collection, pk, by=by, up=True) for pk in items),
        *(lambda by, material=material: actions.add_material(collection, material, by=by) for material in (*materials[4:], *materials[4:])),
    ]

    def alone(act: Callable[[Teacher], Any]) -> None:
        try:
            act(Teacher.objects.get(pk=boris.pk))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(alone, acts))
    assert sorted(order_of(collection)) == sorted(material.pk for material in materials)
    assert len(set(collection.items.values_list("order", flat=True))) == len(materials)


# --- following ------------------------------------------------------------------------------------------------------


def test_followers_learn_what_is_new_and_nothing_hidden(client_of: Any, anna: Teacher, boris: Teacher, daria: Teacher, community: Community) -> None:
    collection = gather("Лента", stand("Старый", author=anna), owner=daria, visibility="network")
    browser = client_of(boris)
    browser.post(f"/collections/{collection.pk}/follow/")
    (row,) = browser.get("/collections/?followed=1").context["rows"]
    assert (row.materials, row.fresh) == (1, 0)
    actions.add_material(collection, stand("Новый", author=anna), by=daria)
    actions.add_material(collection, stand("Внутренний", author=anna, community=community, visibility="library"), by=daria)
    (row,) = browser.get("/collections/?followed=1").context["rows"]
    assert (row.materials, row.fresh) == (2, 1)
    page = browser.get(collection.get_absolute_url())
    assert [entry.is_fresh for entry in page.context["entries"]] == [False, True]
    browser.post(f"/collections/{collection.pk}/follow/")
    assert [row.fresh for row in browser.get("/collections/?followed=1").context["rows"]] == [0]
    assert CollectionFollow.objects.count() == 1
    browser.post(f"/collections/{collection.pk}/unfollow/")
    assert found(browser.get("/collections/?followed=1")) == []


def test_a_followed_collection_that_closes_leaves_the_list(client_of: Any, boris: Teacher, daria: Teacher) -> None:
    collection = gather(owner=daria, visibility="network")
    client_of(boris).post(f"/collections/{collection.pk}/follow/")
    Collection.objects.update(visibility="private")
    answer = client_of(boris).get("/collections/?followed=1")
    assert (found(answer), total(answer)) == ([], 0)
