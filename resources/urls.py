"""Routes of the library: reading and writing."""

from django.urls import include, path

urlpatterns = [
    path("", include("resources.urls_read")),
    path("", include("resources.urls_write")),
]
