"""Reports about messages: a reader says why, a moderator decides with a reason, both sides are told."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import access_discussion as access
from communities.actions.audit import write_audit
from communities.actions.discussion import hide_post
from communities.actions.notify import notify
from communities.models import Post, PostReport, Teacher
from communities.models.membership import MemberRole
from communities.models.post_report import Decision

# One person's reports a day.
DAILY = 20


@transaction.atomic
def report_post(post: Post, *, by: Teacher, reason: str, words: str = "") -> PostReport:
    """Ask the moderators to look. A second report while the first is open adds its words to it. Raises PermissionDenied, ValidationError for too many."""
    if post.author_id == by.pk or not access.may_read_discussion(by, post.topic.community):
        raise PermissionDenied("readers report the messages of others")
    Teacher.objects.select_for_update().only("pk").get(pk=by.pk)
    report = PostReport.objects.filter(post=post, reporter=by, decided_at=None).first()
    if report is not None:
        report.reason, report.words = reason, words or report.words
        report.save(update_fields=["reason", "words"])
        return report
    if PostReport.objects.filter(reporter=by, reported_at__gte=timezone.now() - datetime.timedelta(days=1)).count() >= DAILY:
        raise ValidationError(_("You have reported %(number)d messages today; thank you. Go on tomorrow.") % {"number": DAILY}, code="too_many")
    report = PostReport.objects.create(post=post, reporter=by, reason=reason, words=words)
    notify("report", to=_moderators(post), about=post, by=by, community=post.topic.community, key=str(report.pk), group=f"reports:{post.topic_id}")
    return report


def _moderators(post: Post) -> list[int]:
    """The community's leaders and moderators; whoever wrote the message does not judge it."""
    lead = post.topic.community.memberships.current().filter(role__in=[MemberRole.LEADER, MemberRole.MODERATOR])
    return list(lead.exclude(teacher=post.author_id).values_list("teacher", flat=True))


def decide_report(report: PostReport, decision: Decision | str, *, by: Teacher, answer: str) -> None:
    """Hide the message or leave it, and say why: its author and all who reported it are told. The first decision holds.

    Raises PermissionDenied for whoever does not moderate or wrote the message, ValidationError when it was decided already.
    """
    topic = report.post.topic
    if not access.may_moderate(by, topic.community) or report.post.author_id == by.pk:
        raise PermissionDenied("moderators decide, never about their own")
    with transaction.atomic():
        Post.objects.select_for_update().only("pk").get(pk=report.post_id)
        open_reports = PostReport.objects.filter(post=report.post_id, decided_at=None)
        reports = dict(open_reports.order_by("-pk").values_list("reporter", "pk"))
        if not open_reports.filter(pk=report.pk).exists():
            raise ValidationError(_("This report has been decided already."), code="decided")
        open_reports.update(decision=decision, answer=answer, decided_at=timezone.now(), decided_by=by)
        if decision == Decision.HIDE:
            hide_post(report.post, by=by)
            write_audit("hide-post", by=by, target=report.post, report=report.pk, reason=report.reason)
        # The message itself is not to be seen any more: its topic is what they are told of. Moderators are not named.
        for person, number in {report.post.author_id: report.pk, **reports}.items():
            # Each reads the decision at their own report: what others wrote is not for them.
            path = f"{topic.get_absolute_url()}decisions/{number}/"
            notify("moderation", to={person} - {by.pk}, about=topic, by=None, community=topic.community, key=str(number), path=path)


def moderate_post(post: Post, *, by: Teacher, reason: str, answer: str) -> None:
    """A moderator hides a message that nobody has reported: their own report, decided at once. Raises ValidationError for a hidden one."""
    with transaction.atomic():
        if Post.objects.select_for_update().only("pk", "hidden_at").get(pk=post.pk).hidden_at is not None:
            raise ValidationError(_("This message is hidden already."), code="decided")
        # Who moderates today may have reported it as a member.
        report, _made = PostReport.objects.get_or_create(post=post, reporter=by, decided_at=None, defaults={"reason": reason})
        decide_report(report, Decision.HIDE, by=by, answer=answer)


def hidden_reason(post: Post) -> PostReport | None:
    """The report whose decision hid the message; None where its author took it back."""
    return post.reports.filter(decision=Decision.HIDE).order_by("-decided_at").first()
