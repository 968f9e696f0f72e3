"""Addresses of the exchange: needs, partners, partnerships."""

from django.urls import path

from communities.views import need, partnership

urlpatterns = [
    path("exchange/", need.need_list, name="need_list"),
    path("exchange/mine/", need.my_needs, name="my_needs"),
    path("exchange/new/", need.need_new, name="need_new"),
    path("exchange/partners/", need.exchange_partners, name="exchange_partners"),
    path("exchange/<int:pk>/", need.need, name="need"),
    path("exchange/<int:pk>/edit/", need.need_edit, name="need_edit"),
    path("exchange/<int:pk>/withdrawal/", need.need_withdrawal, name="need_withdrawal"),
    path("exchange/<int:pk>/partners/", need.exchange_partners_of_need, name="exchange_partners_of_need"),
    path("exchange/<int:pk>/proposal/", partnership.partnership_new, name="partnership_new"),
    path("exchange/<int:pk>/invitation/", partnership.partnership_invitation, name="partnership_invitation"),
    path("exchange/partnerships/<int:pk>/", partnership.partnership, name="partnership"),
    path("exchange/partnerships/<int:pk>/agreement/", partnership.partnership_agreement, name="partnership_agreement"),
    path("exchange/partnerships/<int:pk>/refusal/", partnership.partnership_refusal, name="partnership_refusal"),
    path("exchange/partnerships/<int:pk>/start/", partnership.partnership_start, name="partnership_start"),
    path("exchange/partnerships/<int:pk>/outcome/", partnership.partnership_outcome, name="partnership_outcome"),
    path("exchange/partnerships/<int:pk>/break/", partnership.partnership_break, name="partnership_break"),
    path("schools/<slug:slug>/needs/", need.school_needs, name="school_needs"),
]
