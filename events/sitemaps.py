"""Public events in the sitemap."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from events.models import Event


class EventSitemap(Sitemap):
    """Announced public events, with the day of their last change."""

    limit = 1000

    def items(self) -> QuerySet[Event]:
        return Event.objects.visible_to(AnonymousUser()).only("pk", "slug", "changed_at").order_by("pk")

    def lastmod(self, item: Event) -> datetime.datetime:
        return item.changed_at
