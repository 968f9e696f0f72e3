"""The demo region through its command: filled, repeatable, refused where people already are."""

import datetime
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client

from communities.models import Community, Consent, Employment, Membership, School, Subject, Teacher
from metrics.models import Activity
from network_portal.demo.personas import PASSWORD, PERSONAS
from resources.models import Library, Material, MaterialFile, MaterialSearch, Reuse

pytestmark = pytest.mark.django_db

TODAY = "2026-11-20"


def fill(**options: Any) -> str:
    out = StringIO()
    call_command("demo", size="tiny", today=datetime.date.fromisoformat(TODAY), stdout=out, **options)
    return out.getvalue()


def fingerprint() -> list[Any]:
    return [
        list(School.objects.order_by("slug").values_list("slug", "short_name", "latitude")),
        list(Teacher.objects.order_by("email").values_list("email", "last_name", "school__slug")),
        list(Membership.objects.order_by("community__slug", "teacher__email").values_list("community__slug", "teacher__email", "role", "joined_on")),
        list(Material.objects.order_by("title").values_list("title", "status", "visibility", "published_on", "reuse_count")),
        sorted(MaterialFile.objects.values_list("original_name", "sha256")),
        Activity.objects.count(),
    ]


def test_the_region_is_plausible_and_complete(tmp_path: Path) -> None:
    said = fill(manifest=str(tmp_path / "manifest.json"))
    assert (School.objects.count(), Teacher.objects.count(), Material.objects.count()) == (6, 40, 30)
    assert PASSWORD in said
    assert all(persona.email in said for persona in PERSONAS)
    # Every file is a real one in the storage, read, and in the index.
    for file in MaterialFile.objects.all():
        assert default_storage.size(file.stored_name) == file.size
        assert len(file.text) > 200
    assert MaterialSearch.objects.exclude(everything="").count() == 30
    # Every school has one head and one coordinator, everybody has agreed to the processing, nobody acted in the future.
    assert {Employment.objects.filter(school=school, is_head=True).count() for school in School.objects.all()} == {1}
    assert {Employment.objects.filter(school=school, is_coordinator=True).count() for school in School.objects.all()} == {1}
    assert Consent.objects.filter(text__purpose="processing").count() == 40
    assert not Activity.objects.filter(occurred_on__gt=TODAY).exists()
    assert Activity.objects.filter(verb="reused").count() == Reuse.objects.count()
    assert sum(Material.objects.values_list("reuse_count", flat=True)) == Reuse.objects.count()
    # A hidden author's name is in no file.
    for material in Material.objects.filter(created_by__publishes_name=False):
        assert all(material.created_by.last_name not in file.text for version in material.versions.all() for file in version.files.all())


def test_the_manifest_tells_outsiders_whom_and_what_to_try(tmp_path: Path, settings: Any) -> None:
    path = tmp_path / "manifest.json"
    fill(manifest=str(path))
    told = json.loads(path.read_text())
    assert told["base_url"] == settings.SITE_URL
    assert {"key", "role", "email", "password", "totp_secret"} == set(told["personas"][0])
    assert {persona["role"] for persona in told["personas"]} >= {"teacher", "coordinator", "head", "leader", "methodist", "administrator"}
    assert {persona["role"] for persona in told["personas"] if persona["totp_secret"]} == {"methodist", "administrator"}
    assert {"noun", "visibility", "owner", "url"} == set(told["objects"][0])
    assert {found["noun"] for found in told["objects"]} >= {"material", "file", "community", "school", "teacher", "event"}
    for found in told["objects"]:
        response = Client().get(found["url"].removeprefix(settings.SITE_URL))
        if found["visibility"] == "public":
            assert response.status_code == 200, found
        elif found["noun"] != "teacher":
            assert response.status_code == 404, found


def test_the_same_seed_gives_the_same_region_after_a_reset() -> None:
    fill(seed=7)
    first = fingerprint()
    fill(seed=7, reset=True)
    assert fingerprint() == first
    fill(seed=8, reset=True)
    assert fingerprint() != first


def test_a_reset_keeps_the_closed_lists_and_forgets_the_files() -> None:
    fill()
    old = list(MaterialFile.objects.values_list("stored_name", flat=True))
    subjects = Subject.objects.count()
    fill(seed=9, reset=True)
    assert Subject.objects.count() == subjects
    assert Library.objects.filter(community=None).count() == 1
    assert not any(default_storage.exists(name) for name in old)


def test_people_are_never_overwritten(anna: Teacher) -> None:
    with pytest.raises(CommandError, match="not empty"):
        fill()
    assert list(Teacher.objects.all()) == [anna]


def test_a_production_portal_refuses_the_demo_and_its_codes(settings: Any) -> None:
    settings.PRODUCTION = True
    for command in (fill, lambda: call_command("demo_code", "methodist")):
        with pytest.raises(CommandError, match="production"):
            command()
    assert not School.objects.exists()


def test_the_methodist_signs_in_with_the_printed_code(client: Client) -> None:
    fill()
    assert Authenticator.objects.filter(type="totp").count() == 2
    client.post("/accounts/login/", {"login": "methodist@example.org", "password": PASSWORD})
    out = StringIO()
    call_command("demo_code", "methodist", stdout=out)
    response = client.post("/accounts/2fa/authenticate/", {"code": out.getvalue().strip()})
    assert response.status_code == 302
    assert client.get("/materials/review/").status_code == 200


def test_communities_have_goals_leaders_and_members() -> None:
    fill()
    for community in Community.objects.all():
        assert community.goal_versions.count() == 1
        assert community.memberships.filter(role="leader", left_on=None).exists() or not community.memberships.filter(left_on=None).exists()


def test_a_manifest_of_an_existing_demo_changes_nothing(tmp_path: Path) -> None:
    fill()
    before = fingerprint()
    path = tmp_path / "later.json"
    fill(manifest=str(path))
    assert fingerprint() == before
    assert len(json.loads(path.read_text())["personas"]) == len(PERSONAS)
