"""Libraries: opened, given rules and curators."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities.actions.audit import write_audit
from communities.models import Community, Employment, Membership, School, Teacher
from resources.access import may_open_library, may_set_library
from resources.actions.draft import ChangedMeanwhile
from resources.models import Library

MAX_CURATORS = 20
SETTINGS = ("rules", "default_licence", "reviews_needed", "review_days")


@transaction.atomic
def open_library(owner: Community | School, *, by: Teacher) -> Library:
    """The library of a school or community; a second time it is the one that exists."""
    if not may_open_library(by, owner):
        raise PermissionDenied("the coordinator opens the school's library, a leader the community's")
    whose = {"school": owner, "community": None} if isinstance(owner, School) else {"community": owner, "school": None}
    library, is_new = Library.objects.get_or_create(**whose)
    if is_new:
        write_audit("open-library", by=by, target=library)
    return library


@transaction.atomic
def set_library(library: Library, values: Mapping[str, Any], *, by: Teacher, seen: Mapping[str, Any] | None = None) -> Library:
    """Write its rules, the licence proposed, how many reviews it asks for and in how many days. They hold for materials sent from now on.

    `seen` is what the values were compared with: raises ChangedMeanwhile when something else stands there by now.
    """
    if not may_set_library(by, library):
        raise PermissionDenied("methodists, leaders of the community, coordinators of the school")
    if not Library.objects.filter(pk=library.pk, **(seen or {})).update(**{name: values[name] for name in SETTINGS}):
        raise ChangedMeanwhile
    write_audit("set-library", by=by, target=library, reviews_needed=values["reviews_needed"], review_days=values["review_days"])
    library.refresh_from_db()
    return library


@transaction.atomic
def set_quota(library: Library, gigabytes: int | None, *, by: Teacher) -> None:
    """How many GB the files of its materials may take; None for the portal's usual measure. Those who run a library do not measure it themselves."""
    if not by.is_administrator:
        raise PermissionDenied("administrators alone")
    Library.objects.filter(pk=library.pk).update(quota_bytes=None if gigabytes is None else gigabytes * 1024**3)
    write_audit("set-quota", by=by, target=library, gigabytes=gigabytes)


@transaction.atomic
def add_curator(library: Library, teacher: Teacher, *, by: Teacher) -> None:
    """Let a colleague review here. In a community's library a member, in a school's one who works there; a second time changes nothing."""
    if not may_set_library(by, library) or not teacher.is_confirmed:
        raise PermissionDenied("may not name curators here")
    if not may_curate(teacher, library):
        raise ValidationError(_("A curator belongs to the community or works at the school whose library it is."), code="outsider")
    Library.objects.select_for_update().get(pk=library.pk)
    if library.curators.count() >= MAX_CURATORS:
        raise ValidationError(_("A library has at most %(number)s curators.") % {"number": MAX_CURATORS}, code="curators_many")
    if not library.curators.filter(pk=teacher.pk).exists():
        library.curators.add(teacher)
        write_audit("add-curator", by=by, target=library, teacher=teacher.pk)


@transaction.atomic
def remove_curator(library: Library, teacher: Teacher, *, by: Teacher) -> None:
    """A colleague no longer reviews here."""
    if not may_set_library(by, library):
        raise PermissionDenied("may not name curators here")
    if library.curators.through.objects.filter(library=library, teacher=teacher).delete()[0]:
        write_audit("remove-curator", by=by, target=library, teacher=teacher.pk)


def may_curate(teacher: Teacher, library: Library) -> bool:
    """Whether this person sees the shelf, and so could review on it. One query."""
    if library.community_id:
        return Membership.objects.filter(community=library.community_id, teacher=teacher, left_on=None).exists()
    if library.school_id:
        return Employment.objects.current().filter(school=library.school_id, teacher=teacher).exists()
    return True
