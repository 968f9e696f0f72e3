"""Rows inserted past the ORM are those that the ORM reads back."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone

from communities.models import Municipality
from foundation.bulk import KeysOf, end_of_keys, insert_objects, insert_rows, without_indexes
from resources.models import Material, MaterialFile
from tests.factories.materials import make_draft
from tests.factories.people import make_teacher

pytestmark = pytest.mark.django_db


def test_rows_come_back_as_they_were_given() -> None:
    names = ["Озеро", "", 'с "кавычками", запятой', "две\nстроки\tи \\N", "\\."]
    insert_rows(Municipality, ("name", "slug", "external_id"), [(name, f"m{place}", None if place % 2 else "") for place, name in enumerate(names[:2])])
    insert_rows(Municipality, ("name", "slug", "external_id"), [(name, f"m{place}", f"x{place}") for place, name in enumerate(names) if place > 1])
    rows = Municipality.objects.order_by("slug").values_list("name", "external_id")
    assert list(rows) == [("Озеро", ""), ("", None), (names[2], "x2"), (names[3], "x3"), (names[4], "x4")]


def test_objects_of_every_kind_of_column() -> None:
    author = make_teacher()
    given = make_draft(by=author)
    moment = datetime.datetime(2026, 3, 1, 7, 30, tzinfo=datetime.UTC)
    key = next(KeysOf(Material))
    assert key == given.pk + 1
    material = Material(
        pk=key, title="Плотность", slug="p", library=given.library, created_by=author, created_at=moment, published_on=datetime.date(2026, 3, 2),
        filled_by={"title": "author"},
    )  # fmt: skip
    insert_objects([material])
    end_of_keys(Material)
    read = Material.objects.get(pk=key)
    for field in Material._meta.concrete_fields:
        assert getattr(read, field.attname) == getattr(material, field.attname), field.name
    assert Material.objects.create(title="", slug="q", library=given.library, created_by=author).pk == key + 1


def test_bytes() -> None:
    version = make_draft(by=make_teacher()).versions.get()
    file = MaterialFile(
        pk=next(KeysOf(MaterialFile)), version=version, stored_name="a", original_name="a", kind="pdf", media_type="application/pdf", size=1, sha256="0",
        signature=bytes(range(256)), created_at=timezone.now(),
    )  # fmt: skip
    insert_objects([file])
    assert bytes(MaterialFile.objects.get(pk=file.pk).signature) == bytes(range(256))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_indexes_are_taken_away_inside_a_transaction_only() -> None:
    with pytest.raises(transaction.TransactionManagementError), without_indexes(Material):
        pass
