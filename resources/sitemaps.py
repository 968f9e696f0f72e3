"""Materials in the sitemap: what any visitor may read."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet

from resources.models import Material


class MaterialSitemap(Sitemap):
    """Public, published materials, with the day of their last change."""

    limit = 1000

    def items(self) -> QuerySet[Material]:
        return Material.objects.visible_to(AnonymousUser()).only("pk", "slug", "changed_at").order_by("pk")

    def lastmod(self, item: Material) -> datetime.datetime:
        return item.changed_at

    def get_latest_lastmod(self) -> datetime.datetime | None:
        """The day of the newest change, for the index: asked of the database, where Django would load every material."""
        return self.items().order_by().aggregate(newest=Max("changed_at"))["newest"]
