from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from network_portal.home import views
from network_portal.home.sitemaps import SITEMAPS

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("", include("network_portal.about.urls")),
]
