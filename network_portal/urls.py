"""Every route of the portal, room by room. The URL of a page is the noun of the code."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("network_portal.accessibility.urls")),
    path("", include("network_portal.home.urls")),
    path("", include("network_portal.calendar.urls")),
    path("", include("network_portal.demand.urls")),
    path("", include("network_portal.tasks.urls")),
    path("", include("communities.urls")),
    path("", include("resources.urls")),
    path("", include("events.urls")),
]
