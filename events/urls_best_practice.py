"""Routes of best-practice schools, their cohorts and participants."""

from django.urls import path

from events.views import best_practice, cohort, enrolment

urlpatterns = [
    path("best-practice/", best_practice.best_practice_list, name="best_practice_list"),
    path("best-practice/new/", best_practice.best_practice_new, name="best_practice_new"),
    path("best-practice/<int:pk>-<slug:slug>/", best_practice.best_practice_detail, name="best_practice"),
    path("best-practice/<int:pk>/edit/", best_practice.best_practice_edit, name="best_practice_edit"),
    path("best-practice/<int:pk>/close/", best_practice.best_practice_close, name="best_practice_close"),
    path("best-practice/<int:pk>/cohorts/new/", cohort.cohort_new, name="cohort_new"),
    path("best-practice/cohorts/<int:pk>/", cohort.cohort_detail, name="cohort"),
    path("best-practice/cohorts/<int:pk>/edit/", cohort.cohort_edit, name="cohort_edit"),
    path("best-practice/cohorts/<int:pk>/announce/", cohort.cohort_announce, name="cohort_announce"),
    path("best-practice/cohorts/<int:pk>/finish/", cohort.cohort_finish, name="cohort_finish"),
    path("best-practice/cohorts/<int:pk>/sessions/new/", cohort.session_new, name="cohort_session_new"),
    path("best-practice/cohorts/<int:pk>/apply/", enrolment.enrolment_new, name="enrolment_new"),
    path("best-practice/sessions/<int:pk>/edit/", cohort.session_edit, name="cohort_session_edit"),
    path("best-practice/sessions/<int:pk>/drop/", cohort.session_drop, name="cohort_session_drop"),
    path("best-practice/sessions/<int:pk>/hold/", cohort.session_hold, name="cohort_session_hold"),
    path("best-practice/participants/<int:pk>/decide/", enrolment.enrolment_decide, name="enrolment_decide"),
    path("best-practice/participants/<int:pk>/leave/", enrolment.enrolment_leave, name="enrolment_leave"),
    path("best-practice/participants/<int:pk>/work/", enrolment.enrolment_work, name="enrolment_work"),
    path("best-practice/participants/<int:pk>/meetings/", enrolment.enrolment_meeting, name="enrolment_meeting"),
]
