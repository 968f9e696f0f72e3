"""Routes of plans of work and their items."""

from django.urls import path

from events.views import plan, plan_item

urlpatterns = [
    path("communities/<slug:slug>/plan/", plan.community_plan, name="community_plan"),
    path("communities/<slug:slug>/plan/new/", plan.community_plan_new, name="community_plan_new"),
    path("schools/<slug:slug>/plan/", plan.school_plan, name="school_plan"),
    path("schools/<slug:slug>/plan/new/", plan.school_plan_new, name="school_plan_new"),
    path("plans/<int:pk>/", plan.plan_detail, name="plan"),
    path("plans/<int:pk>/edit/", plan.plan_edit, name="plan_edit"),
    path("plans/<int:pk>/decide/", plan.plan_decide, name="plan_decide"),
    path("plans/<int:pk>/analysis/", plan.plan_analysis, name="plan_analysis"),
    path("plans/<int:pk>/plan.docx", plan.plan_paper, {"paper": "plan"}, name="plan_docx"),
    path("plans/<int:pk>/analysis.docx", plan.plan_paper, {"paper": "analysis"}, name="analysis_docx"),
    path("plans/<int:pk>/items/new/", plan_item.item_new, name="plan_item_new"),
    path("plans/items/<int:pk>/edit/", plan_item.item_edit, name="plan_item_edit"),
    path("plans/items/<int:pk>/cancel/", plan_item.item_cancel, name="plan_item_cancel"),
    path("plans/items/<int:pk>/close/", plan_item.item_close, name="plan_item_close"),
    path("plans/items/<int:pk>/minutes.docx", plan_item.item_minutes, name="plan_item_minutes"),
]
