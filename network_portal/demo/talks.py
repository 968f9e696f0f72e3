"""Discussions of the demo region, written in bulk: the same for a small network and for a whole region."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache

from django.utils import timezone

from communities.levels import derive_level
from communities.models import Community, Post, Teacher, Topic, TopicRead, Useful
from foundation.activity import Act, record_many
from foundation.markdown import render_markdown
from foundation.text_search import index_text
from network_portal.demo.content.talks import REMARKS, TALKS, Talk
from network_portal.demo.people_load import World, noon

BATCH = 2000
# Days that the demo's conversations go back.
DAYS = 260
# Messages of the one topic that never ends, in a region.
LONGEST_TOPIC = 1000

_html = cache(render_markdown)
_stems = cache(index_text)


def load_talks(world: World, *, per_community: int, endless: int = 0) -> None:
    """About `per_community` topics in each community, by its area; `endless` messages in one topic. Call it inside the demo's transaction."""
    topics: list[Topic] = []
    posts: list[Post] = []
    accepted: dict[int, int] = {}
    for community in world.communities:
        people = world.members[community.pk]
        if len(people) < 2:
            continue
        for talk in _talks_of(world, community, per_community):
            topic, said = _told(world, community, people, talk, endless if not topics else 0)
            if talk.accepted:
                accepted[len(topics)] = talk.accepted
            topics.append(topic)
            posts += said
    Topic.objects.bulk_create(topics, batch_size=BATCH)
    for post in posts:
        post.topic_id = post.topic.pk
    Post.objects.bulk_create(posts, batch_size=BATCH)
    _accept(topics, posts, accepted)
    _mark(world, topics, posts)
    record_many(list(_acts(posts)))


def _talks_of(world: World, community: Community, count: int) -> list[Talk]:
    area = (community.subject or community.problem_area).code  # type: ignore[union-attr]
    own = [talk for talk in TALKS if talk.area == area]
    rest = world.rng.sample([talk for talk in TALKS if not talk.area], k=max(1, count - len(own)))
    return (own + rest)[: max(count, len(own))]


def _told(world: World, community: Community, people: list, talk: Talk, endless: int) -> tuple[Topic, list[Post]]:
    """A topic and its messages, each by somebody who took part that day."""
    begun = max(world.today - timedelta(days=world.rng.randint(1, DAYS)), community.founded_on)
    members = [teacher for teacher, joined in people if joined <= begun] or [people[0][0]]
    moment = noon(begun) + timedelta(minutes=world.rng.randint(-240, 540))
    latest = noon(world.today)
    author = world.rng.choice(members)
    said = [*talk.said, *world.rng.sample(REMARKS, world.rng.choice((0, 0, 1, 2)))] if len(talk.said) > 1 else list(talk.said)
    said += [world.rng.choice(REMARKS) for _number in range(max(0, endless - len(said)))]
    topic = Topic(community=community, kind=talk.kind, title=talk.title, author=author, created_at=moment, post_count=len(said), last_post_at=moment)
    posts: list[Post] = []
    speaker: Teacher = author
    for number, text in enumerate(said, start=1):
        if number > 1:
            speaker = world.rng.choice([person for person in members if person != speaker] or members)
            moment = min(latest, moment + timedelta(minutes=world.rng.randint(7, 40 if endless else 1500)))
            if speaker != author and topic.first_answer_at is None:
                topic.first_answer_at = moment
        stems = _stems(talk.title, text) if number == 1 else _stems(text)
        posts.append(Post(topic=topic, number=number, author=speaker, text=text, html=_html(text), stems=stems, created_at=moment))
    topic.last_post_at = moment
    if talk.kind == "announcement" and world.rng.random() < 0.3:
        topic.pinned_at = moment
    return topic, posts


def _accept(topics: list[Topic], posts: list[Post], accepted: dict[int, int]) -> None:
    numbers = {topics[place].pk: number for place, number in accepted.items()}
    answers = {post.topic_id: post for post in posts if numbers.get(post.topic_id) == post.number and post.author_id != post.topic.author_id}
    chosen = [topic for topic in topics if topic.pk in answers]
    for topic in chosen:
        topic.answer = answers[topic.pk]
    Topic.objects.bulk_update(chosen, ["answer"], batch_size=500)


def _mark(world: World, topics: list[Topic], posts: list[Post]) -> None:
    """Who found what useful, and how far people have read."""
    marks: list[Useful] = []
    counted: list[Post] = []
    people = {community.pk: [teacher for teacher, _joined in world.members[community.pk]] for community in world.communities}
    for post in posts:
        if post.number > 1 and world.rng.random() < 0.25:
            near = people[post.topic.community_id]
            fans = [person for person in world.rng.sample(near, min(3, len(near))) if person != post.author]
            marks += [Useful(post=post, teacher=person, at=post.created_at) for person in fans]
            post.useful_count = len(fans)
            counted.append(post)
    Useful.objects.bulk_create(marks, batch_size=BATCH)
    Post.objects.bulk_update(counted, ["useful_count"], batch_size=500)
    readings = []
    for topic in topics:
        readers = [person for person in people[topic.community_id] if person == topic.author or world.rng.random() < 0.5]
        readings += [TopicRead(topic=topic, teacher=person, number=world.rng.choice((topic.post_count, topic.post_count, 1))) for person in readers]
    TopicRead.objects.bulk_create(readings, batch_size=BATCH)


def _acts(posts: list[Post]) -> Iterator[Act]:
    for post in posts:
        topic = post.topic
        level = derive_level([post.author.school, topic.author.school])
        verb, target = ("began-topic", topic) if post.number == 1 else ("wrote-post", post)
        yield Act(verb=verb, by=post.author, target=target, on=timezone.localdate(post.created_at), community=topic.community, level=level)
