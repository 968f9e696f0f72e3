"""Topics and messages: begun, written, changed, taken back, marked, read. A second click is the first; of two changes none gets lost."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import access_discussion as access
from communities.actions.notify import notify, retract
from communities.discussion_links import find_links
from communities.levels import derive_level, level_of_community
from communities.mentions import find_mentions
from communities.models import Community, Mention, Notification, Post, PostFile, PostLink, PostVersion, Teacher, Topic, TopicRead, Useful
from communities.models.discussion import TopicKind
from communities.models.teacher import Role
from foundation import activity
from foundation.files.errors import FileRejected
from foundation.files.human import human_size
from foundation.files.receiving import Received, kept_files
from foundation.markdown import render_markdown
from foundation.text_search import index_text

# Files of one message.
MAX_FILES = 10


class ChangedMeanwhile(ValidationError):
    """Somebody changed the message while it was being edited; `post` is what it says now."""

    def __init__(self, post: Post) -> None:
        super().__init__(_("The message has been changed meanwhile. Below is what it says now; your text is kept in the field."), code="changed")
        self.post = post


# --- writing --------------------------------------------------------------------------------------------------------


def begin_topic(
    community: Community, *, by: Teacher, kind: TopicKind | str, title: str, text: str, received: Sequence[Received] = (), token: str = ""
) -> Topic:
    """A topic with its first message. The same `token` again is the same topic.

    Raises PermissionDenied for those who do not write here, ValidationError for what is wrong with the text, FileRejected above the quota.
    """
    if not access.may_write(by, community) or kind not in access.kinds_for(by, community):
        raise PermissionDenied("members write, moderators announce")
    try:
        with kept_files(received) as stored, transaction.atomic():
            topic = Topic.objects.create(community=community, kind=kind, title=title, author=by)
            post = _write(topic, by, text, token)
            _attach(post, received, stored)
            _tell_of_topic(topic, post)
            activity.record("began-topic", by=by, target=topic, community=community, level=level_of_community(community))
    except IntegrityError as clash:
        return _sent_before(by, token, clash).topic
    return topic


def reply(topic: Topic, *, by: Teacher, text: str, received: Sequence[Received] = (), token: str = "") -> Post:
    """One more message. The same `token` again is the same message. Raises as `begin_topic`."""
    try:
        with kept_files(received) as stored, transaction.atomic():
            locked = Topic.objects.select_for_update(of=("self",)).select_related("community", "author__school").get(pk=topic.pk)
            if not access.may_reply(by, locked):
                raise PermissionDenied("members write, while the topic is open")
            post = _write(locked, by, text, token)
            _attach(post, received, stored)
            _tell_of_reply(locked, post)
            level = derive_level([by.school, locked.author.school])
            activity.record("wrote-post", by=by, target=post, community=locked.community, level=level)
    except IntegrityError as clash:
        return _sent_before(by, token, clash)
    return post


def _write(topic: Topic, by: Teacher, text: str, token: str) -> Post:
    """The row with its rendered text, mentions and links; the topic's counts follow. Call it with the topic locked (or new)."""
    mentions = find_mentions(text, topic.community)
    number, now = topic.post_count + 1, timezone.now()
    post = Post.objects.create(topic=topic, number=number, author=by, token=token, created_at=now, **_content(topic, number, text, mentions))
    _link(post, mentions, by)
    first_answer = {"first_answer_at": now} if by.pk != topic.author_id and topic.first_answer_at is None else {}
    Topic.objects.filter(pk=topic.pk).update(post_count=number, last_post_at=now, **first_answer)
    mark_topic_read(topic, number, by=by)
    return post


def _content(topic: Topic, number: int, text: str, mentions: dict[str, Teacher]) -> dict[str, str]:
    html = render_markdown(text, {words: person.get_absolute_url() for words, person in mentions.items()})
    return {"text": text, "html": html, "stems": index_text(topic.title, text) if number == 1 else index_text(text)}


def _link(post: Post, mentions: dict[str, Teacher], by: Teacher) -> None:
    people = {person.pk for person in mentions.values()}
    Mention.objects.bulk_create((Mention(post=post, teacher_id=pk) for pk in sorted(people)), ignore_conflicts=True)
    nouns = (PostLink(post=post, content_type=ContentType.objects.get_for_model(noun), object_id=noun.pk) for noun in find_links(post.text, by))
    PostLink.objects.bulk_create(nouns, ignore_conflicts=True)


def _attach(post: Post, received: Sequence[Received], stored: Sequence[str]) -> None:
    """Rows of files that are in storage already. The author's row is locked so that two forms do not both fit into the last free place."""
    if not received:
        return
    if len(received) > MAX_FILES:
        raise FileRejected("files_many", _("A message has at most %(number)s files.") % {"number": MAX_FILES})
    Teacher.objects.select_for_update().only("pk").get(pk=post.author_id)
    taken = PostFile.objects.filter(post__author=post.author_id).aggregate(total=Sum("size"))["total"] or 0
    if taken + sum(entry.checked.size for entry in received) > settings.TEACHER_QUOTA_BYTES:
        text = _("Your attached files would take more than %(limit)s.")
        raise FileRejected("over_quota", text, {"limit": human_size(settings.TEACHER_QUOTA_BYTES)})
    PostFile.objects.bulk_create(
        PostFile(
            post=post,
            stored_name=name,
            original_name=entry.checked.safe_name,
            kind=entry.checked.kind.code,
            media_type=entry.checked.media_type,
            size=entry.checked.size,
            sha256=entry.checked.sha256,
        )
        for entry, name in zip(received, stored, strict=True)
    )


def _sent_before(by: Teacher, token: str, clash: IntegrityError) -> Post:
    """The message that the same sending of the form made; a clash of anything else goes on as the error it is."""
    found = Post.objects.select_related("topic__community").filter(author=by, token=token).exclude(token="").first()
    if found is None:
        raise clash
    return found


# --- telling ----------------------------------------------------------------------------------------------------------


def _mentioned(post: Post) -> set[int]:
    return set(post.mentions.values_list("teacher", flat=True))


def _tell_of_topic(topic: Topic, post: Post) -> None:
    mentioned = _mentioned(post)
    members = Teacher.objects.filter(pk__in=topic.community.memberships.current().values("teacher")).exclude(pk__in=mentioned)
    kind = "announcement" if topic.kind == TopicKind.ANNOUNCEMENT else "topic"
    notify(kind, to=members, about=post, by=post.author, community=topic.community, group=f"topic:{topic.pk}")
    notify("mention", to=mentioned, about=post, by=post.author, community=topic.community)


def _tell_of_reply(topic: Topic, post: Post) -> None:
    """The mentioned, whoever began the topic, and whoever wrote in it: each once, for the nearest reason."""
    mentioned = _mentioned(post)
    notify("mention", to=mentioned, about=post, by=post.author, community=topic.community)
    group = f"replies:{topic.pk}"
    readers = _readers(topic.community).exclude(pk__in=mentioned)
    notify("answer", to=readers.filter(pk=topic.author_id), about=post, by=post.author, community=topic.community, group=group)
    wrote = readers.filter(pk__in=topic.posts.filter(hidden_at=None).values("author")).exclude(pk=topic.author_id)
    notify("reply", to=wrote, about=post, by=post.author, community=topic.community, group=group)


def _readers(community: Community) -> QuerySet[Teacher]:
    """Who reads the discussions today: somebody who wrote and left is not told that it goes on without them."""
    if community.discussion_is_open:
        return Teacher.objects.active()
    members = community.memberships.current().values("teacher")
    return Teacher.objects.active().filter(Q(pk__in=members) | Q(role__in=[Role.METHODIST, Role.ADMINISTRATOR]))


# --- changing ---------------------------------------------------------------------------------------------------------


def edit_post(post: Post, *, by: Teacher, text: str, version: int, title: str | None = None) -> Post:
    """New words for one's own message; the old ones stay in its history. `version` is the one the author had before their eyes.

    `title` renames the topic, with its first message. Raises ChangedMeanwhile, PermissionDenied, ValidationError.
    """
    with transaction.atomic():
        topic = Topic.objects.select_for_update(of=("self",)).select_related("community").get(pk=post.topic_id)
        fresh = Post.objects.select_related("topic__community").get(pk=post.pk)
        if not access.may_edit_post(by, fresh):
            raise PermissionDenied("people change their own messages")
        if fresh.version != version:
            raise ChangedMeanwhile(fresh)
        old_title = topic.title if fresh.number == 1 and title and title != topic.title else ""
        if title and old_title:
            topic.title = title
            topic.save(update_fields=["title"])
        if fresh.text != text or old_title:
            PostVersion.objects.create(post=fresh, version=fresh.version, title=old_title, text=fresh.text, replaced_by=by)
        mentions = find_mentions(text, topic.community)
        before = _mentioned(fresh)
        values = _content(topic, fresh.number, text, mentions)
        Post.objects.filter(pk=fresh.pk).update(**values, version=version + 1, edited_at=timezone.now())
        fresh.text = text
        fresh.links.all().delete()
        fresh.mentions.all().delete()
        _link(fresh, mentions, by)
        notify("mention", to=_mentioned(fresh) - before, about=fresh, by=by, community=topic.community)
    return fresh


def take_back(post: Post, *, by: Teacher) -> None:
    """The author removes their message: a stub stays, so that answers to it can be understood. Twice is once. Raises PermissionDenied."""
    if not access.may_edit_post(by, post) and not post.is_taken_back:
        raise PermissionDenied("people take back their own messages")
    hide_post(post, by=by)


def hide_post(post: Post, *, by: Teacher) -> bool:
    """Nobody but moderators reads it any more; who was told of it is not any more. Call it from acts that have asked for the right."""
    with transaction.atomic():
        # The topic first, as everywhere: who accepts this very message waits, and then finds it hidden.
        topic = Topic.objects.select_for_update().get(pk=post.topic_id)
        if not Post.objects.filter(pk=post.pk, hidden_at=None).update(hidden_at=timezone.now(), hidden_by=by):
            return False
        topics = Topic.objects.filter(pk=post.topic_id)
        if post.number == 1:
            topics.update(hidden_at=timezone.now())
        if topic.answer_id == post.pk:
            topics.update(answer=None)
            _record_answer(topic, post, topic.community, delta=-1)
        retract(post)
    return True


# --- marks and states ---------------------------------------------------------------------------------------------------


def set_useful(post: Post, *, by: Teacher, useful: bool) -> None:
    """Mark somebody else's message as useful, or take the mark back. Twice is once. Raises PermissionDenied for one's own."""
    if not access.may_mark_useful(by, post):
        raise PermissionDenied("of the messages of others, by those who read them")
    with transaction.atomic():
        Topic.objects.select_for_update().only("pk").get(pk=post.topic_id)
        if useful:
            _mark, changed = Useful.objects.get_or_create(post=post, teacher=by)
            step = 1
        else:
            changed = bool(Useful.objects.filter(post=post, teacher=by).delete()[0])
            step = -1
        if changed:
            Post.objects.filter(pk=post.pk).update(useful_count=F("useful_count") + step)


def accept_answer(topic: Topic, post: Post | None, *, by: Teacher) -> None:
    """This message answers the question (None: no longer). Its author learns of it. Raises PermissionDenied, ValidationError for what is no answer."""
    if not access.may_accept_answer(by, topic):
        raise PermissionDenied("whoever asked accepts, or a moderator")
    if post is not None and (post.topic_id != topic.pk or post.number == 1 or post.hidden_at is not None):
        raise ValidationError(_("Choose one of the answers."), code="no_answer")
    with transaction.atomic():
        # Without joins: PostgreSQL reads a row anew after waiting for its lock, but not what was joined to it.
        locked = Topic.objects.select_for_update().get(pk=topic.pk)
        if locked.answer_id == (post and post.pk):
            return
        if post is not None and Post.objects.filter(pk=post.pk).exclude(hidden_at=None).exists():
            raise ValidationError(_("Choose one of the answers."), code="no_answer")
        if locked.answer is not None:
            retract(locked.answer, kind="accepted")
            _record_answer(locked, locked.answer, topic.community, delta=-1)
        Topic.objects.filter(pk=topic.pk).update(answer=post)
        if post is not None:
            _record_answer(locked, post, topic.community)
            notify("accepted", to=[post.author_id], about=post, by=by, community=topic.community)


def _record_answer(topic: Topic, post: Post, community: Community, delta: int = 1) -> None:
    """Credit for an answer somebody else asked for; who answers their own question does themselves a service."""
    author = topic.author
    if post.author_id == author.pk:
        return
    activity.record("answered", by=post.author, target=post, community=community, level=derive_level([post.author.school, author.school]), delta=delta)


def pin_topic(topic: Topic, *, by: Teacher, pinned: bool) -> None:
    """Keep a topic on top of the list, or no longer. Raises PermissionDenied."""
    if not access.may_moderate(by, topic.community):
        raise PermissionDenied("moderators pin")
    Topic.objects.filter(pk=topic.pk, pinned_at__isnull=pinned).update(pinned_at=timezone.now() if pinned else None)


def close_topic(topic: Topic, *, by: Teacher, closed: bool) -> None:
    """No more messages, or again. Raises PermissionDenied."""
    if not access.may_moderate(by, topic.community):
        raise PermissionDenied("moderators close")
    changed = {"closed_at": timezone.now() if closed else None, "closed_by": by if closed else None}
    Topic.objects.filter(pk=topic.pk, closed_at__isnull=closed).update(**changed)


def mark_topic_read(topic: Topic, number: int, *, by: Teacher) -> None:
    """`by` has read up to this message; never back. What they were told of these messages is read, too."""
    with transaction.atomic():
        row, made = TopicRead.objects.get_or_create(topic=topic, teacher=by, defaults={"number": number})
        if not made:
            TopicRead.objects.filter(pk=row.pk, number__lt=number).update(number=number)
        told = Notification.objects.visible_to(by).unread().filter(content_type=ContentType.objects.get_for_model(Post))
        told.filter(object_id__in=topic.posts.filter(number__lte=number).values("pk")).update(read_at=timezone.now())
