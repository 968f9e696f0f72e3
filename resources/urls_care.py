"""Routes of the care for the library."""

from django.urls import path

from resources.views.care import care_act, care_queue, material_report

urlpatterns = [
    path("materials/care/", care_queue, name="care_queue"),
    path("materials/<int:pk>/care/<slug:finding>/", care_act, name="care_act"),
    path("materials/<int:pk>/report/", material_report, name="material_report"),
]
