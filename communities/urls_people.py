"""Addresses of people, schools and what leads into the network."""

from django.urls import path

from communities.views import consent, employment, paper_code, passport, registration, school, teacher

urlpatterns = [
    path("accounts/consents/<slug:purpose>/", consent.consent_text, name="consent_text"),
    path("accounts/code/", paper_code.paper_code, name="paper_code"),
    path("profile/", teacher.profile, name="profile"),
    path("profile/photo/", teacher.profile_photo, name="profile_photo"),
    path("profile/workplaces/", registration.workplaces, name="workplaces"),
    path("profile/consents/<slug:purpose>/", consent.consent_change, name="consent_change"),
    path("teachers/", teacher.teacher_list, name="teacher_list"),
    path("teachers/<int:pk>/", teacher.teacher_page, name="teacher"),
    path("teachers/<int:pk>/photo/", teacher.teacher_photo, name="teacher_photo"),
    path("teachers/<int:pk>/role/", teacher.teacher_role, name="teacher_role"),
    path("schools/", school.school_list, name="school_list"),
    path("schools/<slug:slug>/", school.school_overview, name="school"),
    path("schools/<slug:slug>/teachers/", school.school_teachers, name="school_teachers"),
    path("schools/<slug:slug>/edit/", school.school_edit, name="school_edit"),
    path("schools/<slug:slug>/passport/", passport.school_passport, name="school_passport"),
    path("schools/<slug:slug>/passport/<slug:code>/", passport.school_questionnaire, name="school_questionnaire"),
    path("schools/<slug:slug>/staff/", employment.school_staff, name="school_staff"),
    path("schools/<slug:slug>/staff/new/", employment.paper_teacher_new, name="paper_teacher_new"),
    path("schools/<slug:slug>/staff/<int:pk>/confirm/", employment.employment_confirm, name="employment_confirm"),
    path("schools/<slug:slug>/staff/<int:pk>/refuse/", employment.employment_refuse, name="employment_refuse"),
    path("schools/<slug:slug>/staff/<int:pk>/end/", employment.employment_end, name="employment_end"),
    path("schools/<slug:slug>/staff/<int:pk>/roles/", employment.employment_roles, name="employment_roles"),
    path("schools/<slug:slug>/staff/<int:pk>/code/", employment.paper_code_issue, name="paper_code_issue"),
]
