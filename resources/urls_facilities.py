"""Routes of shared facilities and their bookings."""

from django.urls import path

from resources.views import booking, facility

urlpatterns = [
    path("facilities/", facility.facility_list, name="facility_list"),
    path("facilities/<int:pk>-<slug:slug>/", facility.facility_detail, name="facility"),
    path("facilities/<int:pk>/edit/", facility.facility_edit, name="facility_edit"),
    path("facilities/<int:pk>/close/", facility.facility_close, name="facility_close"),
    path("facilities/<int:pk>/reopen/", facility.facility_reopen, name="facility_reopen"),
    path("facilities/<int:pk>/photos/", facility.facility_photo_new, name="facility_photo_new"),
    path("facilities/<int:pk>/photos/<int:photo_id>/", facility.facility_photo, name="facility_photo"),
    path("facilities/<int:pk>/photos/<int:photo_id>/delete/", facility.facility_photo_delete, name="facility_photo_delete"),
    path("facilities/<int:pk>/book/", booking.booking_new, name="booking_new"),
    path("facilities/bookings/", booking.booking_list, name="booking_list"),
    path("facilities/bookings/<int:pk>/", booking.booking_detail, name="booking"),
    path("facilities/bookings/<int:pk>/answer/", booking.booking_answer, name="booking_answer"),
    path("facilities/bookings/<int:pk>/cancel/", booking.booking_cancel, name="booking_cancel"),
    path("facilities/bookings/<int:pk>/times/<int:time_id>/drop/", booking.booking_time_drop, name="booking_time_drop"),
    path("schools/<slug:slug>/facilities/new/", facility.facility_new, name="facility_new"),
]
