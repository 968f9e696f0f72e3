"""Submission: a material goes to its reviewers, or comes back before anybody has decided."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Teacher
from resources.access import OPEN, may_submit, may_withdraw
from resources.actions.version import submit_version
from resources.models import Material, MaterialFile
from resources.models.material import Status
from resources.versions import working_version


@transaction.atomic
def submit_material(material: Material, *, by: Teacher) -> None:
    """Send a draft, a returned material or the new version of a published one to review. Raises ValidationError when there is nothing to read."""
    if not may_submit(by, material):
        raise PermissionDenied("authors send their own drafts")
    locked = Material.objects.select_for_update(of=("self",)).select_related("library").get(pk=material.pk)
    version = working_version(locked)
    if not MaterialFile.objects.filter(version=version).exists():
        raise ValidationError(_("Add at least one file: there is nothing to review yet."), code="no_files")
    now = timezone.now()
    due = timezone.localdate() + timedelta(days=locked.library.review_days)
    if version.preparation:
        submit_version(version, at=now, due=due)
        return
    sent = {"status": Status.REVIEW, "submitted_at": now, "review_due_on": due, "changed_at": now}
    if not Material.objects.filter(pk=material.pk, status__in=OPEN).update(**sent):
        raise ValidationError(_("This material has been sent already."), code="sent_already")


@transaction.atomic
def withdraw_submission(material: Material, *, by: Teacher) -> None:
    """Take a material back from review to go on working. Raises ValidationError when somebody has decided meanwhile."""
    if not may_withdraw(by, material):
        raise PermissionDenied("authors take back what waits for review")
    if not Material.objects.filter(pk=material.pk, status=Status.REVIEW).update(status=Status.DRAFT, changed_at=timezone.now()):
        raise ValidationError(_("A reviewer has just decided; the material cannot be taken back."), code="decided_already")
