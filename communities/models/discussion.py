"""Discussions of a community: topics, their messages, and what belongs to a message."""

from typing import TYPE_CHECKING

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models.community import Community
from communities.models.teacher import Teacher
from foundation.files.models import StoredFile
from foundation.markdown import LONGEST
from foundation.models import Pointer
from foundation.text_search.fields import StemsField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# Messages of one page.
PAGE = 50


class TopicKind(models.TextChoices):
    QUESTION = "question", _("question")
    DISCUSSION = "discussion", _("discussion")
    ANNOUNCEMENT = "announcement", _("announcement")


def readable_communities(teacher: "Teacher | AnonymousUser", prefix: str = "") -> Q:
    """Condition on what belongs to a community whose discussions `teacher` reads: members, methodists; all teachers where the community says so."""
    if not teacher.is_authenticated or not teacher.is_confirmed:
        return Q(pk__in=[])
    if teacher.is_methodist:
        return Q()
    return Q(**{f"{prefix}community__in": list(teacher.current_memberships)}) | Q(**{f"{prefix}community__discussion_is_open": True})


class TopicQuerySet(models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "TopicQuerySet":
        """Those of communities whose discussions the person reads; visitors read none."""
        return self.filter(readable_communities(teacher))

    def for_list(self, teacher: Teacher) -> "TopicQuerySet":
        """What a row shows: the author, and how far this reader has read (`read_to`; None: never opened)."""
        read = TopicRead.objects.filter(topic=OuterRef("pk"), teacher=teacher).values("number")
        return self.select_related("author__school", "community").annotate(read_to=models.Subquery(read))


class Topic(models.Model):
    """A conversation in a community; its first message is Post number 1."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="topics")
    kind = models.CharField(_("kind"), max_length=12, choices=TopicKind.choices, default=TopicKind.QUESTION)
    title = models.CharField(_("title"), max_length=160)
    author = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="topics")
    created_at = models.DateTimeField(default=timezone.now)
    # Kept with the messages by the discussion actions.
    post_count = models.PositiveIntegerField(default=0)
    last_post_at = models.DateTimeField(default=timezone.now)
    # The first message of somebody else: how long people wait for an answer.
    first_answer_at = models.DateTimeField(null=True, blank=True)
    # The message the author (or a moderator) accepted as the answer.
    answer = models.ForeignKey("Post", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    pinned_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # Its first message was hidden by a moderator: the title is not shown either.
    hidden_at = models.DateTimeField(null=True, blank=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["-last_post_at", "-id"]
        indexes = [
            models.Index(fields=["community", "-last_post_at", "-id"], name="topics_of_community"),
            models.Index(fields=["kind", "created_at"], name="topics_by_kind"),
        ]

    def __str__(self) -> str:
        return gettext("a hidden topic") if self.hidden_at else self.title

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.community.slug, self.pk])


class PostQuerySet(models.QuerySet):
    def visible_to(self, teacher: "Teacher | AnonymousUser") -> "PostQuerySet":
        """Messages of visible topics that nobody has hidden; a topic's page also shows where a hidden one was."""
        return self.filter(readable_communities(teacher, "topic__"), hidden_at=None)

    def for_notice(self) -> "PostQuerySet":
        """With what its name and address need."""
        return self.select_related("topic__community")

    def for_page(self, teacher: Teacher) -> "PostQuerySet":
        """What a topic's page shows of them: author, whether this reader found it useful (`found_useful`), files and links."""
        useful = Useful.objects.filter(post=OuterRef("pk"), teacher=teacher)
        return self.select_related("author__school", "author__position").annotate(found_useful=Exists(useful)).prefetch_related("files", "links")


class Post(models.Model):
    """One message. Numbers count within the topic and never change: a message's page and address stay."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="posts")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="posts")
    text = models.TextField(_("message"), max_length=LONGEST, validators=[MaxLengthValidator(LONGEST)])
    # `foundation.markdown.render_markdown` made it of the text when it was written.
    html = models.TextField(editable=False)
    stems = StemsField()
    created_at = models.DateTimeField(default=timezone.now)
    # Counts changes; who edits says which one they had before their eyes.
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True, blank=True)
    useful_count = models.PositiveIntegerField(default=0)
    # Names one sending of the form: a second click is the first message.
    token = models.CharField(max_length=36, blank=True, editable=False)
    hidden_at = models.DateTimeField(null=True, blank=True)
    # None with `hidden_at`: nobody is named; the author, where they took it back themselves.
    hidden_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="post_numbered_once"),
            models.UniqueConstraint(fields=["author", "token"], condition=~Q(token=""), name="post_sent_once"),
        ]

    def __str__(self) -> str:
        return str(self.topic)

    def get_absolute_url(self) -> str:
        page = (self.number - 1) // PAGE + 1
        return f"{self.topic.get_absolute_url()}{f'?page={page}' if page > 1 else ''}#post-{self.number}"

    @property
    def is_taken_back(self) -> bool:
        """Hidden by its own author."""
        return self.hidden_at is not None and self.hidden_by_id == self.author_id


class PostVersion(models.Model):
    """What a message said before a change; of a first message also how its topic was called, where that changed."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=160, blank=True)
    text = models.TextField()
    # Who replaced this text by the next one, and when.
    replaced_by = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("earlier text of a message")
        verbose_name_plural = _("earlier texts of messages")
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["post", "version"], name="post_version_once")]

    def __str__(self) -> str:
        return f"{self.post_id}, {self.version}"


class PostFile(StoredFile):
    """A file attached to a message; the message says who may have it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="files")

    class Meta:
        verbose_name = _("attached file")
        verbose_name_plural = _("attached files")
        ordering = ["id"]


class PostLink(Pointer):
    """A noun of the portal whose address stands in the message (a material, an event): shown by its own name to those who may see it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="links")

    class Meta:
        verbose_name = _("link of a message")
        verbose_name_plural = _("links of messages")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["post", "content_type", "object_id"], name="post_links_once")]

    def __str__(self) -> str:
        return f"{self.post_id} → {self.content_type_id}:{self.object_id}"


class Mention(models.Model):
    """A person named in a message, by id whatever the name becomes."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [models.UniqueConstraint(fields=["post", "teacher"], name="mentioned_once")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.teacher_id}"


class Useful(models.Model):
    """«Useful»: the only reaction; once a person, never to one's own message."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="useful")
    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mark «useful»")
        verbose_name_plural = _("marks «useful»")
        constraints = [models.UniqueConstraint(fields=["post", "teacher"], name="useful_once")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.teacher_id}"


class TopicRead(models.Model):
    """How far a person has read a topic: one row, the number of the last message."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="readings")
    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("reading of a topic")
        verbose_name_plural = _("readings of topics")
        constraints = [models.UniqueConstraint(fields=["topic", "teacher"], name="read_to_one_number")]

    def __str__(self) -> str:
        return f"{self.topic_id}: {self.teacher_id} {self.number}"
