"""The library's own sections of a portfolio: leading, publishing, being reused, adapted and reviewed."""

import datetime
from collections import defaultdict
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from communities.models import Employment, MembershipRole, Teacher
from foundation.templatetags.portal import grades
from resources.models import Collection, Material, Reuse, Review
from resources.models.collection import CollectionVisibility
from resources.models.material import Status, Visibility
from resources.models.review import Decision
from resources.portfolio import SECTIONS, Period, Row, Section
from resources.rows import recommended


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if led not in SECTIONS:
        SECTIONS.extend([led, published, reused, adapted, reviewed, best_practice, collected])


def numeric(day: datetime.date | None) -> str:
    """A day as official papers write it: 01.09.2026; empty without one."""
    return day.strftime("%d.%m.%Y") if day else ""


def within(period: Period, field: str) -> Q:
    """A condition on a field of days; `field__date` for moments."""
    return Q(**{f"{field}__lte": period.until}) & (Q(**{f"{field}__gte": period.since}) if period.since else Q())


def led(teacher: Teacher, period: Period) -> Section:
    """Communities led, from–to: every leadership that touches the period. One query."""
    roles = (
        MembershipRole.objects.filter(membership__teacher=teacher, role="leader", since__lte=period.until)
        .annotate(ended=Coalesce("until", "membership__left_on"))
        .select_related("membership__community")
        .order_by("since", "id")
    )
    if period.since:
        roles = roles.filter(Q(ended=None) | Q(ended__gte=period.since))
    rows = []
    for role in roles:
        community = role.membership.community
        until = _("to %(day)s") % {"day": numeric(role.ended)} if role.ended else _("to the day of issue")
        rows.append(Row(str(role.pk), [community.name, _("from %(day)s") % {"day": numeric(role.since)} + " " + until], {"count": frozenset([community.pk])}))
    return Section("led", _("Leading professional communities"), [_("Community"), _("Leader")], rows, {"count": _("communities led")})


def _own(teacher: Teacher) -> QuerySet[Material]:
    return Material.objects.filter(status=Status.PUBLISHED).written_by(teacher)  # type: ignore[attr-defined]


def published(teacher: Teacher, period: Period) -> Section:
    """Materials published in the period. One query."""
    materials = (
        _own(teacher)
        .filter(within(period, "published_on"))
        .select_related("type", "subject", "library__community", "library__school")
        .annotate(is_recommended=recommended())
        .order_by("-published_on", "-id")
    )
    rows = [
        Row(str(material.pk), [material.title, _kind(material), numeric(material.published_on), str(material.library), _mark(material)])
        for material in materials
    ]
    for row in rows:
        row.counts = {"count": 1}
    columns = [_("Material"), _("Type, subject"), _("Published"), _("Library"), _("Review mark")]
    return Section("published", _("Publishing teaching materials"), columns, rows, {"count": _("materials published")})


def _kind(material: Material) -> str:
    return capfirst(", ".join(filter(None, [str(material.type or ""), str(material.subject or ""), grades(material.grade_from, material.grade_to)])))


def _mark(material: Any) -> str:
    if material.best_practice_reason:
        return _("“Best practice”")
    return _("recommended by a review") if material.is_recommended else _("published in the library")


def reused(teacher: Teacher, period: Period) -> Section:
    """Lessons of colleagues with these materials, and the schools among theirs where this person does not work. Two queries."""
    own_schools = set(Employment.objects.filter(teacher=teacher).exclude(confirmed_on=None).values_list("school_id", flat=True))
    uses = Reuse.objects.filter(within(period, "used_on"), material__in=_own(teacher)).exclude(teacher=teacher)
    lessons: dict[tuple[int, str], int] = defaultdict(int)
    schools: dict[tuple[int, str], set[int]] = defaultdict(set)
    for pk, title, school, count in uses.values_list("material_id", "material__title", "school_id").annotate(count=Count("pk")).order_by("material_id"):
        lessons[pk, title] += count
        if school is not None and school not in own_schools:
            schools[pk, title].add(school)
    rows = [
        Row(str(pk), [title, str(count), str(len(schools[pk, title]))], {"lessons": count, "schools": frozenset(schools[pk, title])})
        for (pk, title), count in sorted(lessons.items(), key=lambda item: (-item[1], item[0][1]))
    ]
    figures = {"lessons": _("lessons of colleagues"), "schools": _("other schools")}
    return Section("reused", _("Use of the materials by colleagues"), [_("Material"), _("Lessons of colleagues"), _("Other schools")], rows, figures)


def adapted(teacher: Teacher, period: Period) -> Section:
    """Variants that others published; only the person's own titles are named. One query."""
    variants = (
        Material.objects.filter(within(period, "published_on"), status=Status.PUBLISHED, derived_from__material__in=_own(teacher))
        .exclude(authorships__teacher=teacher)
        .values_list("derived_from__material_id", "derived_from__material__title")
        .annotate(count=Count("pk", distinct=True))
        .order_by("-count", "derived_from__material__title")
    )
    rows = [Row(str(pk), [title, str(count)], {"count": count}) for pk, title, count in variants]
    return Section("adapted", _("Variants made by colleagues"), [_("Material"), _("Variants")], rows, {"count": _("variants by colleagues")})


def reviewed(teacher: Teacher, period: Period) -> Section:
    """Reviews given, by subject: the titles belong to others, and some of them were never published. One query."""
    reviews = (
        Review.objects.filter(within(period, "decided_at__date"), reviewer=teacher)
        .order_by()
        .values("material__subject_id", "material__subject__name_ru")
        .annotate(count=Count("pk"), accepted=Count("pk", filter=Q(decision=Decision.ACCEPTED)))
        .order_by("-count", "material__subject__name_ru")
    )
    rows = [
        Row(
            str(entry["material__subject_id"] or 0),
            [capfirst(entry["material__subject__name_ru"] or _("without a subject")), str(entry["count"]), str(entry["accepted"])],
            {"count": entry["count"], "accepted": entry["accepted"]},
        )
        for entry in reviews
    ]
    figures = {"count": _("reviews given"), "accepted": _("materials recommended")}
    return Section("reviewed", _("Reviewing colleagues' materials"), [_("Subject"), _("Reviews"), _("Recommended")], rows, figures)


def best_practice(teacher: Teacher, period: Period) -> Section:
    """Marks «best practice» by the day they were given; one without a day (imported) counts on the day of publication. One query."""
    materials = (
        _own(teacher)
        .exclude(best_practice_reason="")
        .annotate(marked_on=Coalesce("best_practice_on", "published_on"))
        .filter(within(period, "marked_on"))
        .order_by("-marked_on", "-id")
    )
    rows = [Row(str(material.pk), [material.title, material.best_practice_reason, numeric(material.marked_on)], {"count": 1}) for material in materials]
    return Section("best", _("Marks “best practice”"), [_("Material"), _("Why"), _("Given")], rows, {"count": _("best-practice marks")})


def collected(teacher: Teacher, period: Period) -> Section:
    """Collections that others may open, with the materials that every colleague finds in them. One query."""
    found = Q(items__material__status=Status.PUBLISHED, items__material__visibility__in=[Visibility.PUBLIC, Visibility.NETWORK])
    collections = (
        Collection.objects.filter(within(period, "created_at__date"), owner=teacher)
        .exclude(visibility=CollectionVisibility.PRIVATE)
        .annotate(materials=Count("items", filter=found, distinct=True), followers=Count("follows", filter=Q(follows__teacher__is_active=True), distinct=True))
        .order_by("-created_at", "-id")
    )
    rows = [
        Row(str(entry.pk), [entry.title, date_format(entry.created_at, "d.m.Y"), str(entry.materials), str(entry.followers)], {"count": 1})
        for entry in collections
    ]
    columns = [_("Collection"), _("Made"), _("Materials"), _("Followers")]
    return Section("collected", _("Collections of materials"), columns, rows, {"count": _("collections")})
