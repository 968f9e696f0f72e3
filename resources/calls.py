"""Calls for materials: among the tasks of the communities' members, and with their answers on pages."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Teacher
from communities.waiting import Task
from foundation.templatetags.portal import day
from resources.access import may_upload
from resources.access_collection import may_close_call
from resources.coverage import cell_words, upload_url
from resources.models import Material, MaterialCall
from resources.search import shelf

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = Teacher | AnonymousUser

# Calls that are looked at, and communities that a person is reminded of.
MAX_CALLS, CALLING_COMMUNITIES = 50, 2
# Answers that are named; all of them together that are looked at.
NAMED, LOOKED_AT = 3, 200


def called_tasks(teacher: Teacher) -> list[Task]:
    """The newest call to each of this person's communities; none that they have begun to answer. One query for members, none for others."""
    if not teacher.current_memberships:
        return []
    answers = Material.objects.written_by(teacher).filter(
        subject=OuterRef("subject"), grade_from__lte=OuterRef("grade"), grade_to__gte=OuterRef("grade"), created_at__date__gte=OuterRef("called_on")
    )
    calls = (
        MaterialCall.objects.filter(community_id__in=list(teacher.current_memberships), closed_on=None, community__closed_on=None)
        .exclude(called_by=teacher)
        .exclude(due_on__lt=timezone.localdate())
        .filter(~Exists(answers))
        .select_related("community", "subject", "purpose")[:MAX_CALLS]
    )
    tasks: dict[int, Task] = {}
    for call in calls:
        if call.community_id not in tasks and len(tasks) < CALLING_COMMUNITIES:
            title = _("Materials are wanted: %(cell)s") % {"cell": cell_words(call.subject, call.grade, call.purpose)}
            detail = str(call.community) + (", " + _("needed by %(day)s") % {"day": day(call.due_on)} if call.due_on else "")
            tasks[call.community_id] = Task(title, upload_url(call.subject, call.grade, call.purpose), _("Upload"), "up", detail, rank=65)
    return list(tasks.values())


@dataclass(slots=True)
class CallRow:
    """An open call on a page; `answers` are the newest of those this reader may see, `number` counts all of them."""

    call: MaterialCall
    is_late: bool
    upload_url: str
    may_close: bool
    answers: list[Material] = field(default_factory=list)
    number: int = 0


def calls_of(calls: QuerySet[MaterialCall], reader: "Reader") -> list[CallRow]:
    """Open calls with what has been published since for the same cell, as far as the reader may see it. Two queries; one without a call."""
    found = list(calls.filter(closed_on=None).select_related("subject", "purpose", "community")[:MAX_CALLS])
    uploads, today = may_upload(reader), timezone.localdate()
    rows = [
        CallRow(
            call,
            is_late=call.due_on is not None and call.due_on < today,
            upload_url=upload_url(call.subject, call.grade, call.purpose) if uploads else "",
            may_close=may_close_call(reader, call),
        )
        for call in found
    ]
    if not rows:
        return []
    wanted = Q(pk__in=[])
    for call in found:
        wanted |= _answers(call)
    materials = shelf(reader).published().filter(wanted).order_by("-published_on", "-id")  # type: ignore[attr-defined]
    for material in materials.only("title", "slug", "subject_id", "grade_from", "grade_to", "purpose_id", "published_on")[:LOOKED_AT]:
        for row in rows:
            if _answered_by(row.call, material):
                row.number += 1
                row.answers = [*row.answers, material][:NAMED]
    return rows


def _answers(call: MaterialCall) -> Q:
    cell = Q(subject=call.subject_id, grade_from__lte=call.grade, grade_to__gte=call.grade, published_on__gte=call.called_on)
    return cell & Q(purpose=call.purpose_id) if call.purpose_id else cell


def _answered_by(call: MaterialCall, material: Material) -> bool:
    if material.subject_id != call.subject_id or material.published_on is None or material.published_on < call.called_on:
        return False
    return (material.grade_from or 0) <= call.grade <= (material.grade_to or 0) and call.purpose_id in (None, material.purpose_id)
