"""One cell of the coverage map: how many materials, how proven they are, at which difficulty, and who is asked for more."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet, Sum

from communities.models import Community, Subject, Teacher
from resources.access import may_upload
from resources.access_collection import may_collect
from resources.calls import CallRow, calls_of
from resources.coverage import call_url, catalogue_url, upload_url
from resources.models import Material, MaterialCall, Purpose, Reuse
from resources.models.material import Status
from resources.rows import MaterialRow, present, recommended
from resources.search import shelf

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = Teacher | AnonymousUser

# Rows of the most used materials; communities of the subject that are named.
ROWS, COMMUNITIES = 5, 10


@dataclass(slots=True)
class Difficulty:
    """The materials of one level of difficulty; without a purpose those that say none."""

    purpose: Purpose | None
    materials: int = 0
    lessons: int = 0
    recommended: int = 0
    best: int = 0
    url: str = ""


@dataclass(slots=True)
class CellPage:
    """What the page prints. `schools` counts each school once, whichever of the materials it used."""

    total: Difficulty
    schools: int
    levels: list[Difficulty]
    rows: list[MaterialRow]
    calls: list[CallRow]
    communities: list[Community]
    upload_url: str
    call_url: str


def build_cell(subject: Subject, grade: int, purpose: Purpose | None, reader: "Reader") -> CellPage:
    """The cell as this reader finds it. Nine queries at most and those for the reader's rights."""
    inside = shelf(reader).filter(subject=subject, grade_from__lte=grade, grade_to__gte=grade)
    chosen = inside.filter(purpose=purpose) if purpose else inside
    levels = _levels(inside, subject, grade)
    used = chosen.filter(reuse_count__gt=0).order_by().values("pk")
    communities = list(Community.objects.visible_to(reader).open_now().filter(subject=subject).order_by("name"))
    addressed = may_collect(reader) and any(reader.is_methodist or community.pk in reader.led_community_ids for community in communities)
    return CellPage(
        total=_total([level for level in levels if purpose is None or level.purpose == purpose], catalogue_url(subject, grade, purpose)),
        schools=Reuse.objects.filter(material__in=used).aggregate(number=Count("school", distinct=True))["number"],
        levels=levels,
        rows=present(chosen.filter(status=Status.PUBLISHED).order_by("-reuse_count", "-published_on", "-id")[:ROWS], reader),
        calls=calls_of(MaterialCall.objects.filter(subject=subject, grade=grade, community__in=communities), reader),
        communities=communities[:COMMUNITIES],
        upload_url=upload_url(subject, grade, purpose) if may_upload(reader) else "",
        call_url=call_url(subject, grade, purpose) if addressed else "",
    )


def _levels(inside: QuerySet[Material], subject: Subject, grade: int) -> list[Difficulty]:
    """In the order of the list, «not said» last and only where there is something."""
    groups = inside.order_by().values("purpose_id").annotate(
        materials=Count("pk"),
        lessons=Sum("reuse_count"),
        recommended=Count("pk", filter=recommended()),
        best=Count("pk", filter=~Q(best_practice_reason="")),
    )  # fmt: skip
    counted = {group.pop("purpose_id"): group for group in groups}
    levels = [Difficulty(purpose, **counted.get(purpose.pk, {}), url=catalogue_url(subject, grade, purpose)) for purpose in Purpose.objects.current()]
    return [*levels, Difficulty(None, **counted[None])] if None in counted else levels


def _total(levels: list[Difficulty], url: str) -> Difficulty:
    sums = {name: sum(getattr(level, name) for level in levels) for name in ("materials", "lessons", "recommended", "best")}
    return Difficulty(None, **sums, url=url)
