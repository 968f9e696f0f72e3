"""Joint projects and social initiatives: the list, a page of one, its stages, its result."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from communities.access import is_confirmed
from communities.access_exchange import own_sides
from communities.forms.need import value_of
from communities.models import Teacher
from communities.views.community import refuse
from events.access_project import may_close_stage, may_run_project
from events.actions.project import add_stage, begin_project, close_stage, drop_stage, edit_project, finish_project, open_project
from events.evidence import seen_events, seen_materials
from events.forms.event import OwnerForm
from events.forms.project import ProjectForm, ResultForm, StageDoneForm, StageForm
from events.models import Project, ProjectStage
from events.views.event import refused
from foundation.policy import policy

PAGE_SIZE = 20


@policy("public")
def project_list(request: HttpRequest) -> HttpResponse:
    """Running ones first, then those that are finished."""
    reader = request.user
    found = Project.objects.visible_to(reader).for_list()
    if text := request.GET.get("q", "").strip()[:200]:
        found = found.titled(text)
    page = Paginator(found.order_by("finished_on", "-begun_on", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "projects/project_list.html", {"page": page, "asked": text, "may_open": is_confirmed(reader) and bool(own_sides(reader))})  # type: ignore[arg-type]


@policy("public")
def project_detail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    reader = request.user
    project = project_or_404(request, pk)
    if slug != project.slug:
        return redirect(project, permanent=True)
    stages = list(project.stages.select_related("owner", "material", "event", "project"))
    materials = seen_materials(reader, (stage.material_id for stage in stages))
    events = seen_events(reader, (stage.event_id for stage in stages))
    for stage in stages:
        stage.project = project
        stage.shown_material = stage.material if stage.material_id in materials else None  # type: ignore[attr-defined]
        stage.shown_event = stage.event if stage.event_id in events else None  # type: ignore[attr-defined]
    context = {
        "project": project,
        "stages": [{"stage": stage, "may_close": stage.done_on is None and may_close_stage(reader, stage)} for stage in stages],
        "done": sum(stage.done_on is not None for stage in stages),
        "runs": may_run_project(reader, project),
    }
    return render(request, "projects/project_detail.html", context)


@policy("teacher", methods=["GET", "POST"])
def project_new(request: HttpRequest) -> HttpResponse:
    """Whose project it is first, where there is a choice."""
    person: Teacher = request.user  # type: ignore[assignment]
    owners = own_sides(person)
    refuse(bool(owners))
    chosen = OwnerForm(request.GET if "owner" in request.GET else {"owner": value_of(owners[0]) if len(owners) == 1 else ""}, owners=owners, network=False)
    if not chosen.is_valid():
        return render(request, "projects/project_owner.html", {"form": OwnerForm(owners=owners, network=False)})
    owner = chosen.cleaned_data["owner"]
    form = ProjectForm(request.POST if request.method == "POST" else None, owner=owner, person=person)
    if request.method == "POST" and form.is_valid():
        project = open_project(owner, by=person, **form.cleaned_data)
        messages.success(request, _("The draft is saved. Now write the stages, then begin."))
        return redirect(project)
    return render(request, "projects/project_form.html", {"form": form, "owner": owner})


@policy("teacher", methods=["GET", "POST"])
def project_edit(request: HttpRequest, pk: int) -> HttpResponse:
    project = _run(request, pk)
    form = ProjectForm(request.POST if request.method == "POST" else None, owner=project.owner, person=request.user, project=project)
    return _form_page(request, project, form, _("Editing the project"), lambda: edit_project(project, by=request.user, **form.cleaned_data))


@policy("teacher", methods=["POST"])
def project_begin(request: HttpRequest, pk: int) -> HttpResponse:
    project = _run(request, pk)
    try:
        begin_project(project, by=request.user)
        messages.success(request, _("Begun: everybody sees the project now."))
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
    return redirect(project)


@policy("teacher", methods=["GET", "POST"])
def project_finish(request: HttpRequest, pk: int) -> HttpResponse:
    project = _run(request, pk)
    form = ResultForm(request.POST if request.method == "POST" else None, initial={"result": project.result}, label_suffix="")
    return _form_page(request, project, form, _("Result of the project"), lambda: finish_project(project, by=request.user, **form.cleaned_data))


@policy("teacher", methods=["GET", "POST"])
def stage_new(request: HttpRequest, pk: int) -> HttpResponse:
    project = _run(request, pk)
    form = StageForm(request.POST if request.method == "POST" else None, project=project)
    return _form_page(request, project, form, _("New stage"), lambda: add_stage(project, by=request.user, **form.cleaned_data))


@policy("teacher", methods=["GET", "POST"])
def stage_close(request: HttpRequest, pk: int) -> HttpResponse:
    """By a material, an event or a report."""
    stage = _stage(request, pk)
    refuse(may_close_stage(request.user, stage))
    if stage.done_on is not None:
        raise Http404
    form = StageDoneForm(request.POST if request.method == "POST" else None, stage=stage, person=request.user)
    return _form_page(request, stage.project, form, stage.title, lambda: close_stage(stage, by=request.user, **form.cleaned_data))


@policy("teacher", methods=["POST"])
def stage_drop(request: HttpRequest, pk: int) -> HttpResponse:
    stage = _stage(request, pk)
    refuse(may_run_project(request.user, stage.project))
    try:
        drop_stage(stage, by=request.user)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
    return redirect(stage.project)


def project_or_404(request: HttpRequest, pk: int) -> Project:
    """The project of an address."""
    found = Project.objects.visible_to(request.user).select_related("school", "community", "leader")
    return get_object_or_404(found.prefetch_related("partner_schools", "partner_communities"), pk=pk)


def _run(request: HttpRequest, pk: int) -> Project:
    project = project_or_404(request, pk)
    refuse(may_run_project(request.user, project))
    return project


def _stage(request: HttpRequest, pk: int) -> ProjectStage:
    seen = Project.objects.visible_to(request.user)
    return get_object_or_404(ProjectStage.objects.filter(project__in=seen).select_related("project__school", "project__community", "owner"), pk=pk)


def _form_page(request: HttpRequest, project: Project, form: Any, title: str, save: Any) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except ValidationError as problem:
            refused(form, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect(project_or_404(request, project.pk))
    return render(request, "projects/project_form.html", {"form": form, "project": project, "title": title, "owner": project.owner})
