"""Letters to followers of collections: once a week, what was added, with the rights of that moment."""

import datetime
import re
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from communities.models import Community, Membership, Teacher
from resources.actions import collection as actions
from resources.collection_letters import enqueue_collection_letters, send_collection_letter
from resources.models import Collection, CollectionFollow, CollectionItem, Material
from tests.factories.people import join
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db


def follow(title: str, reader: Teacher, *, owner: Teacher, days: int = 8, **fields: Any) -> Collection:
    """A collection that the reader has followed for so many days without a letter."""
    collection = Collection.objects.create(title=title, slug="collection", owner=owner, **{"visibility": "network", **fields})
    before = timezone.now() - datetime.timedelta(days=days)
    CollectionFollow.objects.create(collection=collection, teacher=reader, since=before, mailed_at=before)
    return collection


def put(collection: Collection, *materials: Material, days: int = 1) -> None:
    for material in materials:
        CollectionItem.objects.create(collection=collection, material=material, order=1, added_at=timezone.now() - datetime.timedelta(days=days))


def letters(outbox: Any) -> list[str]:
    return [message.body for message in outbox]


def test_one_letter_tells_what_was_added_to_all_collections(boris: Teacher, daria: Teacher, anna: Teacher, mailoutbox: Any, settings: Any) -> None:
    first, second = follow("Опыты", boris, owner=daria), follow("Задачи", boris, owner=daria)
    put(first, stand("Старый", author=anna), days=9)
    put(first, stand("Новый опыт", author=anna))
    put(second, stand("Новая задача", author=anna))
    call_command("send_digests")
    (letter,) = mailoutbox
    assert letter.to == [boris.email]
    assert [title for title in ("Опыты", "Задачи", "Новый опыт", "Новая задача", "Старый") if title in letter.body] == [
        "Опыты", "Задачи", "Новый опыт", "Новая задача",
    ]  # fmt: skip
    assert settings.SITE_URL + first.get_absolute_url() in letter.body


def test_a_week_passes_between_letters_and_nothing_is_mailed_twice(boris: Teacher, daria: Teacher, anna: Teacher, mailoutbox: Any) -> None:
    collection = follow("Опыты", boris, owner=daria)
    put(collection, stand("Первый", author=anna))
    for _run in range(2):
        send_collection_letter.call(boris.pk)
    assert len(mailoutbox) == 1
    put(collection, stand("Второй", author=anna), days=0)
    assert enqueue_collection_letters() == 0
    send_collection_letter.call(boris.pk)
    assert len(mailoutbox) == 1
    before = timezone.now() - datetime.timedelta(days=8)
    CollectionFollow.objects.update(mailed_at=before)
    CollectionItem.objects.filter(material__title="Первый").update(added_at=before - datetime.timedelta(days=1))
    call_command("send_digests")
    assert len(mailoutbox) == 2
    assert "Второй" in mailoutbox[1].body
    assert "Первый" not in mailoutbox[1].body


def test_rights_are_asked_when_the_letter_is_made(boris: Teacher, daria: Teacher, anna: Teacher, community: Community, mailoutbox: Any) -> None:
    join(community, boris)
    inside = follow("Внутри", boris, owner=daria, community=community, visibility="community")
    outside = follow("Снаружи", boris, owner=daria)
    put(inside, stand("Открытый", author=anna))
    put(outside, stand("Внутренний", author=anna, community=community, visibility="library"), stand("Отозванный", author=anna, status="withdrawn"))
    Membership.objects.filter(teacher=boris).update(left_on=timezone.localdate())
    assert enqueue_collection_letters() == 1
    assert letters(mailoutbox) == []


@pytest.mark.parametrize("change", [{"is_active": False}, {"confirmed_on": None}, {"email": None}])
def test_who_is_gone_gets_no_letter(boris: Teacher, daria: Teacher, anna: Teacher, mailoutbox: Any, change: dict[str, Any]) -> None:
    put(follow("Опыты", boris, owner=daria), stand("Новый", author=anna))
    Teacher.objects.filter(pk=boris.pk).update(**change)
    call_command("send_digests")
    assert letters(mailoutbox) == []


def test_letters_are_ended_on_the_page_or_by_the_link(client_of: Any, visitor: Any, boris: Teacher, daria: Teacher, anna: Teacher, mailoutbox: Any) -> None:
    collection = follow("Опыты", boris, owner=daria)
    put(collection, stand("Новый", author=anna))
    send_collection_letter.call(boris.pk)
    (stop,) = re.findall(r"/collections/letters/stop/\S+", mailoutbox[0].body)
    browser = client_of(visitor)
    assert browser.get(stop).status_code == 200
    assert CollectionFollow.objects.get().by_mail
    browser.post(stop)
    assert not CollectionFollow.objects.get().by_mail
    for forged in ("1", f"{boris.pk}:x", "%00"):
        assert browser.post(f"/collections/letters/stop/{forged}/").status_code == 404
    reader, address = client_of(boris), f"/collections/{collection.pk}/letters/"
    reader.post(address, {"wanted": "1"})
    assert CollectionFollow.objects.get().by_mail
    assert CollectionFollow.objects.get().mailed_at > timezone.now() - datetime.timedelta(minutes=1)
    reader.post(address, {"wanted": "0"})
    assert not CollectionFollow.objects.get().by_mail
    assert reader.get(address).status_code == 405
    Collection.objects.update(visibility="private")
    assert reader.post(address, {"wanted": "1"}).status_code == 404


def test_what_users_wrote_becomes_no_link(boris: Teacher, daria: Teacher, anna: Teacher, mailoutbox: Any) -> None:
    put(follow("Смотри http://evil.example/x", boris, owner=daria), stand("Письмо на a@evil.example", author=anna))
    send_collection_letter.call(boris.pk)
    assert "evil.example" not in mail.outbox[0].body


def test_following_asks_for_letters_and_says_so(client_of: Any, boris: Teacher, daria: Teacher) -> None:
    collection = Collection.objects.create(title="Опыты", slug="collection", owner=daria, visibility="network")
    browser = client_of(boris)
    browser.post(f"/collections/{collection.pk}/follow/")
    assert "Раз в неделю письмо расскажет, что добавили." in browser.get(collection.get_absolute_url()).content.decode()
    actions.set_letters(collection, by=boris, wanted=False)
    assert "Вы следите без писем." in browser.get(collection.get_absolute_url()).content.decode()
