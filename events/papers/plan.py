"""«План работы на … учебный год», «Анализ работы за …», «Протокол заседания»: DOCX, ready to sign."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from docx.document import Document

from communities.models import Community, Employment, Membership, Teacher
from communities.models.membership import MemberRole
from events.models import Plan, PlanItem
from events.models.plan import ItemStatus
from events.plans import figures_of
from foundation.documents import add_table, as_bytes, centred, new_document, signature
from foundation.school_years import year_words
from foundation.templatetags.portal import full_name, short_name


@contextmanager
def in_russian() -> Iterator[None]:
    """Papers are written in the language of the offices, whatever the reader's."""
    with translation.override("ru"):
        yield


def plan_docx(plan: Plan, items: Sequence[PlanItem], *, names: bool) -> bytes:
    """The plan with its approval; names of people only for readers who may see them (`names`)."""
    with in_russian():
        title = _("Plan of work for the school year %(year)s") % {"year": year_words(plan.school_year)}
        document = _paper(title, plan)
        _approval(document, plan, names=names)
        centred(document, title, bold=True, size=15)
        centred(document, str(plan.owner), size=12)
        if plan.goal:
            document.add_paragraph(_("What the year is for: %(goal)s") % {"goal": plan.goal})
        heads = [_("No."), _("Title"), _("Kind of activity"), _("Date"), _("Responsible"), _("Carried out")]
        rows = [[str(n), item.title, str(item.get_kind_display()), _date(item), _who(item, names=names), _mark(item)] for n, item in enumerate(items, 1)]
        add_table(document, [heads, *rows], [4, 34, 16, 14, 18, 14])
        if not items:
            document.add_paragraph(_("There is nothing in the plan yet."))
        signature(document, *_signer(plan, names=names))
        return as_bytes(document)


def analysis_docx(plan: Plan, items: Sequence[PlanItem], *, names: bool) -> bytes:
    """The year's analysis: the figures of the plan, the words, what was not carried out and why."""
    with in_russian():
        title = _("Analysis of the work in the school year %(year)s") % {"year": year_words(plan.school_year)}
        document = _paper(title, plan)
        centred(document, title, bold=True, size=15)
        centred(document, str(plan.owner), size=12)
        figures = figures_of(items, approved=plan.is_approved)
        document.add_heading(_("The plan in figures"), 2)
        rows = [
            [_("Figure"), _("Number")],
            [_("Items in the approved plan"), str(figures.in_plan)],
            [_("of them carried out"), str(figures.held)],
            [_("moved to another date"), str(figures.moved)],
            [_("cancelled"), str(figures.cancelled)],
            [_("added after the approval"), str(figures.off_plan)],
            [_("of them carried out"), str(figures.off_plan_held)],
        ]
        add_table(document, rows, [70, 30])
        for line in plan.report.splitlines():
            if line.strip():
                document.add_paragraph(line.strip())
        left = [item for item in items if item.status != ItemStatus.HELD]
        if left:
            document.add_heading(_("Not carried out"), 2)
            rows = [[_("Title"), _("Date"), _("Responsible"), _("Reason")]]
            rows += [[item.title, _date(item), _who(item, names=names), item.reason or str(item.get_status_display())] for item in left]
            add_table(document, rows, [40, 16, 20, 24])
        if plan.signed_at and names:
            signed = {"name": full_name(plan.signed_by) if plan.signed_by else "", "day": date_format(timezone.localdate(plan.signed_at), "j E Y")}
            document.add_paragraph(_("Signed in the portal by %(name)s on %(day)s.") % signed)
        signature(document, *_signer(plan, names=names))
        return as_bytes(document)


def minutes_docx(item: PlanItem) -> bytes:
    """The minutes of a meeting that closed an item."""
    with in_russian():
        day = date_format(item.held_on, "j E Y") if item.held_on else ""
        title = _("Minutes of a meeting")
        document = _paper(title, item.plan)
        centred(document, title.upper(), bold=True, size=15)
        centred(document, str(item.plan.owner), size=12)
        centred(document, _("of %(day)s No. ____") % {"day": day})
        document.add_paragraph(_("Present: ____ people (the list is attached)."))
        document.add_paragraph(_("Agenda: %(title)s") % {"title": item.title})
        document.add_heading(_("Heard and decided"), 2)
        for line in item.minutes.splitlines():
            if line.strip():
                document.add_paragraph(line.strip())
        chair = item.responsible or item.closed_by
        signature(document, _("Chair"), short_name(chair) if chair else "")
        signature(document, _("Secretary"), "")
        return as_bytes(document)


def _paper(title: str, plan: Plan) -> Document:
    return new_document(title=title, author=settings.PORTAL_NAME, made_at=timezone.now(), foot=f"{settings.PORTAL_NAME} · {plan.owner}")


def _approval(document: Document, plan: Plan, *, names: bool) -> None:
    if not plan.approved_at:
        document.add_paragraph(_("DRAFT, not approved"))
        return
    told = {"name": short_name(plan.approved_by) if plan.approved_by and names else "________________"}
    told["day"] = date_format(timezone.localdate(plan.approved_at), "j E Y")
    document.add_paragraph(_("APPROVED: %(name)s, %(day)s") % told)


def _date(item: PlanItem) -> str:
    """The date of the approved plan; a later one beside it."""
    first = item.baseline_on or item.planned_on
    words = date_format(first, "d.m.Y")
    return words if item.planned_on == first else _("%(first)s, moved to %(now)s") % {"first": words, "now": date_format(item.planned_on, "d.m.Y")}


def _who(item: PlanItem, *, names: bool) -> str:
    person = short_name(item.responsible) if item.responsible and names else ""
    return ", ".join(filter(None, [person, item.responsible_words]))


def _mark(item: PlanItem) -> str:
    if item.status == ItemStatus.HELD and item.held_on:
        return date_format(item.held_on, "d.m.Y")
    return str(item.get_status_display()) if item.status == ItemStatus.CANCELLED else ""


def _signer(plan: Plan, *, names: bool) -> tuple[str, str]:
    """The office that signs, with the name of who holds it today where the reader may see it."""
    person: Teacher | None = None
    if isinstance(plan.owner, Community):
        row = Membership.objects.current().filter(community=plan.owner, role=MemberRole.LEADER).select_related("teacher").order_by("joined_on", "pk").first()
        person, office = row.teacher if row else None, _("Leader of the community")
    else:
        place = Employment.objects.current().filter(school=plan.owner, is_head=True).select_related("teacher").first()
        person, office = place.teacher if place else None, _("Head of the school")
    return office, short_name(person) if person and names else ""
