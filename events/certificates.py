"""Who gets which paper, and what it says: every string is worked out once, on the day of issue, and frozen."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.models import Teacher
from events.models import Cohort, Enrolment, Event, PaperDesign, Participation, Pupil, Result
from events.models.best_practice import CohortOutcome
from events.models.certificate import Paper
from events.models.contest import Award, ConsentPurpose
from events.models.participation import ParticipationRole
from foundation.templatetags.portal import full_name, inner

PLACEHOLDERS = ("name", "event", "award", "date", "hours")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# Which papers an event of teachers, an event of pupils and a cohort give.
OF_TEACHERS = (Paper.PARTICIPANT, Paper.THANKS, Paper.HONOUR)
OF_PUPILS = (Paper.WINNER, Paper.PRIZE, Paper.PARTICIPANT, Paper.THANKS)
OF_COHORT = (Paper.BEST_PRACTICE,)
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Recipient:
    """`key` says who it is for ever; `name` is printed, `masked` shown to strangers."""

    key: str
    name: str
    masked: str
    teacher: Teacher | None = None
    result_id: int | None = None
    award: str = ""
    hours: int = 0


def papers_of(subject: Event | Cohort) -> tuple[Paper, ...]:
    """The kinds of papers that this may issue."""
    if isinstance(subject, Cohort):
        return OF_COHORT
    return OF_PUPILS if subject.is_for_pupils else OF_TEACHERS


def recipients_of(subject: Event | Cohort, paper: str) -> list[Recipient]:
    """Everybody who gets this paper, in the order of names. At most three queries."""
    if isinstance(subject, Cohort):
        return _graduates(subject)
    if subject.is_for_pupils and paper != Paper.THANKS:
        return _pupils(subject, paper)
    if paper == Paper.THANKS and subject.is_for_pupils:
        coaches = Result.objects.filter(event=subject).exclude(teacher=None).values("teacher_id")
        return [_teacher(person) for person in Teacher.objects.filter(pk__in=coaches).order_by("last_name", "first_name", "pk")]
    roles = {Paper.PARTICIPANT: [ParticipationRole.PARTICIPANT], Paper.THANKS: [ParticipationRole.ORGANISER, ParticipationRole.SPEAKER, ParticipationRole.JURY]}
    wanted = roles.get(Paper(paper), [ParticipationRole.SPEAKER])
    parts = Participation.objects.filter(event=subject, role__in=wanted).values("teacher_id")
    return [_teacher(person) for person in Teacher.objects.filter(pk__in=parts).order_by("last_name", "first_name", "pk")]


def _teacher(person: Teacher, hours: int = 0) -> Recipient:
    return Recipient(f"teacher:{person.pk}", full_name(person), masked_name(person.last_name, person.first_name), teacher=person, hours=hours)


def _graduates(cohort: Cohort) -> list[Recipient]:
    """Who completed with a work or attended; their hours are printed."""
    done = Enrolment.objects.filter(cohort=cohort, outcome__in=[CohortOutcome.COMPLETED, CohortOutcome.ATTENDED])
    return [_teacher(row.teacher, row.hours or 0) for row in done.select_related("teacher").order_by("teacher__last_name", "pk")]


def _pupils(event: Event, paper: str) -> list[Recipient]:
    """Pupils whose school holds the consent to processing; without it a paper would print a name nobody allowed to be kept for it."""
    awards = {Paper.WINNER: Award.WINNER, Paper.PRIZE: Award.PRIZE, Paper.PARTICIPANT: Award.PARTICIPANT}
    allowed = {"consents__form__purpose": ConsentPurpose.PROCESSING, "consents__withdrawn_at": None}
    pupils = Pupil.objects.filter(event=event, is_live=True, registration__result__award=awards[Paper(paper)], **allowed)
    rows = pupils.select_related("registration__result", "registration__teacher").order_by("last_name", "first_name", "pk").distinct()
    return [
        Recipient(
            f"pupil:{pupil.pk}",
            pupil.name,
            masked_name(pupil.last_name, pupil.first_name),
            teacher=pupil.registration.teacher,
            result_id=pupil.registration.result.pk,
            award=pupil.registration.result.award,
        )
        for pupil in rows
    ]


def masked_name(last_name: str, first_name: str) -> str:
    """«З. Мария»: enough to compare with the paper in one's hand, too little to find a person."""
    return f"{last_name[:1]}. {first_name[:1]}."


def design_of(subject: Event | Cohort, paper: str) -> PaperDesign:
    """The design that was written, else the portal's own (not saved)."""
    side = {"event" if isinstance(subject, Event) else "cohort": subject}
    found = PaperDesign.objects.filter(paper=paper, **side).first()
    return found or PaperDesign(paper=paper, title=default_title(paper), words=default_words(paper), **side)


def default_title(paper: str) -> str:
    """As the closed list calls it, in Russian."""
    with translation.override("ru"):
        return str(Paper(paper).label)[:1].upper() + str(Paper(paper).label)[1:]


def default_words(paper: str) -> str:
    """The portal's own words."""
    with translation.override("ru"):
        return {
            Paper.WINNER: _("is the winner of “{event}”, {date}"),
            Paper.PRIZE: _("is a prize-winner of “{event}”, {date}"),
            Paper.PARTICIPANT: _("took part in “{event}”, {date}"),
            Paper.HONOUR: _("is honoured for a contribution to “{event}”, {date}"),
            Paper.THANKS: _("is thanked for preparing and holding “{event}”, {date}"),
            Paper.BEST_PRACTICE: _("has gone through the best-practice school “{event}”, {hours} academic hours, {date}"),
        }[Paper(paper)]


def unknown_placeholders(words: str) -> list[str]:
    """What stands in braces and means nothing."""
    return [name for name in _PLACEHOLDER.findall(words) if name not in PLACEHOLDERS]


def facts_of(subject: Event | Cohort, paper: str, recipient: Recipient, design: PaperDesign) -> dict[str, str]:
    """The whole paper as strings; Russian, whatever the reader's language."""
    with translation.override("ru"):
        if isinstance(subject, Event):
            title, day = subject.title, subject.held_on or timezone.localdate(subject.starts_at)
        else:
            title, day = subject.best_practice_school.title, timezone.localdate(subject.finished_at or timezone.now())
        date = date_format(day, "j E Y").replace(" ", "\N{NO-BREAK SPACE}", 1)
        values = {"name": recipient.name, "event": inner(title), "award": _award_words(recipient.award), "date": date, "hours": str(recipient.hours)}
        words = _PLACEHOLDER.sub(lambda found: values.get(found.group(1), found.group(0)), design.words)
        facts = {
            "title": design.title,
            "name": recipient.name,
            "masked": recipient.masked,
            "words": words,
            "event": title,
            "date": date,
            "signer": design.signer,
            "colour": design.colour,
            "portal": f"{settings.PORTAL_NAME} — {settings.PORTAL_REGION}",
            "note": _("This is no document of qualification.") if paper == Paper.BEST_PRACTICE else "",
        }
    return {name: _UNPRINTABLE.sub(" ", text) for name, text in facts.items()}


def _award_words(award: str) -> str:
    return str(Award(award).label) if award else ""
