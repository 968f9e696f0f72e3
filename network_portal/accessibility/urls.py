"""`/accessibility/` and the language links."""

from django.urls import path

from network_portal.accessibility import views

urlpatterns = [
    path("accessibility/", views.settings_page, name="accessibility"),
    path("accessibility/language/<slug:code>/", views.language, name="accessibility_language"),
]
