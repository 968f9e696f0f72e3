"""What the demo holds, for tests from outside: who may sign in, and objects of every visibility."""

from typing import Any

from django.conf import settings

from communities.models import Community, School, Teacher
from events.models import Event
from network_portal.demo.personas import PASSWORD, PERSONAS, totp_secret
from resources.models import Material, MaterialFile


def manifest(seed: int) -> dict[str, Any]:
    """`{"base_url", "personas": […], "objects": […]}`; an owner is an e-mail, null for what belongs to the network."""
    personas = [
        {"key": persona.key, "role": persona.role, "email": persona.email, "password": PASSWORD, "totp_secret": totp_secret(persona, seed)}
        for persona in PERSONAS
    ]
    return {"base_url": settings.SITE_URL, "personas": personas, "objects": [*_materials(), *_places(), *_events()]}


def _object(noun: str, visibility: str, owner: str | None, path: str) -> dict[str, Any]:
    return {"noun": noun, "visibility": visibility, "owner": owner, "url": settings.SITE_URL + path}


def _materials() -> list[dict[str, Any]]:
    """Three of every status and visibility there is, and the file of each."""
    found = []
    for status in ("published", "review", "returned", "draft"):
        for visibility in ("public", "network", "library"):
            for material in Material.objects.filter(status=status, visibility=visibility).select_related("created_by").order_by("pk")[:3]:
                shown = visibility if status == "published" else status
                found.append(_object("material", shown, material.created_by.email, material.get_absolute_url()))
                file = MaterialFile.objects.filter(version__material=material).order_by("pk").first()
                if file:
                    found.append(_object("file", shown, material.created_by.email, f"/materials/{material.pk}/files/{file.pk}/"))
    return found


def _events() -> list[dict[str, Any]]:
    """Three of every visibility among the announced ones, and what is not announced yet."""
    found = [event for visibility in ("public", "network", "community") for event in Event.objects.announced().filter(visibility=visibility).order_by("pk")[:3]]
    hidden = Event.objects.filter(status__in=["draft", "proposed"]).select_related("created_by").order_by("pk")[:6]
    return [
        *[_object("event", event.visibility, None, event.get_absolute_url()) for event in found],
        *[_object("event", event.status, event.created_by.email if event.created_by else None, event.get_absolute_url()) for event in hidden],
    ]


def _places() -> list[dict[str, Any]]:
    return [
        *[_object("community", "public", None, community.get_absolute_url()) for community in Community.objects.order_by("pk")[:3]],
        *[_object("school", "public", None, school.get_absolute_url()) for school in School.objects.order_by("pk")[:3]],
        *[_object("teacher", "network", teacher.email, teacher.get_absolute_url()) for teacher in Teacher.objects.active().order_by("pk")[:3]],
    ]
