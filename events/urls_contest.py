"""Routes of pupils' events."""

from django.urls import path

from events.views import contest, pupil

urlpatterns = [
    path("events/<int:pk>-<slug:slug>/teams/", pupil.pupil_list, name="pupil_list"),
    path("events/<int:pk>-<slug:slug>/results/", pupil.result_list, name="result_list"),
    path("events/<int:pk>-<slug:slug>/jury/", pupil.jury_list, name="jury_list"),
    path("events/<int:pk>/jury/<int:result_id>/", pupil.jury_work, name="jury_work"),
    path("events/<int:pk>/consents/<slug:purpose>/", pupil.consent_text, name="consent_text"),
    path("events/teams/<int:pk>/consents/", pupil.pupil_consents, name="pupil_consents"),
    path("events/results/<int:pk>/appeal/", pupil.appeal_new, name="appeal_new"),
    path("events/appeals/<int:pk>/", contest.appeal_decide, name="appeal_decide"),
    path("events/<int:pk>/contest/", contest.contest_desk, name="contest_desk"),
    path("events/<int:pk>/contest/rules/", contest.contest_rules, name="contest_rules"),
    path("events/<int:pk>/contest/consents/", contest.contest_consents, name="contest_consents"),
    path("events/<int:pk>/contest/jury/", contest.contest_jury, name="contest_jury"),
    path("events/<int:pk>/contest/criteria/new/", contest.contest_criterion, name="contest_criterion"),
    path("events/<int:pk>/contest/table/", contest.contest_table, name="contest_table"),
    path("events/<int:pk>/contest/act/", contest.contest_act, name="contest_act"),
]
