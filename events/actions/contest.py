"""Pupils' events: rules, consent forms, pupils entered by their teachers, codes, jury, results, appeals, the next stage."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.audit import write_audit
from communities.actions.notify import notify
from communities.models import School, Teacher
from events.access_contest import has_conflict, may_run_contest, may_score, schools_for_pupils
from events.actions.attendance import lock_event
from events.actions.registration import register
from events.contests import award_of, totals_of
from events.models import Appeal, ConsentForm, Contest, Criterion, Event, Juror, Pupil, PupilConsent, Registration, Result, Score
from events.models.contest import ConsentPurpose, work_code
from events.models.registration import RegistrationState
from foundation.text_search.folding import fold

RULES = ("stage", "team_from", "team_to", "winner_from", "prize_from", "onward_from", "onward_most", "appeals_until")


@dataclass(frozen=True)
class Entered:
    """One pupil as the form tells: the row of the form, and which papers the school holds."""

    row: int
    last_name: str
    first_name: str
    grade: int
    consents: frozenset[str] = frozenset()


def needs_consent_forms(event: Event) -> None:
    """An event of pupils opens with the texts of both consents and its rules, or not at all (trust.md 19)."""
    if not event.is_for_pupils or not event.has_registration:
        return
    if not Contest.objects.filter(event=event).exists():
        raise ValidationError(_("Write the rules of the contest first: teams, awards, appeals."), code="rules")
    written = set(ConsentForm.objects.filter(event=event).values_list("purpose", flat=True))
    if set(ConsentPurpose.values) - written:
        raise ValidationError(_("Write the texts of both consents first: pupils are entered under them."), code="consents")


@transaction.atomic
def set_rules(event: Event, *, by: Teacher, **rules: Any) -> Contest:
    """Write or change the rules; ValidationError once the results are closed."""
    fresh = _run(event, by)
    contest = Contest.objects.filter(event=fresh).first() or Contest(event=fresh)
    if contest.closed_at is not None:
        raise ValidationError(_("The results are closed: the rules stay."), code="closed")
    for name in RULES:
        setattr(contest, name, rules[name])
    contest.save()
    return contest


@transaction.atomic
def write_consent(event: Event, *, by: Teacher, purpose: str, text: str) -> ConsentForm:
    """The text for one purpose; the same text again changes nothing, another one is a new version."""
    fresh = _run(event, by)
    digest = hashlib.sha256(text.encode()).hexdigest()
    last = ConsentForm.objects.filter(event=fresh, purpose=purpose).order_by("-version").first()
    if last is not None and last.sha256 == digest:
        return last
    version = last.version + 1 if last else 1
    return ConsentForm.objects.create(event=fresh, purpose=purpose, version=version, text=text, sha256=digest, written_by=by)


def enter_pupils(event: Event, *, by: Teacher, school: School, team: str, pupils: Sequence[Entered], form_key: uuid.UUID | None = None) -> Registration:
    """A teacher enters their pupils alone or as a team: one place. The same form sent twice enters them once.

    ValidationError by the row's fields: a grade outside, a pupil who stands in this event already, too few or too many.
    """
    contest = Contest.objects.filter(event=event).first()
    if contest is None:
        raise ValidationError(_("Registration is not open now."), code="closed")
    if school not in schools_for_pupils(by):
        raise PermissionDenied("pupils of one's own school")
    _check_pupils(event, contest, pupils, team)
    with transaction.atomic():
        sent = Registration.objects.filter(form_key=form_key).first() if form_key else None
        if sent is not None:
            return sent
        registration = register(event, teacher=by, by=by, school=school, is_personal=False, team=team, form_key=form_key)
        if not registration.pupils.exists():
            _write_pupils(registration, pupils, by=by)
    return registration


def _check_pupils(event: Event, contest: Contest, pupils: Sequence[Entered], team: str) -> None:
    errors: dict[str, list[ValidationError]] = {}
    first, last = event.grade_from or 1, event.grade_to or 11
    seen: dict[tuple[str, int], int] = {}
    for one in pupils:
        if not first <= one.grade <= last:
            message = _("From %(first)d to %(last)d") % {"first": first, "last": last}
            errors.setdefault(f"grade_{one.row}", []).append(ValidationError(message, code="grade"))
        key = (_folded(one), one.grade)
        if key in seen:
            errors.setdefault(f"last_{one.row}", []).append(ValidationError(_("This pupil stands in row %(row)d already.") % {"row": seen[key]}, code="twice"))
        seen.setdefault(key, one.row)
    if not contest.team_from <= len(pupils) <= contest.team_to:
        told = {"first": contest.team_from, "last": contest.team_to, "count": len(pupils)}
        raise ValidationError(_("Entered: %(count)d; a team has from %(first)d to %(last)d pupils.") % told, code="size")
    if contest.in_teams and not team:
        errors["team"] = [ValidationError(_("Name the team."), code="team")]
    if errors:
        raise ValidationError(errors)


def _folded(one: Entered) -> str:
    return fold(f"{one.last_name} {one.first_name}")[:130]


def _write_pupils(registration: Registration, pupils: Sequence[Entered], *, by: Teacher) -> None:
    forms = _latest_forms(registration.event)
    for one in pupils:
        told = {"teacher": by, "school": registration.school, "last_name": one.last_name, "first_name": one.first_name, "grade": one.grade}
        try:
            with transaction.atomic():
                pupil = Pupil.objects.create(event=registration.event, registration=registration, folded=_folded(one), **told)
        except IntegrityError:
            message = _("This pupil of your school is entered for this event already.")
            raise ValidationError({f"last_{one.row}": [ValidationError(message, code="twice")]}) from None
        _note_consents(pupil, one.consents, forms, by=by)


def _latest_forms(event: Event) -> dict[str, ConsentForm]:
    """The version in force of each purpose."""
    return {form.purpose: form for form in ConsentForm.objects.filter(event=event).order_by("version")}


def _note_consents(pupil: Pupil, purposes: frozenset[str], forms: Mapping[str, ConsentForm], *, by: Teacher) -> None:
    PupilConsent.objects.bulk_create(PupilConsent(pupil=pupil, form=form, noted_by=by) for purpose, form in forms.items() if purpose in purposes)


@transaction.atomic
def set_consents(registration: Registration, *, by: Teacher, held: Mapping[int, frozenset[str]]) -> None:
    """pupil → purposes whose signed paper the school holds now; what is no more held is withdrawn and takes effect at once."""
    forms = _latest_forms(registration.event)
    for pupil in registration.pupils.select_for_update():
        wanted = held.get(pupil.pk, frozenset())
        live = pupil.consents.filter(withdrawn_at=None).select_related("form")
        standing = {consent.form.purpose for consent in live}
        for consent in live:
            if consent.form.purpose not in wanted:
                PupilConsent.objects.filter(pk=consent.pk).update(withdrawn_at=timezone.now())
                write_audit("withdraw-pupil-consent", by=by, target=pupil, purpose=consent.form.purpose)
        _note_consents(pupil, wanted - standing, forms, by=by)


@transaction.atomic
def code_works(event: Event, *, by: Teacher) -> int:
    """A code for each registration with a place that has none; gives the number of new ones."""
    fresh = _run(event, by)
    rows = Registration.objects.filter(event=fresh, is_personal=False, state=RegistrationState.TAKEN, result=None).prefetch_related("pupils")
    taken = set(Result.objects.filter(event=fresh).values_list("code", flat=True))
    made = []
    for row in rows:
        code = work_code()
        while code in taken:
            code = work_code()
        taken.add(code)
        grade = max((pupil.grade for pupil in row.pupils.all()), default=None)
        made.append(Result(event=fresh, registration=row, code=code, school_id=row.school_id, teacher_id=row.teacher_id, grade=grade))
    Result.objects.bulk_create(made)
    return len(made)


@transaction.atomic
def set_jury(event: Event, *, by: Teacher, people: Sequence[Teacher]) -> None:
    """Exactly these people; who gave scores already stays."""
    fresh = _run(event, by)
    wanted = {person.pk for person in people}
    Juror.objects.filter(event=fresh, scores=None).exclude(teacher__in=wanted).delete()
    Juror.objects.bulk_create([Juror(event=fresh, teacher_id=pk) for pk in wanted], ignore_conflicts=True)
    notify("jury", to=list(wanted), about=fresh, by=by)


@transaction.atomic
def add_criterion(event: Event, *, by: Teacher, title: str, most: Decimal) -> Criterion:
    """One more criterion; ValidationError once scores were given."""
    fresh = _run(event, by)
    if Score.objects.filter(result__event=fresh).exists():
        raise ValidationError(_("Scores were given already: the criteria stay."), code="scored")
    return Criterion.objects.create(event=fresh, title=title, most=most, order=fresh.criteria.count())


@transaction.atomic
def give_scores(result: Result, *, by: Teacher, points: Mapping[int, Decimal]) -> None:
    """A juror's points by criterion; given again they replace the former. ValidationError above the maximum, PermissionDenied in a conflict of interest."""
    event = lock_event(result.event)
    juror = Juror.objects.filter(event=event, teacher=by).first()
    if juror is None or has_conflict(by, result):
        raise PermissionDenied("not a juror of this work")
    if not may_score(event):
        raise ValidationError(_("The results are closed."), code="closed")
    errors = {}
    for criterion in event.criteria.all():
        value = points.get(criterion.pk)
        if value is None:
            continue
        if not 0 <= value <= criterion.most:
            errors[f"criterion_{criterion.pk}"] = ValidationError(_("From 0 to %(most)s") % {"most": f"{criterion.most.normalize():f}"}, code="most")
            continue
        Score.objects.update_or_create(result=result, juror=juror, criterion=criterion, defaults={"points": value, "given_at": timezone.now()})
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def close_results(event: Event, *, by: Teacher) -> Contest:
    """Totals and awards by the rules. Twice is once. ValidationError while nothing was scored."""
    fresh = _run(event, by)
    contest = Contest.objects.select_for_update().get(event=fresh)
    if contest.closed_at is not None:
        return contest
    totals = totals_of(fresh)
    results = list(Result.objects.filter(event=fresh))
    for result in results:
        if result.pk in totals:
            result.score = totals[result.pk]
        if result.score is not None:
            result.award = award_of(result.score, contest)
    if not any(result.score is not None for result in results):
        raise ValidationError(_("Nothing has a score yet."), code="empty")
    Result.objects.bulk_update(results, ["score", "award"], batch_size=500)
    contest.closed_at = timezone.now()
    contest.save(update_fields=["closed_at"])
    return contest


@transaction.atomic
def import_scores(event: Event, *, by: Teacher, scores: Mapping[str, Decimal]) -> int:
    """code → score, as a checked table tells; gives how many were set. ValidationError once the results are closed."""
    fresh = _run(event, by)
    contest = Contest.objects.select_for_update().get(event=fresh)
    if contest.closed_at is not None:
        raise ValidationError(_("The results are closed."), code="closed")
    results = list(Result.objects.filter(event=fresh, code__in=scores))
    for result in results:
        result.score = scores[result.code]
    Result.objects.bulk_update(results, ["score"], batch_size=500)
    return len(results)


@transaction.atomic
def publish_results(event: Event, *, by: Teacher) -> Contest:
    """Everybody who sees the event sees the results; coaches are told. Twice is once. ValidationError before they are closed."""
    fresh = _run(event, by)
    contest = Contest.objects.select_for_update().get(event=fresh)
    if contest.closed_at is None:
        raise ValidationError(_("Close the results first."), code="open")
    if contest.published_at is None:
        contest.published_at, contest.published_by = timezone.now(), by
        contest.save(update_fields=["published_at", "published_by"])
        coaches = Result.objects.filter(event=fresh).exclude(teacher=None).values_list("teacher_id", flat=True)
        notify("results", to=list(coaches), about=fresh, by=by, path=f"{fresh.get_absolute_url()}results/")
    return contest


@transaction.atomic
def file_appeal(result: Result, *, by: Teacher, text: str) -> Appeal:
    """The coach asks to look again. ValidationError outside the days of appeals, and while one is open."""
    if result.teacher_id != by.pk:
        raise PermissionDenied("the coach alone")
    contest = result.event.contest
    if contest.closed_at is None or contest.appeals_until is None or timezone.localdate() > contest.appeals_until:
        raise ValidationError(_("Appeals are not taken now."), code="late")
    try:
        with transaction.atomic():
            appeal = Appeal.objects.create(result=result, filed_by=by, text=text)
    except IntegrityError:
        raise ValidationError(_("Your appeal waits for an answer already."), code="twice") from None
    notify("appeal", to=result.event.organisers.all(), about=result.event, by=by, key=str(appeal.pk))
    return appeal


@transaction.atomic
def decide_appeal(appeal: Appeal, *, by: Teacher, is_granted: bool, answer: str, score: Decimal | None = None) -> None:
    """Answer with words; granted it may change the score, and the award by the rules. ValidationError when it was answered already."""
    event = _run(appeal.result.event, by)
    told = {"decided_at": timezone.now(), "decided_by": by, "is_granted": is_granted, "answer": answer}
    if not Appeal.objects.filter(pk=appeal.pk, decided_at=None).update(**told):
        raise ValidationError(_("The appeal was answered already."), code="answered")
    if is_granted and score is not None:
        Result.objects.filter(pk=appeal.result_id).update(score=score, award=award_of(score, event.contest))
        write_audit("change-score", by=by, target=appeal.result, score=str(score))
    notify("appeal-answer", to=[appeal.filed_by_id], about=event, by=by, key=str(appeal.pk))


@transaction.atomic
def carry_over(event: Event, following: Event, *, by: Teacher) -> int:
    """Who goes on by the rule is registered for the next stage, with the same pupils; consents are given anew there. Gives how many."""
    fresh, contest = _run(event, by), event.contest
    _run(following, by)
    if following.previous_id != fresh.pk:
        raise ValidationError(_("This is not the next stage."), code="stage")
    if contest.closed_at is None or contest.onward_from is None:
        raise ValidationError(_("Close the results, and say in the rules from which score one goes on."), code="rule")
    going = Result.objects.filter(event=fresh, score__gte=contest.onward_from).exclude(registration=None).ranked()
    going = going.select_related("registration__teacher", "registration__school")[: contest.onward_most or None]
    count = 0
    for result in list(going):
        if result.onward_at is not None:
            continue
        before: Registration = result.registration  # type: ignore[assignment]
        after = register(following, teacher=before.teacher, by=by, school=before.school, is_personal=False, team=before.team)
        for pupil in before.pupils.all():
            told = {name: getattr(pupil, name) for name in ("teacher", "school", "last_name", "first_name", "grade", "folded")}
            Pupil.objects.get_or_create(event=following, registration=after, **told)
        Result.objects.filter(pk=result.pk).update(onward_at=timezone.now())
        notify("registration", to=[before.teacher_id], about=following, by=by, key=f"onward:{result.pk}")
        count += 1
    return count


def _run(event: Event, by: Teacher) -> Event:
    fresh = lock_event(event)
    if not may_run_contest(by, fresh):
        raise PermissionDenied("may not run this contest")
    return fresh
