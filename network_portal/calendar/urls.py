from django.urls import path

from network_portal.calendar import views

urlpatterns = [
    path("calendar/", views.calendar_subscription, name="calendar_subscription"),
    path("calendar/<str:token>.ics", views.calendar_feed, name="calendar_feed"),
]
