"""Materials in the sitemap: what any visitor may read."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

from resources.models import Material


class KeyPaginator(Paginator):
    """Pages of neighbouring keys: the last costs what the first does, where OFFSET would step over everything before. Pages are not equally long."""

    @cached_property
    def count(self) -> int:  # type: ignore[override]
        """The highest key: how far the pages reach."""
        return self.object_list.order_by("-pk").values_list("pk", flat=True).first() or 0  # type: ignore[union-attr]

    def page(self, number: int | str) -> Page:
        """What has its key on this page; perhaps nothing."""
        number = self.validate_number(number)
        last = number * self.per_page
        return Page(self.object_list.filter(pk__gt=last - self.per_page, pk__lte=last), number, self)  # type: ignore[union-attr]


class MaterialSitemap(Sitemap):
    """Public, published materials, with the day of their last change."""

    limit = 1000

    def items(self) -> QuerySet[Material]:
        return Material.objects.visible_to(AnonymousUser()).only("pk", "slug", "changed_at").order_by("pk")

    @property
    def paginator(self) -> KeyPaginator:
        return KeyPaginator(self.items(), self.limit)

    def lastmod(self, item: Material) -> datetime.datetime:
        return item.changed_at

    def get_latest_lastmod(self) -> datetime.datetime | None:
        """The day of the newest change, for the index: one row of an index, where Django would load every material."""
        return self.items().order_by("-changed_at").values_list("changed_at", flat=True).first()
