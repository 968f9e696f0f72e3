"""«My materials»: everything of one's own in every state, nothing of anybody else's."""

from typing import Any

import pytest

from communities.models import Teacher
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db


def test_an_author_sees_every_state_and_first_what_waits_for_them(client_of: Any, anna: Teacher, boris: Teacher) -> None:
    for status in ("published", "draft", "review", "returned"):
        stand(f"Свой {status}", author=anna, status=status)
    stand("Чужой", author=boris)
    page = client_of(anna).get("/materials/mine/").content.decode()
    places = [page.index(f"Свой {status}") for status in ("returned", "draft", "review", "published")]
    assert places == sorted(places)
    assert "Чужой" not in page
    assert 'data-total="4"' in page


def test_the_page_costs_the_same_for_few_and_many(client_of: Any, anna: Teacher, django_assert_num_queries: Any) -> None:
    browser = client_of(anna)
    for many in (1, 15):
        for number in range(many):
            stand(f"Материал {many}-{number}", author=anna, status="draft")
        with django_assert_num_queries(7):
            browser.get("/materials/mine/")


def test_nothing_written_yet_offers_the_upload(client_of: Any, anna: Teacher) -> None:
    assert "/materials/new/" in client_of(anna).get("/materials/mine/").content.decode()
