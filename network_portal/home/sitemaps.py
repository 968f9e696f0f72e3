"""The sitemap: what visitors may see, and nothing else."""

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from communities.models import Community, School
from events.sitemaps import EventSitemap
from resources.sitemaps import MaterialSitemap


class PageSitemap(Sitemap):
    def items(self) -> list[str]:
        return ["home", "material_list", "community_list", "school_list", "events", "best_practice_list", "directions", "about", "rules"]

    def location(self, item: str) -> str:
        return reverse(item)


class CommunitySitemap(Sitemap):
    limit = 1000

    def items(self) -> QuerySet:
        return Community.objects.visible_to(AnonymousUser()).open_now().order_by("id")


class SchoolSitemap(Sitemap):
    limit = 1000

    def items(self) -> QuerySet:
        return School.objects.visible_to(AnonymousUser()).open().order_by("id")


SITEMAPS = {"pages": PageSitemap, "events": EventSitemap, "materials": MaterialSitemap, "communities": CommunitySitemap, "schools": SchoolSitemap}
