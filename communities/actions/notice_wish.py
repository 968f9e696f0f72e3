"""What a person wants by mail: chosen on the settings page, or said through the link of a letter."""

from collections.abc import Mapping

from django.db import transaction

from communities.actions.notify import Wishes
from communities.models import NoticeWish, Notification, Teacher
from communities.models.notification import Delivery
from communities.notice_kinds import KINDS


@transaction.atomic
def set_wishes(*, by: Teacher, kinds: Mapping[str, str], communities: Mapping[int, str], language: str) -> None:
    """Keep the whole choice: kind → delivery, community id → delivery or "" (as the kinds say). What waits for a letter follows it."""
    _lock(by)
    NoticeWish.objects.filter(teacher=by).delete()
    chosen = [NoticeWish(teacher=by, kind=kind, delivery=delivery) for kind, delivery in kinds.items() if delivery != KINDS[kind].delivery]
    chosen += [NoticeWish(teacher=by, community_id=community, delivery=delivery) for community, delivery in communities.items() if delivery]
    NoticeWish.objects.bulk_create(chosen)
    Teacher.objects.filter(pk=by.pk).update(language=language)
    _redeliver(by)


@transaction.atomic
def stop_letters(teacher: Teacher, kind: str = "") -> None:
    """No more letters of this kind, or (empty) none at all; said by whoever holds the link of one of the letters."""
    _lock(teacher)
    NoticeWish.objects.filter(teacher=teacher, **({"kind": kind} if kind else {})).delete()
    NoticeWish.objects.bulk_create(NoticeWish(teacher=teacher, kind=one, delivery=Delivery.NEVER) for one in ([kind] if kind else KINDS))
    _redeliver(teacher)


@transaction.atomic
def resume_letters(teacher: Teacher, kind: str = "") -> None:
    """Letters of this kind, or all, come as is usual again."""
    _lock(teacher)
    NoticeWish.objects.filter(teacher=teacher, community=None, **({"kind": kind} if kind else {})).delete()
    _redeliver(teacher)


def _lock(teacher: Teacher) -> None:
    """Two forms of one person are kept one after the other."""
    Teacher.objects.select_for_update().only("pk").get(pk=teacher.pk)


def _redeliver(teacher: Teacher) -> None:
    """What has not been mailed yet obeys the new wishes."""
    wishes = Wishes(NoticeWish.objects.filter(teacher=teacher))
    waiting = Notification.objects.visible_to(teacher).unmailed().filter(kind__in=KINDS)
    for kind, community in waiting.order_by().values_list("kind", "community").distinct():
        delivery = wishes.delivery(teacher.pk, kind, community) if teacher.email else Delivery.NEVER
        waiting.filter(kind=kind, community=community).exclude(delivery=delivery).update(delivery=delivery)
