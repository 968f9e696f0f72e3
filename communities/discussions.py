"""Reading discussions: lists, pages of a topic, search, and how long people wait for an answer."""

import datetime
import statistics
from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Max, Q, QuerySet

from communities.access_discussion import may_read_discussion, may_write
from communities.models import Community, Post, Teacher, Topic
from communities.models.discussion import PAGE, TopicKind
from foundation.text_search import Query

# What the list may be narrowed to.
UNANSWERED = "unanswered"
# Topics on the community's overview.
NEWEST = 3
FILTERS = (*TopicKind.values, UNANSWERED)


def topics_of(community: Community, reader: Teacher, narrow: str = "") -> QuerySet[Topic]:
    """A community's topics for its list: pinned ones first, then the newest message. `narrow` is one of FILTERS."""
    topics = Topic.objects.visible_to(reader).filter(community=community)
    if narrow == UNANSWERED:
        topics = topics.filter(kind=TopicKind.QUESTION, answer=None, first_answer_at=None)
    elif narrow in TopicKind.values:
        topics = topics.filter(kind=narrow)
    return topics.for_list(reader).order_by(F("pinned_at").desc(nulls_last=True), "-last_post_at", "-pk")  # type: ignore[attr-defined]


class _Counted(Paginator):
    """Pages whose number is known without counting; messages are found by their numbers, not by skipping rows."""

    def __init__(self, topic: Topic, posts: QuerySet[Post]) -> None:
        super().__init__(posts, PAGE)
        self.__dict__["count"] = topic.post_count

    def page(self, number: Any) -> Any:
        number = self.validate_number(number)
        first = (number - 1) * PAGE
        return self._get_page(self.object_list.filter(number__gt=first, number__lte=first + PAGE), number, self)


def page_of(topic: Topic, reader: Teacher, number: str | None) -> Any:
    """A page of a topic's messages, hidden ones among them. Three queries, whatever the topic's length."""
    return _Counted(topic, Post.objects.filter(topic=topic).for_page(reader).order_by("number")).get_page(number)  # type: ignore[attr-defined]


def unread_path(topic: Topic) -> str:
    """Where a reader goes on: the first message they have not read. `topic` comes from `for_list`."""
    read_to: int | None = topic.read_to  # type: ignore[attr-defined]
    if not read_to or read_to >= topic.post_count:
        return topic.get_absolute_url()
    return Post(topic=topic, number=read_to + 1).get_absolute_url()


def search_posts(query: Query, reader: Teacher, community: Community | None = None) -> QuerySet[Post]:
    """Messages that answer a search among those the reader may see, the newest first; of one community where it is given."""
    posts = Post.objects.visible_to(reader).filter(stems__match=query, topic__hidden_at=None)
    if community is not None:
        posts = posts.filter(topic__community=community)
    return posts.select_related("topic__community", "author").order_by("-created_at", "-pk")


def search_topics(query: Query, reader: Teacher) -> QuerySet[Post]:
    """Topics that answer a search among those the reader may see, each with its newest message that does; the newest first."""
    found = search_posts(query, reader)
    newest = found.select_related(None).order_by().values("topic").annotate(newest=Max("pk")).values("newest")
    return Post.objects.filter(pk__in=newest).select_related("topic__community", "author").order_by("-created_at", "-pk")


def topic_rows(topics: Iterable[Topic]) -> list[dict[str, Any]]:
    """What a row says beside the topic (from `for_list`): how many messages are new, and where the reader goes on."""
    rows = []
    for topic in topics:
        read_to: int | None = topic.read_to  # type: ignore[attr-defined]
        new = topic.post_count - read_to if read_to else 0
        rows.append({"topic": topic, "new": new, "is_new": read_to is None, "answers": topic.post_count - 1, "url": unread_path(topic)})
    return rows


def discussion_panel(community: Community, reader: Any) -> dict[str, Any] | None:
    """The newest topics for the community's overview; None for those who do not read them. One query."""
    if not may_read_discussion(reader, community):
        return None
    return {"topics": topic_rows(topics_of(community, reader)[:NEWEST]), "may_write": may_write(reader, community)}


def median_answer_time(topics: QuerySet[Topic]) -> datetime.timedelta | None:
    """How long half of these questions waited for their first answer; unanswered ones do not count, and None says there is none. One query."""
    answered = topics.filter(Q(kind=TopicKind.QUESTION), first_answer_at__isnull=False).order_by()
    waits = [answer - asked for asked, answer in answered.values_list("created_at", "first_answer_at")]
    return statistics.median(waits) if waits else None
