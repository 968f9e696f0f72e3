"""News of saved searches by mail: made by a job, with the rights that their owner has at that moment."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from communities.access import author_name
from communities.letters import letter, plain_line
from communities.models import Teacher
from resources.actions.saved_search import unsubscribe_code
from resources.filters import NEW, load_options, read_selection
from resources.models import Material, SavedSearch
from resources.models.demand import Digest
from resources.search import matching, ordered, shelf

ENTRIES = 20
DAYS = {Digest.DAILY: 1, Digest.WEEKLY: 7}


@dataclass(slots=True)
class Entry:
    title: str
    authors: str
    url: str


def published_of(search: SavedSearch, reader: Teacher) -> QuerySet[Material]:
    """Published materials that answer the search among what `reader` may see now, newest first."""
    asked = QueryDict(search.query.removeprefix("?"))
    selection = read_selection(asked, load_options(asked))
    return ordered(matching(selection.narrow(shelf(reader).published()), selection.query, reader), NEW)  # type: ignore[attr-defined]


def enqueue_digests() -> int:
    """Put a job for each digest that is due into the queue; answers how many. Called twice, the second finds nothing left to mail."""
    today = timezone.localdate()
    due = Q(pk__in=[])
    for digest, days in DAYS.items():
        due |= Q(digest=digest, sent_at__lt=_midnight(today - datetime.timedelta(days=days - 1)))
    ids = list(SavedSearch.objects.filter(due).order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        send_digest.enqueue(pk)
    return len(ids)


@task()
def send_digest(search_id: int) -> None:
    """Mail what was published since the last digest, up to yesterday's end. Run twice or killed at any point, each material is mailed once.

    The mail enters the queue in the transaction that moves `sent_at`; of two jobs at once the second finds it moved.
    """
    search = SavedSearch.objects.select_related("teacher").filter(pk=search_id).exclude(digest=Digest.NEVER).first()
    if search is None:
        return
    now = timezone.now()
    with transaction.atomic():
        if not SavedSearch.objects.filter(pk=search.pk, sent_at=search.sent_at, digest=search.digest).update(sent_at=now):
            return
        reader = search.teacher
        if not reader.is_confirmed or not reader.email:
            return
        news = published_of(search, reader).filter(published_on__gte=timezone.localdate(search.sent_at), published_on__lt=timezone.localdate(now))
        count = news.count()
        if count:
            with override(reader.language):
                _message(search, reader, list(news.for_list()[:ENTRIES]), count).send()  # type: ignore[attr-defined]


def _message(search: SavedSearch, reader: Teacher, materials: list[Material], count: int) -> EmailMessage:
    context = {
        "title": plain_line(search.title),
        "entries": [
            Entry(plain_line(material.title), plain_line(_authors(material, reader)), settings.SITE_URL + material.get_absolute_url()) for material in materials
        ],
        "more": count - len(materials),
        "list_url": settings.SITE_URL + reverse("material_list") + search.query,
    }
    subject = _("New materials: %(title)s") % {"title": search.title}
    stop = reverse("digest_stop", args=[unsubscribe_code(search)])
    name = f"search-{search.pk}-{search.sent_at:%Y%m%d%H%M%S}"
    return letter(reader, subject=subject, template="materials/digest.txt", context=context, stop=stop, name=name)


def _authors(material: Material, reader: Teacher) -> str:
    return ", ".join(dict.fromkeys(author_name(authorship.teacher, reader) for authorship in material.authorships.all()))


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, timezone.get_current_timezone())
