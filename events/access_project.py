"""May they? Pure answers about joint projects."""

from typing import TYPE_CHECKING

from communities.access import is_confirmed
from events.access import may_run_events_of
from events.models import Project, ProjectStage

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from communities.models import Teacher

    Person = Teacher | AnonymousUser


def may_run_project(teacher: "Person", project: Project) -> bool:
    """Its leader, and who speaks for the school or community that leads it."""
    return is_confirmed(teacher) and (project.leader_id == teacher.pk or may_run_events_of(teacher, project.owner))  # type: ignore[union-attr]


def may_close_stage(teacher: "Person", stage: ProjectStage) -> bool:
    """The stage's own person, and who runs the project; while it runs."""
    return stage.project.is_running and is_confirmed(teacher) and (stage.owner_id == teacher.pk or may_run_project(teacher, stage.project))  # type: ignore[union-attr]
