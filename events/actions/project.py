"""Joint projects: written, begun, their stages closed by evidence, finished with a result."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.access_exchange import Owner
from communities.actions.notify import notify
from communities.levels import derive_level
from communities.models import Community, School, Teacher
from communities.slugs import latin_slug
from events.access import may_run_events_of
from events.access_project import may_close_stage, may_run_project
from events.models import Event, Project, ProjectStage
from events.models.event import EventStatus
from foundation.activity import record
from resources.models import Material
from resources.models.material import Status

FIELDS = ("title", "kind", "goal", "leader")


@transaction.atomic
def open_project(owner: Owner, *, by: Teacher, schools: Iterable[School], communities: Iterable[Community], **fields: Any) -> Project:
    """A draft, seen by its own people until it begins."""
    if not may_run_events_of(by, owner):
        raise PermissionDenied("may not lead projects for this side")
    side = {"school" if isinstance(owner, School) else "community": owner}
    project = Project.objects.create(slug=latin_slug(fields["title"]) or "project", created_by=by, **side, **fields)
    _set_partners(project, schools, communities)
    return project


@transaction.atomic
def edit_project(project: Project, *, by: Teacher, schools: Iterable[School], communities: Iterable[Community], **fields: Any) -> Project:
    """Change what is told. ValidationError once it is finished."""
    fresh = _lock(project, by)
    for name in FIELDS:
        setattr(fresh, name, fields[name])
    fresh.slug = latin_slug(fresh.title) or "project"
    fresh.save()
    _set_partners(fresh, schools, communities)
    return fresh


def _set_partners(project: Project, schools: Iterable[School], communities: Iterable[Community]) -> None:
    """The side that leads is no partner of itself."""
    project.partner_schools.set([school for school in schools if school.pk != project.school_id])
    project.partner_communities.set([community for community in communities if community.pk != project.community_id])


@transaction.atomic
def begin_project(project: Project, *, by: Teacher) -> Project:
    """From now on everybody sees it. Twice is once. ValidationError without a stage or without a partner: alone it is no joint project."""
    fresh = _lock(project, by)
    if fresh.begun_on is not None:
        return fresh
    if not fresh.stages.exists():
        raise ValidationError(_("Write at least one stage first."), code="stages")
    if not fresh.partner_schools.exists() and not fresh.partner_communities.exists():
        raise ValidationError(_("Name a partner first: alone it is no joint project."), code="partners")
    fresh.begun_on = timezone.localdate()
    fresh.save(update_fields=["begun_on"])
    owners = fresh.stages.exclude(owner=None).values_list("owner_id", flat=True)
    notify("project", to=[*owners, fresh.leader_id], about=fresh, by=by, key="begun")
    return fresh


@transaction.atomic
def add_stage(project: Project, *, by: Teacher, title: str, due_on: datetime.date, owner: Teacher | None) -> ProjectStage:
    """One more stage."""
    return ProjectStage.objects.create(project=_lock(project, by), title=title, due_on=due_on, owner=owner)


@transaction.atomic
def drop_stage(stage: ProjectStage, *, by: Teacher) -> None:
    """Take a stage out that is not done."""
    _lock(stage.project, by)
    if stage.done_on is not None:
        raise ValidationError(_("The stage is done."), code="done")
    stage.delete()


@transaction.atomic
def close_stage(stage: ProjectStage, *, by: Teacher, material: Material | None = None, event: Event | None = None, report: str = "") -> ProjectStage:
    """Done, by a published material, a held event or a report. Twice is once, with one act of whose stage it is.

    ValidationError without evidence, and by field for evidence that is not there yet.
    """
    fresh = ProjectStage.objects.select_for_update(of=("self",)).select_related("project__school", "project__community", "owner__school").get(pk=stage.pk)
    if not may_close_stage(by, fresh):
        raise PermissionDenied("may not close this stage")
    if fresh.done_on is not None:
        return fresh
    if material is None and event is None and not report.strip():
        raise ValidationError(_("Say what proves it: a material, an event or a report."), code="evidence")
    if material is not None and material.status != Status.PUBLISHED:
        raise ValidationError({"material": _("The material is not published yet.")}, code="material")
    if event is not None and event.status != EventStatus.HELD:
        raise ValidationError({"event": _("The event was not held yet.")}, code="event")
    fresh.done_on, fresh.done_by, fresh.material, fresh.event, fresh.report = timezone.localdate(), by, material, event, report
    fresh.save()
    project, person = fresh.project, fresh.owner or by
    schools = [project.school, person.school, *project.partner_schools.all()]
    record("carried-out-stage", by=person, target=fresh, community=project.community, kind=project.kind, level=derive_level(schools))
    if project.leader_id != by.pk:
        notify("project", to=[project.leader_id], about=project, by=by, key=f"stage:{fresh.pk}")
    return fresh


@transaction.atomic
def finish_project(project: Project, *, by: Teacher, result: str) -> Project:
    """The result in words. Twice is once. ValidationError while a stage is open."""
    fresh = _lock(project, by, finished_too=True)
    if fresh.finished_on is not None:
        return fresh
    if fresh.begun_on is None or fresh.stages.filter(done_on=None).exists():
        raise ValidationError(_("Some stages are open: close them, or take them out."), code="open")
    fresh.finished_on, fresh.result = timezone.localdate(), result
    fresh.save(update_fields=["finished_on", "result"])
    return fresh


def _lock(project: Project, by: Teacher, *, finished_too: bool = False) -> Project:
    fresh = Project.objects.select_for_update(of=("self",)).select_related("school", "community").get(pk=project.pk)
    if not may_run_project(by, fresh):
        raise PermissionDenied("may not change this project")
    if fresh.finished_on is not None and not finished_too:
        raise ValidationError(_("The project is finished."), code="finished")
    return fresh
