"""The search document follows the material, in the same transaction."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from communities.models import Teacher
from foundation.text_search import parse_query
from foundation.text_search.document import FILLER
from resources.actions.draft import add_author, save_draft
from resources.actions.indexing import mark_documents
from resources.models import Material, MaterialFile, MaterialSearch
from tests.factories.people import give_consent
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db


def found(words: str) -> list[str]:
    return [material.title for material in Material.objects.filter(search__everything__match=parse_query(words)).order_by("pk")]


def test_words_of_all_parts_are_found_in_any_form(anna: Teacher) -> None:
    stand("Закон Ома", author=anna, annotation="Ученики собирают цепи", topic="Электричество", subject="physics", type="lab", files=("нихромовая проволока",))
    for words in ("закона ома", "ученика", "цепь", "электричества", "физике", "лабораторные", "проволоки"):
        assert found(words) == ["Закон Ома"], words
    assert found("химия") == []


def test_a_change_is_found_at_once_and_rolls_back_with_its_transaction(anna: Teacher) -> None:
    material = stand("Закон Ома", author=anna)
    with transaction.atomic():
        save_draft(material, {"title": "Маятник"}, by=anna)
        assert found("маятники") == ["Маятник"]
        transaction.set_rollback(True)
    assert (found("маятник"), found("ом")) == ([], ["Закон Ома"])
    save_draft(material, {"title": "Маятник"}, by=anna)
    assert (found("маятник"), found("закон")) == (["Маятник"], [])


def test_authors_are_found_by_name_only_when_all_show_it(anna: Teacher, boris: Teacher) -> None:
    material = stand(author=anna)
    assert found("Власова") == []
    give_consent(anna, "publication")
    assert found("Власова") == ["Закон Ома"]
    add_author(material, boris, by=anna)
    assert (found("Власова"), found("Королёв")) == ([], [])
    give_consent(boris, "publication")
    assert (found("Власовой"), found("Королева")) == (["Закон Ома"], ["Закон Ома"])
    boris.publishes_name = False
    boris.save(update_fields=["publishes_name"])
    assert found("Королёв") == []


def test_signing_in_touches_no_search_document(anna: Teacher, django_assert_num_queries: Any) -> None:
    stand(author=anna)
    with django_assert_num_queries(1):
        anna.save(update_fields=["last_login"])


def test_everything_is_rebuilt(anna: Teacher) -> None:
    for number in range(3):
        stand(f"Материал {number}", author=anna, files=("нихром",))
    before = list(MaterialSearch.objects.order_by("pk").values())
    MaterialSearch.objects.update(title="", everything="")
    MaterialSearch.objects.first().delete()
    assert found("нихром") == []
    call_command("rebuild_search")
    assert list(MaterialSearch.objects.order_by("pk").values()) == before
    assert len(found("нихрома")) == 3


def test_documents_written_before_there_were_marks_get_them(anna: Teacher) -> None:
    stand("Закон Ома", author=anna, subject="physics", grades=(7, 8), files=("нихром",))
    stand("Цепи", author=anna)
    before = list(MaterialSearch.objects.order_by("pk").values())
    for document in MaterialSearch.objects.all():
        document.title, document.everything = (text.partition(f"{FILLER} ")[2] for text in (document.title, document.everything))
        document.save()
    assert mark_documents() == 2
    assert list(MaterialSearch.objects.order_by("pk").values()) == before
    assert mark_documents() == 0


def test_the_number_of_queries_does_not_grow_with_files(anna: Teacher, django_assert_num_queries: Any) -> None:
    from resources.actions.indexing import index_material

    small, large = stand("Один", author=anna, files=("а",)), stand("Много", author=anna, files=("а", "б", "в", "г"))
    for material in (small, large):
        with django_assert_num_queries(4):
            index_material(material)
    assert MaterialFile.objects.count() == 5
