"""Documents of an event as DOCX: the network's words with the event's facts, tables from what the portal knows."""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from docx.document import Document

from events.models import DocumentText, Event, Participation, Registration
from events.models.document import DocumentKind
from events.models.registration import RegistrationState
from events.papers.plan import in_russian
from foundation.documents import add_table, as_bytes, centred, new_document, signature
from foundation.templatetags.portal import full_name, inner, short_name

PLACEHOLDERS = ("title", "kind", "owner", "date", "time", "place", "grades", "capacity", "deadline")


def default_text(kind: str) -> str:
    """The portal's own words, which methodists may replace."""
    with in_russian():
        return {
            DocumentKind.REGULATION: _(
                "1. General provisions\nThe regulations set how “{title}” ({kind}) is held. The organiser is {owner}.\n"
                "2. Participants\nTaking part: {grades}. Places: {capacity}. Registration on the portal until {deadline}.\n"
                "3. Date and place\n{date}, {time}, {place}.\n"
                "4. Results\nResults are published on the portal under codes; with the written consent of the parents with surname and initial."
            ),
            DocumentKind.LETTER: _(
                "Dear colleagues!\nWe invite you to “{title}” ({kind}), which takes place on {date}, {time}, {place}. The organiser is {owner}.\n"
                "Registration on the portal until {deadline}."
            ),
            DocumentKind.PROGRAMME: _("“{title}”\n{date}, {time}, {place}"),
            DocumentKind.SHEET: _("“{title}”\n{date}, {place}"),
            DocumentKind.JURY: _("“{title}”, {date}. The jury has looked at the works and sets the results:"),
            DocumentKind.ORDER: _("Participants of “{title}”, {date}, {place}"),
        }[DocumentKind(kind)]


def text_of(kind: str) -> str:
    """The network's words for this kind of document. One query."""
    return DocumentText.objects.filter(kind=kind).values_list("text", flat=True).first() or default_text(kind)


def facts_of(event: Event) -> dict[str, str]:
    """What stands for each placeholder."""
    starts = timezone.localtime(event.starts_at)
    deadline = event.registration_last_day
    grades = _("teachers")
    if event.is_for_pupils and event.grade_from:
        grades = _("pupils of grades %(first)d–%(last)d") % {"first": event.grade_from, "last": event.grade_to or event.grade_from}
    return {
        "title": inner(event.title),
        "kind": str(event.get_kind_display()),  # type: ignore[attr-defined]
        "owner": str(event.owner or settings.PORTAL_NAME),
        "date": date_format(starts.date(), "j E Y"),
        "time": f"{starts:%H:%M}",
        "place": event.place or _("online"),
        "grades": grades,
        "capacity": str(event.capacity) if event.capacity else _("not limited"),
        "deadline": date_format(deadline, "j E Y") if deadline else date_format(starts.date(), "j E Y"),
    }


def document_docx(kind: str, event: Event) -> bytes:
    """The document, ready to be edited and signed. Of pupils it holds codes alone: names are the school's business."""
    with in_russian():
        title = str(DocumentKind(kind).label)
        title = title[:1].upper() + title[1:]
        document = new_document(title=title, author=settings.PORTAL_NAME, made_at=timezone.now(), foot=f"{settings.PORTAL_NAME} · {event.title}")
        centred(document, title, bold=True, size=15)
        words = text_of(kind)
        for name, value in facts_of(event).items():
            words = words.replace(f"{{{name}}}", value)
        for line in words.splitlines():
            if line.strip():
                document.add_paragraph(line.strip())
        TABLES[DocumentKind(kind)](document, event)
        organiser = event.organisers.order_by("last_name", "pk").first()
        signature(document, _("Organiser"), short_name(organiser) if organiser else "")
        return as_bytes(document)


def _nothing(document: Document, event: Event) -> None:
    """The words say everything."""


def _programme(document: Document, event: Event) -> None:
    rows = [[_("Date"), _("Time"), _("What"), _("Who leads it"), _("Site")]]
    for part in event.sessions.select_related("site"):
        starts, ends = timezone.localtime(part.starts_at), timezone.localtime(part.ends_at)
        rows.append([f"{starts:%d.%m}", f"{starts:%H:%M}–{ends:%H:%M}", part.title, part.speaker, part.site.name if part.site else ""])
    _table(document, rows, [10, 14, 40, 22, 14])


def _sheet(document: Document, event: Event) -> None:
    """Everybody registered with a line to sign; of pupils' events the coaches."""
    found = Registration.objects.filter(event=event, state=RegistrationState.TAKEN).select_related("teacher", "school").order_by("teacher__last_name", "pk")
    rows = [[_("No."), _("Name"), _("School"), _("Signature")]]
    rows += [[str(number), full_name(row.teacher), str(row.school or ""), ""] for number, row in enumerate(found, 1)]
    _table(document, rows, [6, 40, 34, 20])


def _jury(document: Document, event: Event) -> None:
    rows = [[_("Code"), _("Grade"), _("Points"), _("Award")]]
    rows += [
        [result.code, str(result.grade or ""), "" if result.score is None else str(result.score), str(result.get_award_display() if result.award else "")]  # type: ignore[attr-defined]
        for result in event.results.ranked()
    ]
    _table(document, rows, [30, 14, 20, 36])
    for juror in event.jurors.select_related("teacher"):
        signature(document, _("Member of the jury"), short_name(juror.teacher))


def _order(document: Document, event: Event) -> None:
    """Schools and how many take part; teachers by name."""
    rows = [[_("No."), _("School"), _("Participants")]]
    counts: dict[str, int] = {}
    for row in Registration.objects.filter(event=event, state=RegistrationState.TAKEN).select_related("school"):
        counts[str(row.school or "—")] = counts.get(str(row.school or "—"), 0) + 1
    for part in Participation.objects.filter(event=event).select_related("school") if not counts else ():
        counts[str(part.school or "—")] = counts.get(str(part.school or "—"), 0) + 1
    rows += [[str(number), school, str(count)] for number, (school, count) in enumerate(sorted(counts.items()), 1)]
    _table(document, rows, [8, 62, 30])


def _table(document: Document, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    if len(rows) > 1:
        add_table(document, rows, widths)


TABLES: dict[DocumentKind, Callable[[Document, Event], None]] = {
    DocumentKind.REGULATION: _nothing,
    DocumentKind.LETTER: _nothing,
    DocumentKind.PROGRAMME: _programme,
    DocumentKind.SHEET: _sheet,
    DocumentKind.JURY: _jury,
    DocumentKind.ORDER: _order,
}
