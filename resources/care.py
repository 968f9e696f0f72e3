"""The curator's queue: what on the shelves needs a hand, finding by finding."""

import datetime
from typing import TYPE_CHECKING

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from communities.models import Teacher
from foundation.school_years import school_year
from resources.access_care import cared_libraries
from resources.models import Authorship, CareAct, Custody, Material, MaterialReport, MaterialVersion, Reuse, TextWarning
from resources.models.care import Finding, Remedy
from resources.models.material import Licence, Preparation, Status, Visibility

if TYPE_CHECKING:
    from resources.models.material import MaterialQuerySet

STALE_YEARS = 3
UNUSED = datetime.timedelta(days=365)
# Counts beside the tabs are exact up to here.
COUNTED = 1000
# Acts that the queue's page tells.
RECENT = 10

# What may be done about a finding; the first is what the row proposes.
REMEDIES = {
    Finding.REPORTED: (Remedy.ASK, Remedy.ARCHIVE, Remedy.DISMISS),
    Finding.EXAM: (Remedy.ARCHIVE, Remedy.ASK, Remedy.DISMISS),
    Finding.SCAN: (Remedy.ASK, Remedy.ARCHIVE, Remedy.DISMISS),
    Finding.LICENCE: (Remedy.ASK, Remedy.ARCHIVE, Remedy.DISMISS),
    Finding.ORPHANED: (Remedy.TRANSFER, Remedy.ARCHIVE, Remedy.DISMISS),
    Finding.STALE: (Remedy.ASK, Remedy.ARCHIVE, Remedy.DISMISS),
    Finding.UNUSED: (Remedy.ASK, Remedy.ARCHIVE, Remedy.DISMISS),
}


def queue(teacher: Teacher, finding: Finding) -> "MaterialQuerySet":
    """Published materials of the libraries this person cares for that have the finding, oldest first; never the person's own."""
    written = Authorship.objects.filter(material=OuterRef("pk"), teacher=teacher)
    silenced = CareAct.objects.filter(material=OuterRef("pk"), finding=finding, silent_until__gte=timezone.localdate())
    shelf = Material.objects.visible_to(teacher).filter(status=Status.PUBLISHED)
    if not teacher.is_methodist:
        shelf = shelf.filter(library__in=cared_libraries(teacher))
    return shelf.filter(_condition(finding), ~Exists(written), ~Exists(silenced)).order_by("published_on", "pk")


def _condition(finding: Finding) -> Q:
    today = timezone.localdate()
    if finding == Finding.REPORTED:
        return Q(pk__in=MaterialReport.objects.filter(answered_at=None).values("material_id"))
    if finding in (Finding.SCAN, Finding.EXAM):
        warned = TextWarning.objects.filter(finding=finding, file__version=_content_version(OuterRef("file__version__material")))
        return Q(pk__in=warned.values("file__version__material_id"))
    if finding == Finding.LICENCE:
        return Q(pk__in=licence_gaps())
    if finding == Finding.ORPHANED:
        alive = Authorship.objects.filter(material=OuterRef("pk"), teacher__is_active=True, teacher__erased_at=None)
        gone = Authorship.objects.filter(Q(teacher__is_active=False) | Q(teacher__erased_at__isnull=False)).values("material_id")
        return Q(~Exists(alive), ~Exists(Custody.objects.filter(material=OuterRef("pk"))), pk__in=gone)
    if finding == Finding.STALE:
        edge = datetime.datetime(school_year(today) - STALE_YEARS, 9, 1, tzinfo=timezone.get_current_timezone())
        # Every value of what stands between them, so that the index over the three is used.
        return Q(visibility__in=Visibility.values, changed_at__lt=edge)
    recent = Reuse.objects.filter(material=OuterRef("pk"), used_on__gt=today - UNUSED)
    return Q(published_on__lte=today - UNUSED) & (Q(reuse_count=0) | Q(~Exists(recent)))


def licence_gaps() -> QuerySet:
    """Keys of what is public with a licence for the network alone, and of public variants whose licence their original does not allow.

    A union and no OR: each half has its index.
    """
    public = Material.objects.filter(visibility=Visibility.PUBLIC).order_by()
    original = "derived_from__material__licence"
    unfit = Q(**{original: Licence.NETWORK}) | (Q(**{original: Licence.CC_BY_SA}) & ~Q(licence=Licence.CC_BY_SA))
    # «> 0» is «not empty» in words that lead SQLite to the index.
    variants = public.filter(unfit, derived_from__gt=0)
    return public.filter(licence=Licence.NETWORK).values("pk").union(variants.values("pk"), all=True)


def _content_version(material: OuterRef) -> Subquery:
    """The version whose files readers get; a restored one has those of the version it brings back."""
    ready = MaterialVersion.objects.filter(material=material, preparation=Preparation.READY).order_by("-number")
    return Subquery(ready.annotate(content=Case(When(restored_from=None, then=F("pk")), default=F("restored_from_id"))).values("content")[:1])


def counts(teacher: Teacher) -> dict[Finding, int]:
    """How many each finding has, up to COUNTED + 1. One query."""
    first, *others = [
        Material.objects.filter(pk__in=queue(teacher, finding).order_by().values("pk")[: COUNTED + 1])
        .order_by()
        .values_list(Value(finding.value, CharField()))
        .annotate(count=Count("pk"))
        for finding in Finding
    ]
    found = dict(first.union(*others, all=True))
    return {finding: found.get(finding.value, 0) for finding in Finding}


def with_details(materials: "QuerySet[Material]") -> "QuerySet[Material]":
    """What a row shows, with a fixed number of queries: open reports and warnings among it."""
    reports = MaterialReport.objects.filter(answered_at=None)
    return materials.for_list().prefetch_related(Prefetch("problem_reports", reports, to_attr="open_reports"))  # type: ignore[attr-defined]


def warnings_of(material: Material) -> list[TextWarning]:
    """Warnings about the files of the newest version, for its author and its reviewer. One query."""
    newest = MaterialVersion.objects.filter(material=material).order_by("-number").values("pk")[:1]
    return list(TextWarning.objects.filter(file__version__in=newest).select_related("file").defer("file__text").order_by("file__order", "file_id"))


def acts_of(materials: "QuerySet[Material]") -> "QuerySet[CareAct]":
    """Who did what about these materials, the newest first, with a fixed number of queries."""
    return CareAct.objects.filter(material__in=materials).select_related("done_by", "material").order_by("-done_at", "-pk")


def recent_acts(teacher: Teacher) -> list[CareAct]:
    """The last acts in the libraries this person cares for. One query."""
    seen = Material.objects.visible_to(teacher)
    if not teacher.is_methodist:
        seen = seen.filter(library__in=cared_libraries(teacher))
    return list(acts_of(seen)[:RECENT])


def open_questions(material: Material) -> list[CareAct]:
    """What curators ask the authors, until the question falls silent. One query."""
    return list(material.care_acts.filter(remedy=Remedy.ASK, silent_until__gte=timezone.localdate()))
