"""Routes of the library: reading and writing."""

from django.urls import include, path

urlpatterns = [
    path("", include("resources.urls_read")),
    path("", include("resources.urls_write")),
    path("", include("resources.urls_batches")),
    path("", include("resources.urls_collections")),
    path("", include("resources.urls_facilities")),
    path("", include("resources.urls_libraries")),
    path("", include("resources.urls_portfolio")),
    path("", include("resources.urls_versions")),
    path("", include("resources.urls_care")),
]
