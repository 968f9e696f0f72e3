"""«Make my variant»: what the original's terms allow, whose names stand where, and who sees the tree."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from communities.models import Community, Teacher
from metrics.models import Activity
from resources.actions.publication import publish_material
from resources.actions.variant import adapt_material
from resources.licences import MATRIX
from resources.models import Material
from tests.factories.people import join
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_worker(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def adapt(browser: Any, material: Material, licence: str) -> Any:
    return browser.post(f"/materials/{material.pk}/adapt/", {"licence": licence})


ALLOWED = {("cc-by", "cc-by"), ("cc-by", "cc-by-sa"), ("cc-by", "network"), ("cc-by-sa", "cc-by-sa"), ("network", "network")}


@pytest.mark.parametrize("licence", ["cc-by", "cc-by-sa", "network"])
@pytest.mark.parametrize("original", ["cc-by", "cc-by-sa", "network"])
def test_the_originals_licence_decides(anna: Teacher, boris: Teacher, client_of: Any, original: str, licence: str) -> None:
    visibility = "network" if original == "network" else "public"
    material = stand(author=anna, licence=original, visibility=visibility, files=("Текст",))
    browser = client_of(boris)
    assert browser.get(f"/materials/{material.pk}/adapt/").status_code == 200
    adapt(browser, material, licence)
    variants = [(variant.derived_from.material_id, variant.licence) for variant in Material.objects.exclude(pk=material.pk)]
    assert variants == ([(material.pk, licence)] if (original, licence) in ALLOWED else [])
    assert {(first, second) for first, seconds in MATRIX.items() for second in seconds} == ALLOWED


def test_a_variant_is_a_draft_with_copies(anna: Teacher, boris: Teacher, client_of: Any) -> None:
    material = stand("Закон Ома", author=anna, subject="physics", grades=(8, 8), files=("Текст", "Ответы"))
    adapt(client_of(boris), material, "cc-by")
    variant = Material.objects.exclude(pk=material.pk).get()
    assert (variant.title, variant.subject, variant.grade_from, variant.status, variant.file_count) == ("Закон Ома", material.subject, 8, "draft", 2)
    assert [authorship.teacher for authorship in variant.authorships.all()] == [boris]
    pairs = zip(material.versions.get().files.all(), variant.versions.get().files.all(), strict=True)
    assert all(one.sha256 == two.sha256 and one.stored_name != two.stored_name for one, two in pairs)
    assert not Activity.objects.exists()
    publish_material(variant)
    assert list(Activity.objects.values_list("verb", "actor")) == [("adapted", boris.pk), ("published", boris.pk)]


@pytest.mark.parametrize("values", [{"licence": "cc-by"}, {"visibility": "public", "licence": "network"}])
def test_editing_does_not_widen_a_variant(anna: Teacher, boris: Teacher, client_of: Any, values: dict[str, str]) -> None:
    material = stand(author=anna, licence="network", visibility="network", files=("Текст",))
    variant = adapt_material(material, by=boris, licence="network")
    assert client_of(boris).post(f"/materials/{variant.pk}/edit/", {"title": "Моё", **values}).status_code == 200
    variant.refresh_from_db()
    assert (variant.licence, variant.visibility) == ("network", "network")


def test_a_variant_of_what_a_community_sees_stays_there(anna: Teacher, daria: Teacher, boris: Teacher, community: Community, client_of: Any) -> None:
    material = stand(author=anna, community=community, visibility="library", files=("Текст",))
    variant = adapt_material(material, by=daria, licence="cc-by")
    assert (variant.visibility, variant.library) == ("library", material.library)
    client_of(daria).post(f"/materials/{variant.pk}/edit/", {"title": "Моё", "visibility": "library", "library": ""})
    variant.refresh_from_db()
    assert (variant.visibility, variant.library) == ("library", material.library)
    assert adapt(client_of(boris), material, "cc-by").status_code == 404


def test_drafts_and_visitors_make_no_variant(anna: Teacher, zakhar: Teacher, client: Any, client_of: Any) -> None:
    assert adapt(client_of(anna), stand(author=anna, status="draft"), "cc-by").status_code == 403
    public = stand(author=anna)
    assert adapt(client_of(zakhar), public, "cc-by").status_code == 403
    assert adapt(client, public, "cc-by").status_code == 302
    assert Material.objects.filter(derived_from__isnull=False).count() == 0


def test_the_tree_shows_what_the_reader_sees(anna: Teacher, boris: Teacher, daria: Teacher, community: Community, client: Any, client_of: Any) -> None:
    root = stand("Корень", author=anna, files=("Текст",))
    inner = stand("Тайная ветвь", author=daria, community=community, visibility="library", derived_from=root.versions.get())
    leaf = stand("Открытый лист", author=boris, derived_from=inner.versions.get())
    stand("Черновик", author=boris, status="draft", derived_from=root.versions.get())

    def tree(browser: Any) -> Any:
        def read(nodes: Any) -> Any:
            return [(node.material.title, read(node.variants)) for node in nodes]

        return read(browser.get(f"/materials/{root.pk}/variants/").context["roots"])

    assert tree(client) == [("Корень", [("Открытый лист", [])])]
    assert tree(client_of(daria)) == [("Корень", [("Тайная ветвь", [("Открытый лист", [])])])]
    assert tree(client_of(boris)) == [("Корень", [("Черновик", []), ("Открытый лист", [])])]
    for page in (leaf.get_absolute_url(), root.get_absolute_url(), f"/materials/{leaf.pk}/variants/"):
        assert "Тайная ветвь" not in client.get(page).content.decode()
    assert client.get(f"/materials/{inner.pk}/variants/").status_code == 404
    join(community, boris)
    for page in (leaf.get_absolute_url(), root.get_absolute_url(), f"/materials/{leaf.pk}/variants/"):
        assert "Тайная ветвь" in client_of(boris).get(page).content.decode()


def test_the_originals_authors_are_named(anna: Teacher, boris: Teacher, client: Any, client_of: Any) -> None:
    material = stand(author=anna, files=("Текст",))
    variant = stand("Вариант", author=boris, derived_from=material.versions.get())
    assert "Анна Игоревна Власова" in client_of(boris).get(variant.get_absolute_url()).content.decode()
    assert "Власова" not in client.get(variant.get_absolute_url()).content.decode()


@pytest.mark.parametrize("size", [1, 20])
def test_queries_of_the_tree_do_not_grow(anna: Teacher, boris: Teacher, django_assert_num_queries: Any, size: int) -> None:
    from resources.variants import variant_tree

    root = stand(author=anna)
    for number in range(size):
        stand(f"Вариант {number}", author=boris, derived_from=root.versions.get())
    with django_assert_num_queries(3):
        assert len(variant_tree(root, AnonymousUser())[0].variants) == size
