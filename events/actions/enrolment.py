"""The way of a participant: application, decision, mentor, meetings, final work, leaving."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.notify import notify
from communities.levels import derive_level
from communities.models import Teacher
from events.access_best_practice import may_apply, may_hand_in, may_mentor
from events.actions.cohort import lock_cohort
from events.models import Cohort, Enrolment, MentorMeeting
from events.models.best_practice import EnrolmentDecision
from foundation.activity import record
from resources.models import Material
from resources.models.material import Status

# What can be handed in: sent to review at least, so that those who run the school may read it.
HANDED_IN = (Status.REVIEW, Status.RETURNED, Status.PUBLISHED)


def apply(cohort: Cohort, *, by: Teacher, motivation: str = "") -> Enrolment:
    """Ask for a place; sent twice it is one application. ValidationError when no applications are taken today."""
    if not may_apply(by, cohort):
        raise ValidationError(_("Applications are not taken now."), code="closed")
    try:
        with transaction.atomic():
            enrolment = Enrolment.objects.create(cohort=cohort, teacher=by, school=by.school, motivation=motivation)
            notify("enrolment-request", to=cohort.best_practice_school.leaders.all(), about=cohort, by=by, key=str(enrolment.pk))
    except IntegrityError:
        return Enrolment.objects.get(cohort=cohort, teacher=by, withdrawn_at=None)
    return enrolment


@transaction.atomic
def accept_enrolment(enrolment: Enrolment, *, by: Teacher, mentor: Teacher | None = None) -> None:
    """Give a place. ValidationError when none is left, or the application was answered or taken back meanwhile."""
    cohort = lock_cohort(enrolment.cohort, by=by)
    if not Cohort.objects.filter(pk=cohort.pk, taken__lt=F("places")).update(taken=F("taken") + 1):
        raise ValidationError(_("All places are taken: raise their number, or decline."), code="full")
    _decide(enrolment, EnrolmentDecision.ACCEPTED, by=by, mentor=mentor)


@transaction.atomic
def decline_enrolment(enrolment: Enrolment, *, by: Teacher, reason: str) -> None:
    """Say no, and why. ValidationError when it was answered or taken back meanwhile."""
    lock_cohort(enrolment.cohort, by=by)
    _decide(enrolment, EnrolmentDecision.DECLINED, by=by, reason=reason)


def _decide(enrolment: Enrolment, decision: EnrolmentDecision, *, by: Teacher, reason: str = "", mentor: Teacher | None = None) -> None:
    waiting = Enrolment.objects.filter(pk=enrolment.pk, decision=EnrolmentDecision.WAITING, withdrawn_at=None)
    if not waiting.update(decision=decision, decided_at=timezone.now(), decided_by=by, reason=reason, mentor=mentor):
        raise ValidationError(_("This application was answered or taken back meanwhile."), code="answered")
    notify("enrolment", to=[enrolment.teacher_id], about=enrolment, by=by, key=decision)


@transaction.atomic
def set_mentor(enrolment: Enrolment, *, by: Teacher, mentor: Teacher | None) -> None:
    """Who accompanies a participant; nobody mentors themselves."""
    lock_cohort(enrolment.cohort, by=by)
    if mentor is not None and mentor.pk == enrolment.teacher_id:
        raise ValidationError(_("Nobody is their own mentor."), code="own")
    if not Enrolment.objects.filter(pk=enrolment.pk, decision=EnrolmentDecision.ACCEPTED, withdrawn_at=None).update(mentor=mentor):
        raise ValidationError(_("This is not a participant any more."), code="gone")
    if mentor is not None:
        notify("enrolment", to=[enrolment.teacher_id, mentor.pk], about=enrolment, by=by, key=f"mentor:{mentor.pk}")


@transaction.atomic
def leave_cohort(enrolment: Enrolment, *, by: Teacher) -> None:
    """Take the application back, or leave the cohort; the place is free again. One who has left leaves once."""
    if by.pk != enrolment.teacher_id:
        raise PermissionDenied("people leave for themselves")
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=enrolment.cohort_id)
    if cohort.finished_at is not None:
        raise ValidationError(_("The cohort is finished: nothing of it changes any more."), code="finished")
    accepted = Enrolment.objects.filter(pk=enrolment.pk, withdrawn_at=None).values_list("decision", flat=True).first()
    if accepted is None:
        return
    Enrolment.objects.filter(pk=enrolment.pk).update(withdrawn_at=timezone.now())
    if accepted == EnrolmentDecision.ACCEPTED:
        Cohort.objects.filter(pk=cohort.pk).update(taken=F("taken") - 1)


@transaction.atomic
def note_meeting(enrolment: Enrolment, *, by: Teacher, held_on: datetime.date, note: str) -> MentorMeeting:
    """The mentor tells of a meeting: one a day counts in the ledger. ValidationError for a day to come."""
    if not may_mentor(by, enrolment):
        raise PermissionDenied("the mentor alone")
    if held_on > timezone.localdate():
        raise ValidationError({"held_on": _("This day is still to come.")}, code="future")
    meeting, is_new = MentorMeeting.objects.get_or_create(enrolment=enrolment, held_on=held_on, defaults={"mentor": by, "note": note})
    if is_new:
        record("mentored", by=by, target=enrolment, level=derive_level([by.school, enrolment.school]), on=held_on)
    return meeting


@transaction.atomic
def hand_in_work(enrolment: Enrolment, *, by: Teacher, work: Material) -> None:
    """The final work: a material of one's own that was sent to review. The last one handed in counts."""
    if not may_hand_in(by, enrolment):
        raise PermissionDenied("participants of a running cohort")
    if not Material.objects.written_by(by).filter(pk=work.pk, status__in=HANDED_IN).exists():
        raise ValidationError({"work": _("Choose a material of your own that was sent to review.")}, code="not-yours")
    Enrolment.objects.filter(pk=enrolment.pk).update(work=work, work_at=timezone.now())
    leaders = enrolment.cohort.best_practice_school.leaders.all()
    notify("enrolment-work", to=leaders, about=enrolment, by=by, key=str(work.pk))
