"""The same moment, many hands: one message a sending, numbers without holes, marks that are counted once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from communities.actions.discussion import accept_answer, mark_topic_read, reply, set_useful
from communities.actions.post_report import decide_report, report_post
from communities.models import Community, Post, PostReport, Teacher, Topic, TopicRead, Useful
from metrics.models import Activity
from tests.factories.people import join, make_teacher
from tests.factories.talk import answer, ask

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
AT_ONCE = 6


@pytest.fixture(autouse=True)
def no_worker(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def topic(community: Community, daria: Teacher, anna: Teacher) -> Topic:
    join(community, anna)
    return ask(community, anna)


def at_once(act: Callable[[Any], Any], things: list[Any]) -> None:
    def alone(thing: Any) -> None:
        try:
            act(thing)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(things)) as pool:
        list(pool.map(alone, things))


def test_one_sending_many_times_is_one_message(topic: Topic, daria: Teacher) -> None:
    at_once(lambda _number: reply(topic, by=Teacher.objects.get(pk=daria.pk), text="Ответ", token="same"), list(range(AT_ONCE)))
    topic.refresh_from_db()
    assert (topic.post_count, topic.posts.count(), Activity.objects.filter(verb="wrote-post").count()) == (2, 2, 1)


def test_messages_of_one_moment_are_numbered_without_holes(topic: Topic, community: Community) -> None:
    people = [make_teacher(f"Коллега{number}") for number in range(AT_ONCE)]
    for person in people:
        join(community, person)
    at_once(lambda person: reply(topic, by=person, text="Ответ", token="t"), people)
    assert list(topic.posts.values_list("number", flat=True)) == list(range(1, AT_ONCE + 2))
    topic.refresh_from_db()
    assert topic.post_count == AT_ONCE + 1


def test_marks_are_counted_once_a_person(topic: Topic, daria: Teacher) -> None:
    post = Post.objects.select_related("topic__community").get()
    at_once(lambda _number: set_useful(post, by=Teacher.objects.get(pk=daria.pk), useful=True), list(range(AT_ONCE)))
    assert (Post.objects.get().useful_count, Useful.objects.count()) == (1, 1)
    at_once(lambda _number: set_useful(post, by=Teacher.objects.get(pk=daria.pk), useful=False), list(range(AT_ONCE)))
    assert (Post.objects.get().useful_count, Useful.objects.count()) == (0, 0)


def test_reading_in_many_windows_is_one_row(topic: Topic, daria: Teacher) -> None:
    at_once(lambda number: mark_topic_read(topic, number, by=daria), list(range(1, AT_ONCE + 1)))
    assert list(TopicRead.objects.filter(teacher=daria).values_list("number", flat=True)) == [AT_ONCE]


def test_accepting_twice_is_one_act(topic: Topic, anna: Teacher, daria: Teacher) -> None:
    said = answer(topic, daria)
    at_once(lambda _number: accept_answer(topic, said, by=Teacher.objects.get(pk=anna.pk)), list(range(AT_ONCE)))
    assert Activity.objects.filter(verb="answered").count() == 1


def test_of_two_decisions_the_first_holds(topic: Topic, community: Community, anna: Teacher, daria: Teacher) -> None:
    said = answer(topic, daria)
    report = report_post(said, by=anna, reason="rude")
    moderators = [make_teacher(f"Модератор{number}") for number in range(AT_ONCE)]
    for person in moderators:
        join(community, person, role="moderator")
    held: list[str] = []

    def decide(person: Teacher) -> None:
        from django.core.exceptions import ValidationError

        try:
            decide_report(PostReport.objects.select_related("post__topic__community").get(pk=report.pk), "hide", by=person, answer="Потому что")
            held.append(person.last_name)
        except ValidationError:
            pass

    at_once(decide, moderators)
    assert len(held) == 1
    assert PostReport.objects.get().decided_by.last_name == held[0]
