"""The region in bulk, at a hundredth of a hundredth: the same promises as the small demo, and a ledger that tells the same story."""

import datetime
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.test import Client

from communities.models import Community, Consent, Employment, JoinRequest, Membership, School, Teacher
from foundation.text_search import index_text, parse_query
from foundation.text_similarity import signature
from metrics.models import Activity
from resources.actions.indexing import rebuild_search
from resources.duplicates import find_similar
from resources.facets import CELL_FIELDS, marks_of
from resources.models import CollectionItem, Download, Material, MaterialFile, MaterialSearch, Reuse, Review, TextBand

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 20)


@pytest.fixture(autouse=True)
def few_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("network_portal.demo.region_load.BODIES", 6)
    monkeypatch.setattr("network_portal.demo.region_load.READ_AFTERWARDS", 2)
    # More than one batch, so that the seam between two is tried.
    monkeypatch.setattr("network_portal.demo.region_load.BATCH", 40)


def fill(**options: Any) -> None:
    call_command("demo", size="region", factor=0.0005, today=TODAY, stdout=StringIO(), **options)


def fingerprint() -> list[Any]:
    return [
        list(Teacher.objects.order_by("email").values_list("email", "last_name", "school__slug", "publishes_name")),
        list(Membership.objects.order_by("community__slug", "teacher__email").values_list("community__slug", "teacher__email", "role", "joined_on")),
        list(Material.objects.order_by("title").values_list("title", "status", "visibility", "published_on", "reuse_count", "download_count")),
        sorted(MaterialFile.objects.values_list("original_name", "stored_name", "text")),
        sorted(Activity.objects.values_list("verb", "level", "occurred_on", "actor__email")),
    ]


def test_a_bulk_region_keeps_every_promise_of_the_small_one() -> None:
    fill()
    assert (School.objects.count(), Teacher.objects.count(), Community.objects.count(), Material.objects.count()) == (12, 80, 24, 50)
    assert Material.objects.values("title").distinct().count() == 50
    for file in MaterialFile.objects.all():
        assert default_storage.size(file.stored_name) == file.size
        assert len(file.text) > 200
    # Names are searched by folded copies, materials by stems: both are there although nothing was saved row by row.
    assert not Teacher.objects.filter(folded_name="").exists()
    assert MaterialSearch.objects.exclude(everything="").count() == 50
    material = Material.objects.order_by("pk").first()
    assert material is not None
    # The document that ranks holds the topic beside the title.
    assert Material.objects.filter(search__title__match=parse_query(f'"{material.topic}"'), pk=material.pk).exists()
    assert Material.objects.filter(search__everything__match=parse_query(material.title), pk=material.pk).exists()
    assert {Employment.objects.filter(school=school, is_head=True).count() for school in School.objects.all()} == {1}
    assert Consent.objects.filter(text__purpose="processing").count() == 80
    assert set(Teacher.objects.filter(publishes_name=True)) == {consent.teacher for consent in Consent.objects.filter(text__purpose="publication")}
    for material in Material.objects.filter(created_by__publishes_name=False):
        assert all(material.created_by.last_name not in file.text for version in material.versions.all() for file in version.files.all())


def test_the_ledger_tells_the_same_as_the_rows() -> None:
    fill()
    assert not Activity.objects.filter(occurred_on__gt=TODAY).exists()
    acts = {row["verb"]: row["count"] for row in Activity.objects.order_by().values("verb").annotate(count=Count("id"))}
    assert acts["reused"] == Reuse.objects.count() == sum(Material.objects.values_list("reuse_count", flat=True)) > 0
    assert acts["downloaded"] == Download.objects.count() == sum(Material.objects.values_list("download_count", flat=True))
    assert acts["reviewed"] == Review.objects.count()
    assert acts["founded"] == Community.objects.count()
    assert acts["founded"] + acts["joined"] == Membership.objects.count()
    for act in Activity.objects.select_related("actor__school"):
        assert (act.school, act.municipality_id) == (act.actor.school, act.actor.school and act.actor.school.municipality_id)
    for material in Material.objects.annotate(schools=Count("reuses__school", distinct=True), files=Count("versions__files", distinct=True)):
        assert (material.reuse_school_count, material.file_count) == (material.schools, material.files)
    # Nobody takes a material before it is there, or before being confirmed.
    assert not [
        reuse for reuse in Reuse.objects.select_related("material", "teacher") if reuse.used_on < max(reuse.material.published_on, reuse.teacher.confirmed_on)
    ]


def test_the_same_seed_gives_the_same_region() -> None:
    fill(seed=7)
    first = fingerprint()
    fill(seed=7, reset=True)
    assert fingerprint() == first


def test_what_only_members_see_was_taken_by_members_only(client: Client) -> None:
    fill()
    for reuse in Reuse.objects.filter(material__visibility="library").select_related("material__library"):
        assert Membership.objects.filter(teacher=reuse.teacher, community=reuse.material.library.community).exists()
    assert client.get("/materials/").status_code == 200


def schema() -> list[Any]:
    """Every index, key and trigger of the database, as the database itself describes them."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%%' ORDER BY type, name")
            return cursor.fetchall()
        cursor.execute("SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1, 2")
        indexes = cursor.fetchall()
        cursor.execute("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' ORDER BY 1, 2")
        return [indexes, cursor.fetchall()]


def test_the_load_gives_every_index_and_key_back() -> None:
    before = schema()
    fill()
    assert schema() == before
    # The keys that the load gave itself are taken: the next row comes after them.
    material = Material.objects.order_by("-pk")[0]
    assert Material.objects.create(title="Ещё", slug="more", library=material.library, created_by=material.created_by).pk == material.pk + 1
    assert MaterialSearch.objects.filter(everything__match=parse_query(material.title), pk=material.pk).exists()


def test_search_documents_are_those_that_a_rebuild_writes() -> None:
    fill()
    written = list(MaterialSearch.objects.order_by("pk").values_list("pk", "title", "everything"))
    assert rebuild_search() == len(written)
    assert list(MaterialSearch.objects.order_by("pk").values_list("pk", "title", "everything")) == written
    marks = {m.pk: marks_of([getattr(m, field) for field in CELL_FIELDS]) for m in Material.objects.select_related("library")}
    assert {pk: name for pk, name, _everything in written} == {m.pk: index_text(m.title, m.topic, marks=marks[m.pk]) for m in Material.objects.all()}


def test_texts_are_signed_as_the_jobs_sign_them() -> None:
    fill()
    for file in MaterialFile.objects.all():
        assert bytes(file.signature) == signature(file.text)
        assert list(file.bands.order_by("band").values_list("band", flat=True)) == list(range(25 if file.signature else 0))
    signed = MaterialFile.objects.exclude(signature=b"").select_related("version__material")[0]
    assert signed.version.material in [one.material for one in find_similar([bytes(signed.signature)], Material.objects.all())]


def test_a_load_that_breaks_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any, **_named: Any) -> None:
        raise OSError("the disk is full")

    before = schema()
    monkeypatch.setattr("network_portal.demo.region_load.end_of_keys", broken)
    with pytest.raises(OSError, match="the disk is full"):
        fill()
    assert (School.objects.count(), Teacher.objects.count(), Material.objects.count(), TextBand.objects.count(), Activity.objects.count()) == (0, 0, 0, 0, 0)
    assert schema() == before
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_variants_and_collections_stand_on_what_everybody_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("network_portal.demo.region_load.VARIANTS", 1)
    monkeypatch.setattr("network_portal.demo.region_load.MATERIALS", 4000)
    call_command("demo", size="region", factor=0.05, today=TODAY, stdout=StringIO())
    variants = Material.objects.filter(derived_from__isnull=False).select_related("derived_from__material")
    assert variants
    for variant in variants:
        original = variant.derived_from.material
        assert (original.status, original.visibility, variant.visibility, variant.licence) == ("published", "public", "public", original.licence)
        assert original.published_on < variant.created_at.date()
    published = variants.filter(status="published")
    assert set(Activity.objects.filter(verb="adapted").values_list("object_id", flat=True)) == set(published.values_list("pk", flat=True))
    assert not CollectionItem.objects.exclude(material__status="published", material__visibility="public").exists()
    assert CollectionItem.objects.exists()
    for request in JoinRequest.objects.select_related("community"):
        assert not request.community.is_open
        assert not Membership.objects.filter(community=request.community, teacher=request.teacher, left_on=None).exists()
