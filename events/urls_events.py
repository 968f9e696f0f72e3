"""Routes of events, their registrations, reports and calendars."""

from django.urls import path

from events.views import attendance, community_events, document, event, event_calendar, event_part, event_report, feedback, registration

urlpatterns = [
    path("events/", event.event_list, name="events"),
    path("events/new/", event.event_new, name="event_new"),
    path("events/mine/", registration.my_events, name="my_events"),
    path("events/calendar/", event_calendar.event_calendar, name="event_calendar"),
    path("events/check-in/<str:token>/", attendance.check_in, name="check_in"),
    path("events/<int:pk>-<slug:slug>/", event.event_detail, name="event"),
    path("events/<int:pk>-<slug:slug>/event.ics", event_calendar.event_ics, name="event_ics"),
    path("events/<int:pk>/edit/", event.event_edit, name="event_edit"),
    path("events/<int:pk>/decide/", event.event_decide, name="event_decide"),
    path("events/<int:pk>/cancel/", event.event_cancel, name="event_cancel"),
    path("events/<int:pk>/report/", event_report.event_report, name="event_report"),
    path("events/<int:pk>/materials/", event_report.event_materials, name="event_materials"),
    path("events/<int:pk>/programme/", event_part.event_programme, name="event_programme"),
    path("events/<int:pk>/programme/<int:part_id>/", event_part.event_session, name="event_session"),
    path("events/<int:pk>/sites/new/", event_part.event_site_new, name="event_site_new"),
    path("events/<int:pk>/sites/<int:part_id>/", event_part.event_site, name="event_site"),
    path("events/<int:pk>/register/", registration.registration_new, name="registration_new"),
    path("events/<int:pk>/registrations/", registration.registration_list, name="registration_list"),
    path("events/<int:pk>/registrations/new/", registration.registration_colleagues, name="registration_colleagues"),
    path("events/registrations/<int:pk>/cancel/", registration.registration_cancel, name="registration_cancel"),
    path("events/<int:pk>/attendance/", attendance.attendance_list, name="attendance_list"),
    path("events/<int:pk>/attendance/table/", attendance.attendance_table, name="attendance_table"),
    path("events/<int:pk>/attendance/code/", attendance.check_in_code, name="check_in_code"),
    path("events/<int:pk>/documents/", document.event_documents, name="event_documents"),
    path("events/<int:pk>/documents/<slug:kind>.docx", document.event_document, name="event_document"),
    path("events/letters/<int:pk>/read/", document.notice_read, name="notice_read"),
    path("events/templates/<slug:kind>/", document.document_text, name="document_text"),
    path("events/<int:pk>/feedback/", feedback.event_feedback, name="event_feedback"),
    path("communities/<slug:slug>/events/", community_events.community_events, name="community_events"),
    path("feeds/events.ics", event_calendar.event_feed_ics, name="event_feed_ics"),
    path("feeds/events.atom", event_calendar.event_feed_atom, name="event_feed_atom"),
    path("feeds/communities/<slug:slug>/events.ics", event_calendar.community_feed_ics, name="community_feed_ics"),
]
