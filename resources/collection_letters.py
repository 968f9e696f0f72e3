"""A letter a week to each follower: what was added to the collections they follow, with the rights they have at that moment."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from communities.letters import letter, plain_line
from communities.models import Teacher
from resources.actions.collection import unsubscribe_code
from resources.models import Collection, CollectionFollow
from resources.search import shelf

WEEK = datetime.timedelta(days=7)
# Materials of one letter that are named.
NAMED = 20


@dataclass(slots=True)
class News:
    """What came into one collection; `more` are those that the letter does not name."""

    title: str
    url: str
    materials: list[tuple[str, str]]
    more: int


def enqueue_collection_letters() -> int:
    """Put a job for each follower whose letter is due into the queue; answers how many. Called twice, the second finds nothing left to mail."""
    # An hour of grace: a job of the same hour of the week must not wait for another day.
    due = timezone.now() - WEEK + datetime.timedelta(hours=1)
    follows = CollectionFollow.objects.filter(by_mail=True, mailed_at__lt=due, collection__items__added_at__gt=F("mailed_at"))
    ids = list(follows.order_by("teacher").values_list("teacher", flat=True).distinct())
    for pk in ids:
        send_collection_letter.enqueue(pk)
    return len(ids)


@task()
def send_collection_letter(teacher_id: int) -> None:
    """Mail what was added to all collections of a follower in one letter. Run twice or killed at any point, each addition is mailed once:
    the letter enters the queue in the transaction that moves `mailed_at`, and of two jobs at once the second finds it moved.
    """
    now = timezone.now()
    with transaction.atomic():
        follows = CollectionFollow.objects.select_for_update().filter(teacher=teacher_id, by_mail=True, mailed_at__lt=now - WEEK + datetime.timedelta(hours=1))
        since = {follow.collection_id: follow.mailed_at for follow in follows}
        CollectionFollow.objects.filter(teacher=teacher_id, collection__in=since).update(mailed_at=now)
        reader = Teacher.objects.filter(pk=teacher_id).first()
        if reader is None or not reader.is_confirmed or not reader.is_active or not reader.email:
            return
        news = _news(reader, since, now)
        if news:
            with override(reader.language):
                _message(reader, news, now).send()


def _news(reader: Teacher, since: dict[int, datetime.datetime], now: datetime.datetime) -> list[News]:
    """Of the collections that the reader may still open, the materials on their own shelves. Two queries."""
    collections = Collection.objects.visible_to(reader).filter(pk__in=since).order_by("title", "pk")
    added = (
        shelf(reader)
        .filter(collection_items__collection__in=since, collection_items__added_at__lte=now)
        .order_by("collection_items__added_at", "collection_items__id")
        .values_list("collection_items__collection", "collection_items__added_at", "pk", "slug", "title")
    )
    by_collection: dict[int, list[tuple[str, str]]] = {}
    for collection, moment, pk, slug, title in added:
        if moment > since[collection]:
            by_collection.setdefault(collection, []).append((plain_line(title), settings.SITE_URL + reverse("material", args=[pk, slug])))
    news = []
    for collection in collections:
        materials = by_collection.get(collection.pk, [])
        if materials:
            address = settings.SITE_URL + collection.get_absolute_url()
            news.append(News(plain_line(collection.title), address, materials[:NAMED], max(0, len(materials) - NAMED)))
    return news


def _message(reader: Teacher, news: list[News], now: datetime.datetime) -> EmailMessage:
    stop = reverse("collection_letters_stop", args=[unsubscribe_code(reader)])
    name = f"collections-{reader.pk}-{now:%Y%m%d%H%M%S}"
    subject = _("New in the collections you follow")
    return letter(reader, subject=subject, template="collections/letter.txt", context={"news": news}, stop=stop, name=name)
