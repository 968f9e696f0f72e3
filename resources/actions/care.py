"""Care: a reader reports a problem; a curator asks, transfers, archives or leaves a material as it is."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.audit import write_audit
from communities.actions.notify import notify
from communities.models import Teacher
from resources.care import REMEDIES, queue
from resources.models import CareAct, Custody, Material, MaterialFile, MaterialReport, TextWarning
from resources.models.care import Finding, Remedy
from resources.models.material import Status
from resources.rights_guessing import guess_rights

# Days for which a finding does not come back: while the author may answer, and after somebody said why it stays.
WAIT_FOR_AUTHOR, LEFT_AS_IT_IS = 14, 365
# One person's reports a day.
DAILY_REPORTS = 20


@transaction.atomic
def report_problem(material: Material, *, by: Teacher, reason: str, words: str = "") -> MaterialReport:
    """A reader's report; the same reason again while it is open adds its words to the same row. Raises ValidationError for too many a day."""
    if not by.is_active:
        raise PermissionDenied("signed-in people report")
    Teacher.objects.select_for_update().only("pk").get(pk=by.pk)
    report = MaterialReport.objects.filter(material=material, reporter=by, reason=reason, answered_at=None).first()
    if report is not None:
        report.words = words or report.words
        report.save(update_fields=["words"])
        return report
    if MaterialReport.objects.filter(reporter=by, reported_at__gte=timezone.now() - datetime.timedelta(days=1)).count() >= DAILY_REPORTS:
        raise ValidationError(_("You have reported %(number)d problems today; thank you. Go on tomorrow.") % {"number": DAILY_REPORTS}, code="too_many")
    return MaterialReport.objects.create(material=material, reporter=by, reason=reason, words=words)


@transaction.atomic
def take_care(material: Material, finding: Finding, remedy: Remedy, *, by: Teacher, words: str = "") -> CareAct:
    """Do one thing about one finding. Raises PermissionDenied when it is not in this person's queue (any more), ValidationError with the reason."""
    locked = Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
    if remedy not in REMEDIES[finding] or not queue(by, finding).filter(pk=locked.pk).exists():
        raise PermissionDenied("not in the queue of this curator")
    if remedy == Remedy.DISMISS and not words:
        raise ValidationError(_("Say why the material stays as it is."), code="no_reason")
    days = WAIT_FOR_AUTHOR if remedy == Remedy.ASK else LEFT_AS_IT_IS
    until = timezone.localdate() + datetime.timedelta(days=days)
    act = CareAct.objects.create(material=locked, finding=finding, remedy=remedy, words=words, done_by=by, silent_until=until)
    if remedy == Remedy.ASK:
        _ask_authors(act)
    elif remedy == Remedy.TRANSFER:
        Custody.objects.get_or_create(material=locked, defaults={"taken_by": by})
    elif remedy == Remedy.ARCHIVE:
        Material.objects.filter(pk=locked.pk).update(status=Status.WITHDRAWN)
    if remedy in (Remedy.TRANSFER, Remedy.ARCHIVE):
        write_audit(f"{remedy.value}-material", by=by, target=locked, finding=finding.value)
    if remedy == Remedy.ARCHIVE or (finding == Finding.REPORTED and remedy == Remedy.DISMISS):
        open_reports = MaterialReport.objects.filter(material=locked, answered_at=None)
        open_reports.update(answered_at=timezone.now(), answered_by=by, remedy=remedy, answer=words)
    return act


def _ask_authors(act: CareAct) -> None:
    """Every live author learns of the question, which stands on the editing page."""
    material = act.material
    authors = list(Teacher.objects.filter(authorships__material=material, is_active=True, erased_at=None))
    if not authors:
        raise ValidationError(_("No author has a live account: transfer the material or take it off the shelf."), code="no_author")
    notify("care", to=authors, about=material, by=act.done_by, key=str(act.pk), path=reverse("material_edit", args=[material.pk]))


def write_warnings(file: MaterialFile, text: str) -> None:
    """Guess anew from a file's text, inside the caller's transaction."""
    TextWarning.objects.filter(file=file).delete()
    TextWarning.objects.bulk_create(TextWarning(file=file, finding=guess.finding, evidence=guess.evidence) for guess in guess_rights(text))
