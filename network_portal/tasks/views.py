from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foundation.policy import policy
from network_portal.tasks.waiting import waiting_for


@policy("teacher")
def task_list(request: HttpRequest) -> HttpResponse:
    return render(request, "tasks/list.html", {"tasks": waiting_for(request.user)})
