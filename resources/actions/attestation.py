"""Confirmations for attestation: issued from the facts of the day, revoked by their owner. Both are lines of the audit log."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from communities.actions.audit import write_audit
from communities.models import Teacher
from resources.models import Attestation
from resources.models.attestation import Revocation
from resources.papers.attestation import digest, freeze, paper_facts
from resources.portfolio import Period, sections_of

# A paper is asked for a few times in a career; more in a day is a script.
DAILY = 20


class FactsChanged(ValidationError):
    """The records changed after the person had looked at the preview: nothing is issued that nobody has read."""

    def __init__(self) -> None:
        super().__init__(_("The figures have changed since you looked. Read the preview again, then issue the paper."), code="facts_changed")


def chosen_facts(teacher: Teacher, period: Period, keys: Collection[str]) -> dict[str, Any]:
    """The facts of the chosen rows (`section:row`); sections without a chosen row are left out. Raises ValidationError without any."""
    with translation.override("ru"):
        sections = [chosen for section in sections_of(teacher, period) if (chosen := section.only(keys)).rows]
    if not sections:
        raise ValidationError(_("Choose at least one line."), code="nothing_chosen")
    return paper_facts(teacher, period, sections, on=timezone.localdate())


@transaction.atomic
def issue_attestation(teacher: Teacher, period: Period, keys: Collection[str], *, seen: str, by: Teacher) -> Attestation:
    """Freeze the chosen facts into a paper with a code. `seen` is the digest of what the preview showed.

    Asked twice for the same facts it answers the same paper. Raises FactsChanged, ValidationError for too many a day, PermissionDenied.
    """
    if by.pk != teacher.pk or not by.is_confirmed:
        raise PermissionDenied("a teacher asks for their own paper")
    Teacher.objects.select_for_update().only("pk").get(pk=teacher.pk)
    facts = chosen_facts(teacher, period, keys)
    if digest(facts) != seen:
        raise FactsChanged
    same = teacher.attestations.filter(revoked_at=None, facts__sha256=seen).first()
    if same is not None:
        return same
    if teacher.attestations.filter(issued_at__gte=timezone.now() - timedelta(days=1)).count() >= DAILY:
        raise ValidationError(_("Today you have issued %(number)d papers; go on tomorrow.") % {"number": DAILY}, code="too_many")
    attestation = Attestation.objects.create(teacher=teacher, facts=freeze(facts))
    write_audit("issue-attestation", by=by, target=attestation)
    return attestation


@transaction.atomic
def revoke_attestation(attestation: Attestation, reason: Revocation, *, by: Teacher) -> None:
    """The paper is not valid any more, from this moment on; whoever checks it reads why. A second time changes nothing."""
    if attestation.teacher_id != by.pk:
        raise PermissionDenied("somebody else's paper")
    if Attestation.objects.filter(pk=attestation.pk, revoked_at=None).update(revoked_at=timezone.now(), revoked_for=reason):
        write_audit("revoke-attestation", by=by, target=attestation, reason=reason.value)
