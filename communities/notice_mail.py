"""Letters about notifications, at once and as digests: made by the worker, with the rights their reader has at that moment.

A letter enters the mail queue in the transaction that marks its rows: run twice or killed at any point, it is there once.
"""

import datetime
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django_tasks import task

from communities.access import may_sign_in
from communities.letters import letter, plain_line, stop_token
from communities.models import Notification, Teacher
from communities.models.notification import Delivery
from communities.notices import Notice, read_notices

# Lines of one digest; the rest is counted.
ENTRIES = 30
# Days that read notifications, and any, are kept.
KEEP_READ, KEEP = 180, 400


@task()
def mail_fact(fact: str) -> None:
    """The letters that go at once about one fact."""
    waiting = Notification.objects.unmailed().filter(fact=fact, delivery=Delivery.NOW)
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = waiting.select_for_update(of=("self",)).select_related("by", "recipient", "community").filter(pk=pk).first()
            if row is not None:
                _mark([row])
                _send([row], row.recipient, stop_token(row.recipient, row.kind), f"notice-{row.pk}")


def enqueue_digests() -> int:
    """Put a job for everybody whose digest is due into the queue; answers how many. What yesterday (or last week) brought goes out today.

    Called twice, the second finds nothing left to mail.
    """
    people = list(_due(Notification.objects.unmailed()).order_by().values_list("recipient", flat=True).distinct())
    for pk in people:
        send_notice_digest.enqueue(pk)
    return len(people)


def _due(rows: QuerySet[Notification]) -> QuerySet[Notification]:
    today = timezone.localdate()
    monday = today - datetime.timedelta(days=today.weekday())
    return rows.filter(Q(delivery=Delivery.DAILY, created_at__lt=_midnight(today)) | Q(delivery=Delivery.WEEKLY, created_at__lt=_midnight(monday)))


@task()
def send_notice_digest(teacher_id: int) -> None:
    """One letter with everything that is due for one person."""
    with transaction.atomic():
        person = Teacher.objects.select_for_update(of=("self",)).filter(pk=teacher_id).first()
        if person is None:
            return
        rows = list(_due(Notification.objects.visible_to(person).unmailed()).select_related("by", "community").order_by("-pk"))
        if rows:
            _mark(rows)
            _send(rows, person, stop_token(person), f"digest-{person.pk}-{rows[0].pk}")


def _mark(rows: Sequence[Notification]) -> None:
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=timezone.now())


def _send(rows: Sequence[Notification], person: Teacher, token: str, name: str) -> None:
    """Rights are asked now: what the person may not see any more is not mailed."""
    if not may_sign_in(person) or not person.email:
        return
    with override(person.language):
        notices = read_notices(rows, person)
        if not notices:
            return
        lines = [_line(notice) for notice in notices]
        context = {"lines": lines[:ENTRIES], "more": max(0, len(lines) - ENTRIES), "all_url": settings.SITE_URL + reverse("notification_list")}
        context["settings_url"] = settings.SITE_URL + reverse("notice_settings")
        subject = lines[0]["text"] if len(lines) == 1 else _digest_subject(len(lines))
        letter(person, subject=subject, template="notifications/letter.txt", context=context, stop=reverse("letters_stop", args=[token]), name=name).send()


def _digest_subject(count: int) -> str:
    number = ngettext("%(count)d notification", "%(count)d notifications", count) % {"count": count}
    return _("%(portal)s: %(number)s") % {"portal": settings.PORTAL_NAME, "number": number}


def _line(notice: Notice) -> dict[str, str]:
    community = notice.newest.community
    return {
        "text": plain_line(notice.text),
        "people": plain_line(", ".join(notice.people)),
        "community": plain_line(community.name) if community else "",
        "url": settings.SITE_URL + notice.url,
    }


def forget_old() -> int:
    """Remove notifications that nobody needs any more; answers how many."""
    now = timezone.now()
    old = Q(created_at__lt=now - datetime.timedelta(days=KEEP)) | Q(read_at__lt=now - datetime.timedelta(days=KEEP_READ))
    return Notification.objects.filter(old).delete()[0]


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, timezone.get_current_timezone())
