"""Two at once: the last free place goes to one, a line becomes one draft. On SQLite writers wait for each other by themselves."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from communities.models import Community, Teacher
from resources.actions.batch import announce_file, make_drafts, open_batch
from resources.actions.batch_line import make_queued_line
from resources.models import Batch, BatchFile, BatchLine, Library, Material, MaterialFile
from resources.models.batch import LineState
from tests.factories.batches import lessons, send, sent
from tests.factories.files import zipped
from tests.factories.people import join, make_teacher

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
AT_ONCE = 6


def at_once(act: Callable[[Any], Any], things: list[Any]) -> list[Any]:
    def alone(thing: Any) -> Any:
        try:
            return act(thing)
        except ValidationError as rejection:
            return rejection.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(alone, things))


def queued(settings: Any, desk: Any, many: int, library: str = "") -> Batch:
    """A checked batch all of whose lines wait to be made."""
    batch = send(desk, sent("a.zip", zipped(lessons(*(f"{number}.txt" for number in range(many))))), library=library)
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    batch.lines.update(state=LineState.QUEUED)
    Batch.objects.update(stage="making")
    return batch


def lines_of(batch: Batch) -> list[BatchLine]:
    return list(batch.lines.select_related("batch__teacher", "batch__library__community", "batch__library__school"))


def test_one_line_run_many_times_at_once_is_one_draft(anna: Teacher, client_of: Any, settings: Any) -> None:
    batch = queued(settings, client_of(anna), 1)
    at_once(make_queued_line, lines_of(batch) * AT_ONCE)
    assert (Material.objects.count(), MaterialFile.objects.count(), batch.lines.get().state) == (1, 1, "made")


def test_many_lines_at_once_are_all_made(anna: Teacher, client_of: Any, settings: Any) -> None:
    batch = queued(settings, client_of(anna), AT_ONCE)
    at_once(make_queued_line, lines_of(batch))
    batch.refresh_from_db()
    assert (Material.objects.count(), batch.stage) == (AT_ONCE, "done")


def test_the_last_room_of_a_library_goes_to_one(anna: Teacher, boris: Teacher, community: Community, client_of: Any, settings: Any) -> None:
    batches = []
    for teacher in (anna, boris):
        join(community, teacher)
    size = 0
    for teacher in (anna, boris):
        batches.append(queued(settings, client_of(teacher), 1, f"community-{community.pk}"))
        settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
        size = batches[-1].lines.get().size
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    Library.objects.filter(community=community).update(quota_bytes=size + size // 2)
    at_once(make_queued_line, [line for batch in batches for line in lines_of(batch)])
    assert Material.objects.count() == 1
    assert sorted(BatchLine.objects.values_list("state", flat=True)) == ["broken", "made"]
    assert "свободно" in BatchLine.objects.get(state="broken").problems[0]


def test_the_last_room_of_a_person_goes_to_one_announcement(anna: Teacher, settings: Any) -> None:
    settings.TEACHER_QUOTA_BYTES = 100
    batch = open_batch(uuid.uuid4(), by=anna)
    outcomes = at_once(lambda number: announce_file(batch, f"{number}.txt", 60, by=anna).size, list(range(AT_ONCE)))
    assert sorted(map(str, outcomes)) == ["60", *["over_quota"] * (AT_ONCE - 1)]
    assert BatchFile.objects.count() == 1


def test_two_presses_make_each_line_once(anna: Teacher, client_of: Any, settings: Any) -> None:
    batch = send(client_of(anna), sent("a.zip", zipped(lessons("1.txt", "2.txt"))))
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    counts = at_once(lambda teacher: make_drafts(batch, by=teacher), [anna] * AT_ONCE)
    assert sorted(counts) == [0] * (AT_ONCE - 1) + [2]


def test_strangers_do_not_meet(anna: Teacher, settings: Any) -> None:
    key = uuid.uuid4()
    others = [make_teacher(f"Коллега{number}") for number in range(AT_ONCE)]

    def claim(teacher: Teacher) -> Any:
        try:
            return open_batch(key, by=teacher).teacher_id
        except Batch.DoesNotExist:
            return None

    owners = at_once(claim, others)
    assert len([owner for owner in owners if owner]) == 1
    assert Batch.objects.count() == 1
