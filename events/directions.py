"""What events and best-practice schools hold for the directions of the source's table (see `communities.directions`); one query for both."""

from collections.abc import Collection
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, TextField, Value, When, Window
from django.db.models.functions import Cast, Concat, RowNumber
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.directions import Links, carriers
from communities.models import School
from communities.models.school import Direction
from events.models import BestPracticeSchool, Cohort, Event, Project
from events.models.event import EventAudience
from foundation.activity import Kind

EXCHANGE_KINDS = (Kind.OPEN_LESSON, Kind.MASTER_CLASS, Kind.EXCHANGE_VISIT)
NAMED = 2
BY_EVENTS = (Direction.GIFTED_EVENTS, Direction.EXCHANGE)


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if events_of not in carriers:
        carriers.append(events_of)


def events_of(directions: Collection[Direction], school: School | None, reader: Any) -> Links:
    """The nearest events of a direction by name; best-practice schools by name for a school, by number for the network. One query."""
    asked = []
    if wanted := [direction for direction in BY_EVENTS if direction in directions]:
        asked.append(_events(wanted, school, reader))
    if Direction.BEST_PRACTICE_SCHOOL in directions:
        asked.append(_schools(school, reader))
    if Direction.JOINT_PROJECTS in directions:
        asked.append(_projects(school, reader))
    if not asked:
        return {}
    first, *others = asked
    found: Links = {}
    for direction, _place, count, key, title in sorted(first.union(*others, all=True)):
        links = found.setdefault(Direction(direction), [])
        if direction == Direction.BEST_PRACTICE_SCHOOL:
            _add_school(links, school, count, key, title)
        elif direction == Direction.JOINT_PROJECTS:
            _add_project(links, count, key, title)
        else:
            _add_event(links, direction, count, key, title)
    return found


def _events(wanted: list[Direction], school: School | None, reader: Any) -> QuerySet:
    pupils = Q(audience=EventAudience.PUPILS) | Q(direction=Direction.GIFTED_EVENTS)
    exchange = Q(kind__in=EXCHANGE_KINDS) | Q(direction=Direction.EXCHANGE)
    carried = Case(When(pupils, then=Value(Direction.GIFTED_EVENTS.value)), When(exchange, then=Value(Direction.EXCHANGE.value)), output_field=TextField())
    here = Q(school=school) | Q(school__municipality=school.municipality_id) if school else Q(pk=None)
    near = Case(When(here, then=Value(0)), default=Value(1), output_field=IntegerField())
    coming = Event.objects.visible_to(reader).upcoming().order_by().annotate(carried=carried).filter(carried__in=[one.value for one in wanted])
    return _rows(coming, "carried", [near, F("starts_at"), F("pk")])


def _schools(school: School | None, reader: Any) -> QuerySet:
    """What the school hosts or what takes applications now; all of the network."""
    seen = BestPracticeSchool.objects.visible_to(reader).open().order_by()
    calling = Exists(Cohort.objects.calling().filter(best_practice_school=OuterRef("pk")))
    seen = seen.annotate(calling=calling, carried=Value(Direction.BEST_PRACTICE_SCHOOL.value, output_field=TextField()))
    if school is not None:
        seen = seen.filter(Q(host_school=school) | Q(calling=True))
    return _rows(seen, "carried", [F("calling").desc(), F("title"), F("pk")])


def _projects(school: School | None, reader: Any) -> QuerySet:
    """Running projects: the school's own first."""
    running = Project.objects.visible_to(reader).filter(begun_on__isnull=False, finished_on=None).order_by()
    joined = Project.partner_schools.through.objects.filter(school=school).values("project_id") if school else ()
    here = Q(school=school) | Q(pk__in=joined) if school else Q(pk=None)
    near = Case(When(here, then=Value(0)), default=Value(1), output_field=IntegerField())
    running = running.annotate(carried=Value(Direction.JOINT_PROJECTS.value, output_field=TextField()))
    return _rows(running, "carried", [near, F("begun_on").desc(), F("pk")])


def _rows(query: QuerySet, by: str, order: list[Any]) -> QuerySet:
    """The first of each direction with how many there are, as (direction, place, count, «12-slug», title)."""
    row = Window(RowNumber(), partition_by=by, order_by=order)
    many = Window(Count("pk"), partition_by=by)
    key = Concat(Cast(F("pk"), TextField()), Value("-"), F("slug"), output_field=TextField())
    named = Cast(F("title"), TextField())
    return query.annotate(row=row, many=many, key=key, named=named).filter(row__lte=NAMED).values_list(by, "row", "many", "key", "named")


def _add_event(links: list[dict[str, str]], direction: str, count: int, key: str, title: str) -> None:
    links.append({"text": title, "url": f"/events/{key}/"})
    more = count - NAMED
    if len(links) == NAMED and more > 0:
        query = "?audience=pupils" if direction == Direction.GIFTED_EVENTS else ""
        links.append({"text": ngettext("and %(count)d more event", "and %(count)d more events", more) % {"count": more}, "url": reverse("events") + query})


def _add_project(links: list[dict[str, str]], count: int, key: str, title: str) -> None:
    links.append({"text": title, "url": f"/projects/{key}/"})
    if len(links) == NAMED and count > NAMED:
        links.append({"text": _("all joint projects"), "url": reverse("project_list")})


def _add_school(links: list[dict[str, str]], school: School | None, count: int, key: str, title: str) -> None:
    if school is None:
        text = ngettext("%(count)d best-practice school", "%(count)d best-practice schools", count) % {"count": count}
        links[:] = [{"text": text, "url": reverse("best_practice_list")}]
        return
    links.append({"text": title, "url": f"/best-practice/{key}/"})
    if len(links) == NAMED and count > NAMED:
        links.append({"text": _("all best-practice schools"), "url": reverse("best_practice_list")})
