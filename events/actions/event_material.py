"""Materials of an event: linked where the person may see both ends."""

import re

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Teacher
from events.access import may_run_event
from events.models import Event
from resources.models import Material

_ADDRESS = re.compile(r"(?:^|/materials/)(\d{1,9})(?:-[\w-]*)?/?(?:[?#].*)?$")


@transaction.atomic
def attach_material(event: Event, *, address: str, before: bool, by: Teacher) -> Material:
    """Link a material by its address; ValidationError for one that does not exist for this person. Linked twice it is linked once."""
    _may(event, by)
    found = _ADDRESS.search(address.strip())
    material = Material.objects.visible_to(by).filter(pk=int(found.group(1))).first() if found else None
    if material is None:
        raise ValidationError(_("No material has this address: copy it from the page of the material."), code="address")
    (event.materials_before if before else event.materials_after).add(material)
    return material


@transaction.atomic
def detach_material(event: Event, *, number: str, by: Teacher) -> None:
    """Take the link off, wherever it stands; the material stays."""
    _may(event, by)
    if number.isascii() and number.isdigit() and len(number) < 10:
        event.materials_before.remove(int(number))
        event.materials_after.remove(int(number))


def _may(event: Event, by: Teacher) -> None:
    if not may_run_event(by, event):
        raise PermissionDenied("may not change this event")
