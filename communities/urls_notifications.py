"""Addresses of notifications and of the wishes for letters."""

from django.urls import path

from communities.views import notification

urlpatterns = [
    path("notifications/", notification.notification_list, name="notification_list"),
    path("notifications/read/", notification.notifications_read, name="notifications_read"),
    path("notifications/settings/", notification.notice_settings, name="notice_settings"),
    path("notifications/<int:pk>/open/", notification.notification_open, name="notification_open"),
    path("notifications/letters/<str:token>/", notification.letters_stop, name="letters_stop"),
]
