"""A cohort: prepared with the curriculum of the one before it, announced into the calendar, finished with an outcome for everybody."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Teacher
from communities.slugs import latin_slug
from events.actions.best_practice import lock_best_practice
from events.best_practice import outcome_of, progress_of
from events.models import BestPracticeSchool, Cohort, CohortSession, Enrolment, Event, EventStep
from events.models.best_practice import CohortOutcome
from events.models.event import EventAct, EventStatus, EventVisibility
from foundation.activity import Kind

MOST_PLACES = 500


@transaction.atomic
def prepare_cohort(
    best_practice: BestPracticeSchool,
    *,
    by: Teacher,
    apply_from: datetime.date,
    apply_until: datetime.date,
    places: int,
    begins_on: datetime.date | None = None,
) -> Cohort:
    """The next cohort, with the sessions of the last one moved so that the first stands on `begins_on`. ValidationError for a closed school."""
    fresh = lock_best_practice(best_practice, by=by)
    if fresh.closed_on is not None:
        raise ValidationError(_("The best-practice school is closed."), code="closed")
    last = fresh.cohorts.order_by("-number").first()
    number = (fresh.cohorts.aggregate(last=Max("number"))["last"] or 0) + 1
    cohort = Cohort.objects.create(best_practice_school=fresh, number=number, apply_from=apply_from, apply_until=apply_until, places=places)
    if last is not None and begins_on is not None:
        _copy_sessions(last, cohort, begins_on)
    return cohort


def _copy_sessions(last: Cohort, cohort: Cohort, begins_on: datetime.date) -> None:
    """Days are moved, the time of day stays what the clock on the wall shows."""
    sessions = list(last.sessions.order_by("starts_at", "id"))
    if not sessions:
        return
    shift = begins_on - timezone.localdate(sessions[0].starts_at)
    CohortSession.objects.bulk_create(
        CohortSession(
            cohort=cohort,
            title=session.title,
            starts_at=_moved(session.starts_at, shift),
            ends_at=_moved(session.ends_at, shift),
            hours=session.hours,
            place=session.place,
            leader=session.leader,
        )
        for session in sessions
    )


def _moved(moment: datetime.datetime, shift: datetime.timedelta) -> datetime.datetime:
    """So many days later by the wall clock, whatever summer time does."""
    local = timezone.localtime(moment)
    return timezone.make_aware(local.replace(tzinfo=None) + shift)


@transaction.atomic
def edit_cohort(cohort: Cohort, *, by: Teacher, apply_from: datetime.date, apply_until: datetime.date, places: int) -> Cohort:
    """Change the call. ValidationError for fewer places than are taken, and for a finished cohort."""
    fresh = lock_cohort(cohort, by=by)
    if places < fresh.taken:
        raise ValidationError({"places": _("%(count)d are accepted already.") % {"count": fresh.taken}}, code="taken")
    fresh.apply_from, fresh.apply_until, fresh.places = apply_from, apply_until, places
    fresh.save(update_fields=["apply_from", "apply_until", "places"])
    return fresh


@transaction.atomic
def announce_cohort(cohort: Cohort, *, by: Teacher) -> Cohort:
    """Call for applications: each session becomes an event of the calendar. Twice is once. ValidationError without a curriculum."""
    fresh = lock_cohort(cohort, by=by)
    if fresh.announced_at is not None:
        return fresh
    sessions = list(fresh.sessions.filter(event=None).select_related("leader"))
    if not sessions:
        raise ValidationError(_("Write the curriculum first: at least one session."), code="empty")
    if sessions[0].starts_at <= timezone.now():
        raise ValidationError(_("The first session is in the past: move it first."), code="past")
    for session in sessions:
        make_event(session, fresh, by=by)
    fresh.announced_at, fresh.announced_by = timezone.now(), by
    fresh.save(update_fields=["announced_at", "announced_by"])
    return fresh


def make_event(session: CohortSession, cohort: Cohort, *, by: Teacher) -> Event:
    """The event of a session, held by the host school and led by the session's leader or those who run the whole."""
    school = cohort.best_practice_school
    event = Event.objects.create(
        title=session.title,
        slug=latin_slug(session.title) or "session",
        kind=Kind.BEST_PRACTICE_SESSION,
        direction=school.direction,
        visibility=EventVisibility.NETWORK,
        school=school.host_school,
        subject=school.subject,
        problem_area=school.problem_area,
        place=session.place,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        has_registration=False,
        status=EventStatus.PLANNED,
        created_by=by,
    )
    event.host_schools.set([school.host_school])
    event.organisers.set([session.leader] if session.leader else list(school.leaders.all()))
    EventStep.objects.create(event=event, act=EventAct.ANNOUNCED, by=by)
    session.event = event
    session.save(update_fields=["event"])
    return event


@transaction.atomic
def finish_cohort(cohort: Cohort, *, by: Teacher) -> Cohort:
    """Give everybody the outcome that the rule says, with the hours attended; it stays whatever is changed later. Twice is once.

    ValidationError while a session that was announced is neither held nor cancelled.
    """
    fresh = lock_cohort(cohort, by=by, finished_too=True)
    if fresh.finished_at is not None:
        return fresh
    if fresh.announced_at is None:
        raise ValidationError(_("The cohort is not announced yet."), code="draft")
    if fresh.sessions.filter(event__status=EventStatus.PLANNED).exists():
        raise ValidationError(_("Some sessions are neither held nor cancelled: report them first."), code="open")
    fresh.enrolments.waiting().update(withdrawn_at=timezone.now())
    progress = progress_of(fresh)
    for enrolment in fresh.enrolments.accepted().select_related("work"):
        hours = progress.hours_of(enrolment)
        outcome = CohortOutcome.WITHDRAWN if enrolment.withdrawn_at else outcome_of(enrolment, hours, progress.held_hours, fresh.best_practice_school)
        Enrolment.objects.filter(pk=enrolment.pk).update(outcome=outcome, hours=hours)
    fresh.finished_at, fresh.finished_by = timezone.now(), by
    fresh.save(update_fields=["finished_at", "finished_by"])
    return fresh


def lock_cohort(cohort: Cohort, *, by: Teacher, finished_too: bool = False) -> Cohort:
    """The cohort's row, locked after its school's, for who runs it. ValidationError once it is finished, unless `finished_too`."""
    school = lock_best_practice(cohort.best_practice_school, by=by)
    fresh = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    fresh.best_practice_school = school
    if fresh.finished_at is not None and not finished_too:
        raise ValidationError(_("The cohort is finished: nothing of it changes any more."), code="finished")
    return fresh
