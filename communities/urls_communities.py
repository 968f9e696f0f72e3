"""Addresses of communities, their members and goals."""

from django.urls import path

from communities.views import community, goal, membership

urlpatterns = [
    path("communities/", community.community_list, name="community_list"),
    path("communities/new/", community.community_new, name="community_new"),
    path("communities/<slug:slug>/", community.community_overview, name="community"),
    path("communities/<slug:slug>/edit/", community.community_edit, name="community_edit"),
    path("communities/<slug:slug>/formality/", community.community_formality, name="community_formality"),
    path("communities/<slug:slug>/goal/", goal.goal_history, name="community_goal"),
    path("communities/<slug:slug>/goal/edit/", goal.goal_edit, name="community_goal_edit"),
    path("communities/<slug:slug>/goal/endorsement/", goal.goal_endorsement, name="community_goal_endorsement"),
    path("communities/<slug:slug>/join/", membership.community_join, name="community_join"),
    path("communities/<slug:slug>/leave/", membership.community_leave, name="community_leave"),
    path("communities/<slug:slug>/members/", membership.members, name="community_members"),
    path("communities/<slug:slug>/members/history/", membership.member_history, name="community_member_history"),
    path("communities/<slug:slug>/members/<int:pk>/", membership.member_role, name="community_member"),
    path("communities/<slug:slug>/members/<int:pk>/exclusion/", membership.member_exclusion, name="community_member_exclusion"),
    path("communities/<slug:slug>/requests/", membership.join_requests, name="community_requests"),
    path("communities/<slug:slug>/requests/<int:pk>/", membership.join_request_answer, name="community_request"),
    path("communities/<slug:slug>/invite/", membership.community_invite, name="community_invite"),
    path("communities/<slug:slug>/invite/<int:pk>/withdrawal/", membership.invitation_withdrawal, name="community_invitation_withdrawal"),
    path("communities/<slug:slug>/invitation/", membership.own_invitation, name="community_invitation"),
]
