"""Calls for materials where the curriculum has a hole. Not in the ledger: the materials that answer are counted there."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from communities.models import Community, Subject, Teacher
from resources.access_collection import addressable_communities, may_close_call
from resources.models import MaterialCall, Purpose


@transaction.atomic
def call_for_materials(
    subject: Subject, grade: int, purpose: Purpose | None, communities: Iterable[Community], *, by: Teacher, due_on: date | None = None
) -> list[MaterialCall]:
    """Call these communities; one that is already called for the same is not called twice. PermissionDenied for one that may not be addressed.

    The communities are locked: the table's own constraint does not see doubles without a purpose, where both databases hold
    empty values to be different.
    """
    wanted = [community.pk for community in communities]
    locked = list(Community.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    allowed = set(addressable_communities(by, subject).filter(pk__in=wanted).values_list("pk", flat=True))
    if allowed != set(wanted):
        raise PermissionDenied("may not call this community")
    called = set(MaterialCall.objects.filter(subject=subject, grade=grade, purpose=purpose, closed_on=None).values_list("community_id", flat=True))
    return [
        MaterialCall.objects.create(subject=subject, grade=grade, purpose=purpose, community=community, called_by=by, due_on=due_on)
        for community in locked
        if community.pk not in called
    ]


@transaction.atomic
def close_call(call: MaterialCall, *, by: Teacher) -> None:
    """The hole is filled, or nobody needs it any more. Raises PermissionDenied for those who may not say so."""
    if not may_close_call(by, call):
        raise PermissionDenied("may not close this call")
    MaterialCall.objects.filter(pk=call.pk, closed_on=None).update(closed_on=timezone.localdate())
