"""Addresses of a community's discussions."""

from django.urls import path

from communities.views import discussion, post

BASE = "communities/<slug:slug>/discussion/"

urlpatterns = [
    path("discussions/", discussion.discussion_search, name="discussion_search"),
    path(BASE, discussion.topic_list, name="topic_list"),
    path(f"{BASE}new/", discussion.topic_new, name="topic_new"),
    path(f"{BASE}preview/", discussion.post_preview, name="post_preview"),
    path(f"{BASE}people/", discussion.discussion_people, name="discussion_people"),
    path(f"{BASE}reports/", post.report_list, name="report_list"),
    path(f"{BASE}<int:pk>/", discussion.topic, name="topic"),
    path(f"{BASE}<int:pk>/read/", discussion.topic_read, name="topic_read"),
    path(f"{BASE}<int:pk>/pin/", discussion.topic_pin, name="topic_pin"),
    path(f"{BASE}<int:pk>/closure/", discussion.topic_closure, name="topic_closure"),
    path(f"{BASE}<int:pk>/answer/", discussion.topic_answer, name="topic_answer"),
    path(f"{BASE}<int:pk>/decisions/<int:report_id>/", post.report_decision, name="report_decision"),
    path(f"{BASE}<int:pk>/<int:number>/edit/", post.post_edit, name="post_edit"),
    path(f"{BASE}<int:pk>/<int:number>/taking-back/", post.post_taking_back, name="post_taking_back"),
    path(f"{BASE}<int:pk>/<int:number>/history/", post.post_history, name="post_history"),
    path(f"{BASE}<int:pk>/<int:number>/useful/", post.post_useful, name="post_useful"),
    path(f"{BASE}<int:pk>/<int:number>/report/", post.post_report, name="post_report"),
    path(f"{BASE}<int:pk>/<int:number>/files/<int:file_id>/", post.post_file, name="post_file"),
]
