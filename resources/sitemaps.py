"""Materials in the sitemap: what any visitor may read."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from resources.models import Material


class MaterialSitemap(Sitemap):
    """Public, published materials, with the day of their last change."""

    limit = 5000

    def items(self) -> QuerySet[Material]:
        return Material.objects.visible_to(AnonymousUser()).only("pk", "slug", "changed_at").order_by("pk")

    def lastmod(self, item: Material) -> datetime.datetime:
        return item.changed_at
