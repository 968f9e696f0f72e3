"""Telling people: `notify` inside the act's transaction, the rows by a job; reading, and taking back what is no longer so."""

from collections.abc import Iterable, Iterator

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from communities.models import Community, NoticeWish, Notification, Teacher
from communities.models.notification import Delivery
from communities.notice_kinds import KINDS
from communities.notice_mail import mail_fact

CHUNK = 500


def notify(
    kind: str,
    *,
    to: "Iterable[Teacher | int] | models.QuerySet[Teacher]",
    about: models.Model,
    by: Teacher | None,
    community: Community | None = None,
    key: str = "",
    group: str = "",
    path: str = "",
) -> None:
    """Tell `to` (people, their ids, or a queryset) a fact about a target; call it inside the transaction of the act.

    Costs one query for a queryset and one row of the job queue, however many are told: the queue is in the database, so the fan-out
    lives or dies with the act. The same `kind`, `about` and `key` is the same fact and told once. Facts of one `group` (by default of one
    kind and target) are shown together; `path` leads elsewhere than the target's own page. Who did it (`by`) is not told.
    `about` needs `visible_to`, `get_absolute_url` and a name; who may not see it any more is neither shown nor mailed the notification.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    ids = sorted(_ids(to) - ({by.pk} if by else set()))
    if not ids:
        return
    content_type = ContentType.objects.get_for_model(about)
    name = f"{kind}:{content_type.pk}:{about.pk}"
    fan_out.enqueue(
        ids,
        kind=kind,
        content_type_id=content_type.pk,
        object_id=about.pk,
        by_id=by.pk if by else None,
        community_id=community.pk if community else None,
        fact=f"{name}:{key}" if key else name,
        group=group or name,
        path=path,
    )


def _ids(people: "Iterable[Teacher | int] | models.QuerySet[Teacher]") -> set[int]:
    if isinstance(people, models.QuerySet):
        return set(people.order_by().values_list("pk", flat=True))
    return {person.pk if isinstance(person, Teacher) else person for person in people}


@task()
def fan_out(ids: list[int], *, kind: str, fact: str, community_id: int | None, **fields: object) -> None:
    """One row a person, then the letters. Run twice or killed at any point: the key keeps it one row, `mailed_at` one letter."""
    for chunk in _chunks(ids):
        people = list(Teacher.objects.filter(pk__in=chunk, is_active=True, erased_at=None).only("pk", "email"))
        wishes = Wishes.of(people, kind=kind, community_id=community_id)
        rows = [
            Notification(
                recipient=person,
                kind=kind,
                fact=fact,
                community_id=community_id,
                delivery=wishes.delivery(person.pk, kind, community_id) if person.email else Delivery.NEVER,
                **fields,
            )
            for person in people
        ]
        Notification.objects.bulk_create(rows, ignore_conflicts=True)
    if Notification.objects.unmailed().filter(fact=fact, delivery=Delivery.NOW).exists():
        mail_fact.enqueue(fact)


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


class Wishes:
    """What these people chose, at hand."""

    def __init__(self, rows: Iterable[NoticeWish]) -> None:
        self._kinds: dict[tuple[int, str], str] = {}
        self._communities: dict[tuple[int, int], str] = {}
        for row in rows:
            if row.community_id is None:
                self._kinds[row.teacher_id, row.kind] = row.delivery
            else:
                self._communities[row.teacher_id, row.community_id] = row.delivery

    @classmethod
    def of(cls, people: Iterable[Teacher], *, kind: str, community_id: int | None) -> "Wishes":
        """The wishes that bear on this kind and community; one query."""
        bearing = Q(kind=kind) if community_id is None else Q(kind=kind) | Q(community=community_id)
        return cls(NoticeWish.objects.filter(bearing, teacher__in=[person.pk for person in people]))

    def delivery(self, teacher_id: int, kind: str, community_id: int | None) -> str:
        """For the common life of a community its own setting wins; then the kind's; then what is usual. A kind that is never wanted is never sent."""
        known = KINDS[kind]
        if self._kinds.get((teacher_id, kind)) == Delivery.NEVER:
            return Delivery.NEVER
        chosen = self._communities.get((teacher_id, community_id)) if known.of_community and community_id is not None else None
        return chosen or self._kinds.get((teacher_id, kind)) or known.delivery


# --- reading ------------------------------------------------------------------------------------------------------


def mark_read(*, by: Teacher, group: str | None = None) -> int:
    """One's own notifications of a group, or all of them, are read; answers how many were not."""
    own = Notification.objects.visible_to(by).unread()
    return (own if group is None else own.filter(group=group)).update(read_at=timezone.now())


def forget_community(community: Community, teacher: Teacher) -> None:
    """Who has left is not reminded of what only members see: it counts as read and goes into no letter."""
    Notification.objects.filter(recipient=teacher, community=community).unread().update(read_at=timezone.now())


def retract(about: models.Model, **only: object) -> None:
    """Nobody is told (any more) of a target that has gone or is hidden, or of some facts about it (`kind=`, `by=`, `recipient=`)."""
    Notification.objects.filter(content_type=ContentType.objects.get_for_model(about), object_id=about.pk, **only).delete()
