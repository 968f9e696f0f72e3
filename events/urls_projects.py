"""Routes of joint projects."""

from django.urls import path

from events.views import project

urlpatterns = [
    path("projects/", project.project_list, name="project_list"),
    path("projects/new/", project.project_new, name="project_new"),
    path("projects/<int:pk>-<slug:slug>/", project.project_detail, name="project"),
    path("projects/<int:pk>/edit/", project.project_edit, name="project_edit"),
    path("projects/<int:pk>/begin/", project.project_begin, name="project_begin"),
    path("projects/<int:pk>/finish/", project.project_finish, name="project_finish"),
    path("projects/<int:pk>/stages/new/", project.stage_new, name="project_stage_new"),
    path("projects/stages/<int:pk>/close/", project.stage_close, name="project_stage_close"),
    path("projects/stages/<int:pk>/drop/", project.stage_drop, name="project_stage_drop"),
]
