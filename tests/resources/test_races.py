"""Marks and downloads at the same moment. On SQLite a writer waits for the other by itself, so these prove something on PostgreSQL alone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from communities.models import Community, Teacher
from metrics.models import Activity
from resources.actions.attestation import chosen_facts, issue_attestation
from resources.actions.download import count_download
from resources.actions.material_call import call_for_materials
from resources.actions.reuse import mark_used, undo_use
from resources.collection_letters import send_collection_letter
from resources.models import Attestation, Collection, CollectionFollow, CollectionItem, Download, Material, MaterialCall, Reuse
from resources.papers.attestation import digest
from resources.portfolio import Period
from tests.factories.people import make_teacher
from tests.factories.shelf import stand

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: SQLite's writers come one after the other"),
]
AT_ONCE = 6


@pytest.fixture
def material(anna: Teacher) -> Material:
    return stand(author=anna)


def at_once(act: Callable[[Any], Any], things: list[Any]) -> None:
    def alone(thing: Any) -> None:
        try:
            act(thing)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(things)) as pool:
        list(pool.map(alone, things))


def test_one_person_pressing_many_times_is_one_lesson(material: Material, boris: Teacher) -> None:
    at_once(lambda teacher: mark_used(Material.objects.get(), by=teacher), [boris] * AT_ONCE)
    material.refresh_from_db()
    assert (material.reuse_count, Reuse.objects.count(), Activity.objects.count()) == (1, 1, 1)
    at_once(lambda use: undo_use(use, by=boris), [Reuse.objects.get() for _copy in range(AT_ONCE)])
    material.refresh_from_db()
    assert (material.reuse_count, list(Activity.objects.values_list("delta", flat=True))) == (0, [1, -1])


def test_many_people_are_all_counted(material: Material, boris: Teacher) -> None:
    people = [make_teacher(f"Коллега{number}", school=boris.school) for number in range(AT_ONCE)]
    at_once(lambda teacher: mark_used(Material.objects.get(), by=teacher), people)
    at_once(lambda teacher: count_download(Material.objects.get(), by=teacher), people * 2)
    material.refresh_from_db()
    assert (material.reuse_count, material.reuse_school_count, material.download_count) == (AT_ONCE, 1, AT_ONCE)
    assert (Reuse.objects.count(), Download.objects.count(), Activity.objects.count()) == (AT_ONCE, AT_ONCE, 2 * AT_ONCE)


def test_a_paper_issued_many_times_at_once_is_one_paper(material: Material, anna: Teacher) -> None:
    period = Period(None, timezone.localdate())
    keys = {f"published:{material.pk}"}
    seen = digest(chosen_facts(anna, period, keys))
    at_once(lambda teacher: issue_attestation(teacher, period, keys, seen=seen, by=teacher), [anna] * AT_ONCE)
    assert Attestation.objects.count() == 1


def test_letters_sent_at_the_same_moment_are_one_letter(material: Material, anna: Teacher, boris: Teacher, mailoutbox: Any) -> None:
    before = timezone.now() - timedelta(days=8)
    collection = Collection.objects.create(title="Опыты", slug="collection", owner=anna, visibility="network")
    CollectionItem.objects.create(collection=collection, material=material, order=1)
    CollectionFollow.objects.create(collection=collection, teacher=boris, since=before, mailed_at=before)
    at_once(send_collection_letter.call, [boris.pk] * AT_ONCE)
    assert len(mailoutbox) == 1


def test_a_call_sent_many_times_at_once_is_one_call(material: Material, daria: Teacher, community: Community) -> None:
    assert community.subject is not None
    at_once(lambda leader: call_for_materials(community.subject, 8, None, [community], by=leader), [daria] * AT_ONCE)
    assert MaterialCall.objects.count() == 1
