"""Papers: designed, issued once each, revoked with a reason, in batches by the worker."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from communities.actions.audit import write_audit
from communities.actions.notify import notify
from communities.models import Teacher
from events.access_certificate import may_issue_papers
from events.certificates import Recipient, design_of, facts_of, recipients_of
from events.models import Certificate, CertificateBatch, CertificateSeries, Cohort, Event, PaperDesign

Subject = Event | Cohort
CHUNK = 50


@dataclass(frozen=True)
class Words:
    """What a design says."""

    title: str
    words: str
    signer: str
    colour: str


@transaction.atomic
def set_design(subject: Subject, paper: str, *, by: Teacher, words: Words) -> PaperDesign:
    """How papers of this kind look from now on; issued ones stay as they are."""
    _may(subject, by)
    told = {"title": words.title, "words": words.words, "signer": words.signer, "colour": words.colour}
    design, _new = PaperDesign.objects.update_or_create(paper=paper, **_side(subject), defaults=told)
    return design


def issue(subject: Subject, paper: str, recipient: Recipient, *, by: Teacher | None) -> Certificate:
    """The recipient's paper: made once, and given back whenever it is asked for again, until it is revoked. The number comes with it or not at all."""
    standing = _standing(subject, paper, recipient)
    if standing is not None:
        return standing
    try:
        with transaction.atomic():
            year = timezone.localdate().year
            number = _next_number(year)
            facts = facts_of(subject, paper, recipient, design_of(subject, paper))
            told: dict[str, Any] = {"recipient_key": recipient.key, "teacher": recipient.teacher, "result_id": recipient.result_id, "facts": facts}
            made = Certificate.objects.create(paper=paper, year=year, number=number, issued_by=by, **_side(subject), **told)
            if recipient.teacher is not None:
                about = subject
                notify("certificate", to=[recipient.teacher.pk], about=about, by=by, key=str(made.pk), path="/certificates/")
            return made
    except IntegrityError:
        # Somebody issued it in this very moment; the number of this one goes back with its transaction.
        found = _standing(subject, paper, recipient)
        if found is None:
            raise
        return found


def _standing(subject: Subject, paper: str, recipient: Recipient) -> Certificate | None:
    return Certificate.objects.filter(paper=paper, recipient_key=recipient.key, revoked_at=None, **_side(subject)).first()


def _next_number(year: int) -> int:
    """The next of the year's series; its row is locked until the paper is written."""
    CertificateSeries.objects.get_or_create(year=year)
    CertificateSeries.objects.filter(year=year).update(last=F("last") + 1)
    return CertificateSeries.objects.get(year=year).last


@transaction.atomic
def revoke(certificate: Certificate, *, by: Teacher, reason: str) -> None:
    """The check page says so from now on; a new one may be issued. Twice is once."""
    _may(certificate.event or certificate.cohort, by)  # type: ignore[arg-type]
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: everybody who checks the paper reads it.")}, code="reason")
    told = {"revoked_at": timezone.now(), "revoked_by": by, "revoke_reason": reason}
    if Certificate.objects.filter(pk=certificate.pk, revoked_at=None).update(**told):
        write_audit("revoke-certificate", by=by, target=certificate, reason=reason)


@transaction.atomic
def begin_batch(subject: Subject, paper: str, *, by: Teacher) -> CertificateBatch:
    """Papers for everybody, made by the worker; ValidationError where nobody gets one."""
    _may(subject, by)
    count = len(recipients_of(subject, paper))
    if not count:
        raise ValidationError(_("Nobody gets this paper yet."), code="empty")
    batch = CertificateBatch.objects.create(paper=paper, asked_by=by, total=count, **_side(subject))
    run_batch.enqueue(batch.pk)
    return batch


@task()
def run_batch(pk: int) -> None:
    """Issue what is not issued yet. Killed and run again it goes on; run twice it issues nothing twice."""
    batch = CertificateBatch.objects.select_related("event", "cohort__best_practice_school", "asked_by").filter(pk=pk).first()
    if batch is None or batch.finished_at is not None:
        return
    subject: Subject = batch.event or batch.cohort  # type: ignore[assignment]
    done = 0
    for chunk in _chunks(recipients_of(subject, batch.paper)):
        for recipient in chunk:
            issue(subject, batch.paper, recipient, by=batch.asked_by)
        done += len(chunk)
        CertificateBatch.objects.filter(pk=pk, done__lt=done).update(done=done)
    CertificateBatch.objects.filter(pk=pk, finished_at=None).update(finished_at=timezone.now(), done=done)


def _chunks(recipients: list[Recipient]) -> Iterable[list[Recipient]]:
    return (recipients[start : start + CHUNK] for start in range(0, len(recipients), CHUNK))


def _side(subject: Subject) -> dict[str, Any]:
    return {"event" if isinstance(subject, Event) else "cohort": subject}


def _may(subject: Subject, by: Teacher) -> None:
    if not may_issue_papers(by, subject):
        raise PermissionDenied("may not issue papers here")
