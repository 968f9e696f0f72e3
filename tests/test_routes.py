"""Every route declares who may enter, and visitors are stopped at every closed door."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse

from foundation.policy import POLICIES
from network_portal.management.commands.list_routes import routes


def test_every_route_has_a_policy() -> None:
    assert [route["route"] for route in routes() if route["policy"] not in POLICIES] == []


def test_routes_are_listed_as_json() -> None:
    out = StringIO()
    call_command("list_routes", "--format", "json", stdout=out)
    listed = json.loads(out.getvalue())
    assert {"route", "name", "policy", "methods"} == set(listed[0])
    assert any(route["name"] == "material_list" and route["policy"] == "public" for route in listed)


PLAIN = sorted(
    {
        route["name"]
        for route in routes()
        if route["name"] and "<" not in route["route"] and "(" not in route["route"] and not route["route"].startswith("/admin")
    }
)


@pytest.mark.django_db
@pytest.mark.parametrize("name", PLAIN)
def test_closed_doors_send_visitors_to_sign_in(name: str) -> None:
    policy = next(route["policy"] for route in routes() if route["name"] == name)
    try:
        url = reverse(name)
    except NoReverseMatch:
        pytest.skip("needs arguments")
    response = Client().get(url)
    assert response.status_code < 500
    if policy != "public":
        assert response.status_code in (302, 405)
        assert response.status_code == 405 or response["Location"].startswith(reverse("account_login"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("role", ["anna", "vera", "daria", "evgenia", "zhanna", "zakhar"])
def test_no_plain_page_fails_for_any_role(name: str, role: str, request: pytest.FixtureRequest, client_of: Any) -> None:
    try:
        url = reverse(name)
    except NoReverseMatch:
        pytest.skip("needs arguments")
    response = client_of(request.getfixturevalue(role)).get(url)
    assert response.status_code in (200, 301, 302, 403, 404, 405)
    if response.status_code == 200 and not getattr(response, "shared_cache", False):
        assert response["Cache-Control"] == "private, no-store"
