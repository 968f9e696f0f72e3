"""Topics and messages for tests, made by the actions themselves."""

import itertools
from typing import Any

from communities.actions.discussion import begin_topic, reply
from communities.models import Community, Post, Teacher, Topic

_numbers = itertools.count(1)


def ask(community: Community, author: Teacher, title: str = "Чем заменить батарейки?", text: str = "Садятся к пятому уроку.", **more: Any) -> Topic:
    """A question (or what `kind` says) with its first message."""
    topic = begin_topic(community, by=author, title=title, text=text, **{"kind": "question", "token": f"t{next(_numbers)}", **more})
    return Topic.objects.select_related("community").get(pk=topic.pk)


def answer(topic: Topic, author: Teacher, text: str = "Блок питания на 4,5 В.", **more: Any) -> Post:
    """One more message."""
    return Post.objects.select_related("topic__community", "author").get(pk=reply(topic, by=author, text=text, **more).pk)


def fill(topic: Topic, author: Teacher, count: int) -> None:
    """Many plain messages at once, past the actions."""
    first = topic.post_count + 1
    Post.objects.bulk_create(
        Post(topic=topic, number=number, author=author, text=f"Сообщение {number}", html=f"<p>Сообщение {number}</p>") for number in range(first, first + count)
    )
    Topic.objects.filter(pk=topic.pk).update(post_count=first + count - 1)
