"""Routes of the libraries and of reviewers' suggestions."""

from django.urls import path

from resources.views.library import library_detail, library_list, library_materials, library_open, library_settings
from resources.views.suggestion import suggestion_answer

urlpatterns = [
    path("libraries/", library_list, name="library_list"),
    path("libraries/open/", library_open, name="library_open"),
    path("libraries/<int:pk>/", library_detail, name="library"),
    path("libraries/<int:pk>/materials/", library_materials, name="library_materials"),
    path("libraries/<int:pk>/settings/", library_settings, name="library_settings"),
    path("materials/<int:pk>/suggestions/<int:suggestion_id>/", suggestion_answer, name="suggestion_answer"),
]
