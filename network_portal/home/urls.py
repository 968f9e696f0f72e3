from django.contrib.sitemaps.views import index, sitemap
from django.urls import include, path

from network_portal.home import views
from network_portal.home.sitemaps import SITEMAPS

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("search/suggest/", views.search_suggest, name="search_suggest"),
    path("robots.txt", views.robots, name="robots"),
    # An index of pages: one file of everything would be read whole for each search engine's visit, and hold 50,000 addresses at most.
    path("sitemap.xml", index, {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap_section"}, name="sitemap"),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap_section"),
    path("", include("network_portal.about.urls")),
]
