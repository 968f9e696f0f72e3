"""Submission: a material goes to its reviewers, or comes back before anybody has decided."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Teacher
from resources.access import OPEN, may_submit, may_withdraw
from resources.models import Material, MaterialFile
from resources.models.material import Status


@transaction.atomic
def submit_material(material: Material, *, by: Teacher) -> None:
    """Send a draft or a returned material to review. Raises ValidationError when there is nothing to read."""
    if not may_submit(by, material):
        raise PermissionDenied("authors send their own drafts")
    locked = Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
    if not MaterialFile.objects.filter(version__material=locked).exists():
        raise ValidationError(_("Add at least one file: there is nothing to review yet."), code="no_files")
    now = timezone.now()
    if not Material.objects.filter(pk=material.pk, status__in=OPEN).update(status=Status.REVIEW, submitted_at=now, changed_at=now):
        raise ValidationError(_("This material has been sent already."), code="sent_already")


@transaction.atomic
def withdraw_submission(material: Material, *, by: Teacher) -> None:
    """Take a material back from review to go on working. Raises ValidationError when somebody has decided meanwhile."""
    if not may_withdraw(by, material):
        raise PermissionDenied("authors take back what waits for review")
    if not Material.objects.filter(pk=material.pk, status=Status.REVIEW).update(status=Status.DRAFT, changed_at=timezone.now()):
        raise ValidationError(_("A reviewer has just decided; the material cannot be taken back."), code="decided_already")
