from django.urls import path

from network_portal.tasks.views import task_list

urlpatterns = [path("tasks/", task_list, name="task_list")]
