from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from communities.models import ConsentText
from foundation.policy import policy
from network_portal.about.directions import directions_table


@policy("public")
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about/about.html", {"table": directions_table(request.user)})


@policy("public")
def directions(request: HttpRequest) -> HttpResponse:
    return render(request, "about/directions.html", {"table": directions_table(request.user)})


@policy("public")
def rules(request: HttpRequest) -> HttpResponse:
    return render(request, "about/rules.html")


@policy("public")
def personal_data(request: HttpRequest) -> HttpResponse:
    operator = {"name": settings.OPERATOR_NAME, "address": settings.OPERATOR_ADDRESS, "email": settings.OPERATOR_EMAIL}
    texts = {text.purpose: text for text in ConsentText.objects.order_by("purpose", "version")}
    return render(request, "about/personal_data.html", {"operator": operator, "texts": texts.values()})
