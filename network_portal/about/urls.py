from django.urls import path

from network_portal.about import views

urlpatterns = [
    path("about/", views.about, name="about"),
    path("about/rules/", views.rules, name="rules"),
    path("about/personal-data/", views.personal_data, name="personal_data"),
    path("directions/", views.directions, name="directions"),
]
