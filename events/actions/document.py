"""Documents of events: the network's words, letters to schools and the marks that they were read."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from communities.actions.notify import notify
from communities.models import Employment, School, Teacher
from events.access import heads, may_run_event
from events.models import DocumentText, Event, SchoolNotice


@transaction.atomic
def set_document_text(kind: str, *, by: Teacher, text: str) -> DocumentText:
    """The words of this kind of document for the whole network; methodists alone."""
    if not by.is_methodist:
        raise PermissionDenied("methodists write the network's templates")
    row, _new = DocumentText.objects.update_or_create(kind=kind, defaults={"text": text, "changed_at": timezone.now(), "changed_by": by})
    return row


@transaction.atomic
def send_letter(event: Event, *, by: Teacher, schools: Iterable[School]) -> int:
    """Send the letter to these schools: their coordinators and heads are told. A school that has it already gets it no second time. Gives how many are new."""
    if not may_run_event(by, event):
        raise PermissionDenied("may not run this event")
    known = set(SchoolNotice.objects.filter(event=event).values_list("school_id", flat=True))
    new = [school for school in schools if school.pk not in known]
    SchoolNotice.objects.bulk_create([SchoolNotice(event=event, school=school) for school in new], ignore_conflicts=True)
    offices = Employment.objects.current().filter(school__in=new)
    people = (offices.filter(is_coordinator=True) | offices.filter(is_head=True)).values_list("teacher_id", flat=True)
    notify("event-letter", to=set(people), about=event, by=by, path=f"/events/{event.pk}/documents/")
    return len(new)


def may_acknowledge(teacher: Teacher, notice: SchoolNotice) -> bool:
    """The school's coordinator or head."""
    return notice.school_id in teacher.coordinated_school_ids or heads(teacher, notice.school)


@transaction.atomic
def acknowledge(notice: SchoolNotice, *, by: Teacher) -> None:
    """The letter was read at the school; the first mark stays."""
    if not may_acknowledge(by, notice):
        raise PermissionDenied("the school's coordinator or head")
    SchoolNotice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now(), read_by=by)
