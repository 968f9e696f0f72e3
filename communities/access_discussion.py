"""Who may do what in a community's discussions: pure answers."""

from communities.access_communities import Person, is_methodist, role_in
from communities.models import Community, Post, Topic
from communities.models.discussion import TopicKind
from communities.models.membership import MemberRole


def may_read_discussion(teacher: Person, community: Community) -> bool:
    """Members and methodists; every confirmed teacher where the community says so; never visitors."""
    if not teacher.is_authenticated or not teacher.is_confirmed:
        return False
    return community.discussion_is_open or role_in(teacher, community) is not None or is_methodist(teacher)


def may_write(teacher: Person, community: Community) -> bool:
    """Members and methodists, while the community is open."""
    return community.closed_on is None and (role_in(teacher, community) is not None or is_methodist(teacher))


def may_moderate(teacher: Person, community: Community) -> bool:
    """Pin, close, hide, answer reports, announce: leaders, moderators, methodists."""
    return role_in(teacher, community) in (MemberRole.LEADER, MemberRole.MODERATOR) or is_methodist(teacher)


def kinds_for(teacher: Person, community: Community) -> list[TopicKind]:
    """Which kinds of topic the person may begin."""
    return [kind for kind in TopicKind if kind != TopicKind.ANNOUNCEMENT or may_moderate(teacher, community)]


def may_reply(teacher: Person, topic: Topic) -> bool:
    return topic.closed_at is None and may_write(teacher, topic.community)


def may_edit_post(teacher: Person, post: Post) -> bool:
    """One's own, while one may write there, and not what a moderator has hidden."""
    return post.author_id == teacher.pk and post.hidden_at is None and may_reply(teacher, post.topic)


def may_mark_useful(teacher: Person, post: Post) -> bool:
    """Whoever reads, of the messages of others."""
    return post.author_id != teacher.pk and post.hidden_at is None and may_read_discussion(teacher, post.topic.community)


def may_accept_answer(teacher: Person, topic: Topic) -> bool:
    """Of a question: whoever asked it, while they take part, and moderators."""
    if topic.kind != TopicKind.QUESTION:
        return False
    return may_moderate(teacher, topic.community) or (topic.author_id == teacher.pk and may_write(teacher, topic.community))
