"""What waits for this person: each room offers its own tasks, this module orders them."""

from communities.models import Teacher
from communities.waiting import Task
from communities.waiting import waiting_for as waiting_in_communities
from resources.waiting import waiting_for as waiting_in_resources


def waiting_for(teacher: Teacher) -> list[Task]:
    """All tasks of `teacher`, the most urgent kinds first (people wait longer than papers)."""
    return sorted([*waiting_in_communities(teacher), *waiting_in_resources(teacher)], key=lambda task: task.rank)
