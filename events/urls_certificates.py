"""Routes of diplomas and certificates."""

from django.urls import path

from events.views import certificate

urlpatterns = [
    path("events/<int:pk>-<slug:slug>/diplomas/", certificate.event_papers, name="event_papers"),
    path("best-practice/cohorts/<int:pk>/certificates/", certificate.cohort_papers, name="cohort_papers"),
    path("certificates/", certificate.my_certificates, name="my_certificates"),
    path("certificates/<int:pk>.pdf", certificate.certificate_file, name="certificate_file"),
    path("certificates/<int:pk>/revoke/", certificate.certificate_revoke, name="certificate_revoke"),
    path("certificates/batches/<int:pk>/", certificate.certificate_batch, name="certificate_batch"),
    path("certificates/batches/<int:pk>.zip", certificate.batch_zip, name="batch_zip"),
    path("certificates/<slug:kind>/<int:pk>/<slug:paper>/design/", certificate.paper_design, name="paper_design"),
    path("certificates/<slug:kind>/<int:pk>/<slug:paper>/issue/", certificate.batch_new, name="certificate_batch_new"),
]
