"""Best-practice schools: begin one, change what is told of it, close it."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.audit import write_audit
from communities.models import School, Teacher
from communities.slugs import latin_slug
from events.access_best_practice import may_host, may_run_best_practice
from events.models import BestPracticeSchool, Cohort

FIELDS = ("title", "theme", "direction", "subject", "problem_area", "hours_percent", "needs_work")


@transaction.atomic
def open_best_practice(host_school: School, *, by: Teacher, leaders: Iterable[Teacher] = (), **fields: Any) -> BestPracticeSchool:
    """Begin a best-practice school at this school; it is seen once its first cohort is announced. PermissionDenied where one may not host."""
    if not may_host(by, host_school):
        raise PermissionDenied("may not open a best-practice school here")
    _check(fields)
    found = BestPracticeSchool.objects.create(host_school=host_school, slug=_slug_of(fields["title"]), created_by=by, **fields)
    found.leaders.set(list(leaders) or [by])
    return found


@transaction.atomic
def edit_best_practice(best_practice: BestPracticeSchool, *, by: Teacher, leaders: Iterable[Teacher], **fields: Any) -> BestPracticeSchool:
    """Change what is told; the rule of graduation holds for cohorts that are not finished."""
    fresh = lock_best_practice(best_practice, by=by)
    _check(fields)
    for name, value in fields.items():
        setattr(fresh, name, value)
    fresh.slug = _slug_of(fresh.title)
    fresh.save()
    fresh.leaders.set(leaders)
    return fresh


@transaction.atomic
def close_best_practice(best_practice: BestPracticeSchool, *, by: Teacher) -> None:
    """No further cohort. ValidationError while one is still running; everything that was stays to be read."""
    fresh = lock_best_practice(best_practice, by=by)
    if Cohort.objects.filter(best_practice_school=fresh, announced_at__isnull=False, finished_at=None).exists():
        raise ValidationError(_("A cohort is still running: finish it first."), code="running")
    fresh.closed_on = timezone.localdate()
    fresh.save(update_fields=["closed_on"])
    write_audit("close-best-practice-school", by=by, target=fresh)


@transaction.atomic
def reopen_best_practice(best_practice: BestPracticeSchool, *, by: Teacher) -> None:
    """Cohorts may be called again."""
    fresh = lock_best_practice(best_practice, by=by)
    fresh.closed_on = None
    fresh.save(update_fields=["closed_on"])


def lock_best_practice(best_practice: BestPracticeSchool, *, by: Teacher) -> BestPracticeSchool:
    """The row, locked, for who runs it; PermissionDenied for others. Everything of its cohorts is decided one after the other."""
    fresh = BestPracticeSchool.objects.select_for_update(of=("self",), no_key=True).select_related("host_school").get(pk=best_practice.pk)
    if not may_run_best_practice(by, fresh):
        raise PermissionDenied("may not run this best-practice school")
    return fresh


def _check(fields: dict[str, Any]) -> None:
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"not fields of a best-practice school: {sorted(unknown)}")


def _slug_of(title: str) -> str:
    return latin_slug(title) or "school"
