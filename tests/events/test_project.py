"""Joint projects: begun with partners and stages, stages closed by evidence, finished with a result; what waits, what is hidden."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from communities.models import Community, School, Teacher
from events.actions.project import add_stage, begin_project, close_stage, finish_project, open_project
from events.models import Project, ProjectStage
from metrics.models import Activity
from tests.factories.events import make_event, make_item, make_plan
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def running(school: School, partner: School, *, by: Teacher, stages: int = 1, owner: Teacher | None = None, days: int = 10) -> Project:
    project = open_project(school, by=by, schools=[partner], communities=[], title="Река наш сосед", kind="project", goal="Изучить реку", leader=by)
    for number in range(stages):
        add_stage(project, by=by, title=f"Этап {number + 1}", due_on=TODAY() + datetime.timedelta(days=days), owner=owner)
    return begin_project(project, by=by)


def test_a_coordinator_opens_a_project_and_begins_it_with_a_partner(client_of: Any, visitor: Any, vera: Teacher, lyceum: School, boris: Teacher) -> None:
    browser = client_of(vera)
    form = {"title": "Река наш сосед", "kind": "social-action", "goal": "Чистый берег", "leader": vera.pk}
    browser.post("/projects/new/", form)
    project = Project.objects.get()
    assert client_of(boris).get(project.get_absolute_url()).status_code == 404
    browser.post(f"/projects/{project.pk}/begin/")
    browser.post(f"/projects/{project.pk}/stages/new/", {"title": "Уборка", "due_on": (TODAY() + datetime.timedelta(days=5)).isoformat()})
    browser.post(f"/projects/{project.pk}/begin/")
    assert not Project.objects.get().is_running
    browser.post(f"/projects/{project.pk}/edit/", {**form, "schools": [lyceum.slug]})
    browser.post(f"/projects/{project.pk}/begin/")
    assert Project.objects.get().is_running
    page = client_of(visitor).get(project.get_absolute_url()).content.decode()
    assert lyceum.short_name in page
    assert "Мельник" not in page
    assert client_of(boris).get(f"/projects/{project.pk}/edit/").status_code == 403


def test_a_stage_is_closed_by_evidence_alone_and_is_one_act(client_of: Any, vera: Teacher, village_school: School, lyceum: School, boris: Teacher) -> None:
    project = running(village_school, lyceum, by=vera, owner=boris)
    stage = project.stages.get()
    page = client_of(boris).post(f"/projects/stages/{stage.pk}/close/", {"report": ""}).content.decode()
    assert "Укажите подтверждение" in page
    draft = stand("Черновик", author=boris, status="draft")
    with pytest.raises(ValidationError):
        close_stage(stage, by=boris, material=draft)
    with pytest.raises(ValidationError):
        close_stage(stage, by=boris, event=make_event(lyceum, by=make_head(lyceum)))
    client_of(boris).post(f"/projects/stages/{stage.pk}/close/", {"report": "Собрали 12 мешков"})
    close_stage(stage, by=boris, report="Ещё раз")
    stage.refresh_from_db()
    assert (stage.done_on, stage.report) == (TODAY(), "Собрали 12 мешков")
    act = Activity.objects.get(verb="carried-out-stage")
    assert (act.actor, act.kind, act.level) == (boris, "project", "inter-municipal")


def make_head(school: School) -> Teacher:
    from tests.factories.people import make_teacher

    return make_teacher("Глава", school=school, is_head=True, is_coordinator=True)


def test_a_project_is_finished_when_every_stage_is(client_of: Any, vera: Teacher, village_school: School, lyceum: School) -> None:
    project = running(village_school, lyceum, by=vera, stages=2)
    for stage in project.stages.all():
        with pytest.raises(ValidationError):
            finish_project(project, by=vera, result="Рано")
        close_stage(stage, by=vera, report="Сделано")
    client_of(vera).post(f"/projects/{project.pk}/finish/", {"result": "Берег чист"})
    project.refresh_from_db()
    assert (project.finished_on, project.result) == (TODAY(), "Берег чист")
    assert ProjectStage.objects.filter(done_on=None).count() == 0


def test_a_late_stage_waits_for_its_person(client_of: Any, vera: Teacher, village_school: School, lyceum: School, boris: Teacher) -> None:
    project = running(village_school, lyceum, by=vera, owner=boris, days=-2)
    tasks = client_of(boris).get("/tasks/").context["tasks"]
    assert [task.url for task in tasks if task.verb == "Завершить этап"] == [f"/projects/stages/{project.stages.get().pk}/close/"]


def test_a_running_project_carries_its_direction(client_of: Any, visitor: Any, vera: Teacher, village_school: School, lyceum: School) -> None:
    running(village_school, lyceum, by=vera)
    assert "Река наш сосед" in client_of(visitor).get("/directions/").content.decode()


def test_evidence_that_one_may_not_see_is_not_named(
    client_of: Any, visitor: Any, vera: Teacher, village_school: School, lyceum: School, boris: Teacher
) -> None:
    project = running(village_school, lyceum, by=vera)
    hidden = stand("Тайный материал", author=vera, status="published", visibility="library")
    close_stage(project.stages.get(), by=vera, material=hidden)
    for person in (visitor, boris):
        assert "Тайный материал" not in client_of(person).get(project.get_absolute_url()).content.decode()
    assert "Тайный материал" in client_of(vera).get(project.get_absolute_url()).content.decode()


def test_events_of_a_plan_that_one_may_not_see_are_not_named(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    from events.actions.plan import approve_plan

    plan = make_plan(community, by=daria, items=0)
    item = make_item(plan, by=daria, title="Открытый пункт")
    approve_plan(plan, by=daria)
    make_event(community, by=daria, title="Тайная встреча", visibility="community", plan_item=item)
    page = client_of(anna).get(f"/plans/{plan.pk}/").content.decode()
    assert "Открытый пункт" in page
    assert "Тайная встреча" not in page
    assert "Тайная встреча" in client_of(daria).get(f"/plans/{plan.pk}/").content.decode()


@pytest.mark.parametrize("size", [1, 12])
def test_pages_cost_the_same(size: int, client_of: Any, vera: Teacher, village_school: School, lyceum: School, django_assert_num_queries: Any) -> None:
    for _number in range(size):
        project = running(village_school, lyceum, by=vera, stages=size)
    browser = client_of(vera)
    browser.get("/")
    for path, cost in (("/projects/", 6), (project.get_absolute_url(), 8)):
        with django_assert_num_queries(cost):
            assert browser.get(path).status_code == 200, path
