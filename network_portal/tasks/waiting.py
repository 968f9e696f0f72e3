"""What waits for this person: each room offers its own tasks, this module orders them."""

from communities.models import Teacher
from communities.waiting import rows_for, tasks_of
from communities.waiting_columns import Task
from events.waiting import Soon, queries_of, soon_of
from events.waiting import tasks_of as tasks_of_events
from resources.waiting import waiting_for as waiting_in_resources


def waiting_for(teacher: Teacher) -> list[Task]:
    """All tasks of `teacher`, the most urgent kinds first (people wait longer than papers)."""
    return gather(teacher)[0]


def gather(teacher: Teacher) -> tuple[list[Task], list[Soon]]:
    """The tasks, and the events of the next days that concern the person. Communities and events answer in one query."""
    rows = rows_for(teacher, more=queries_of(teacher))
    tasks = [*tasks_of(rows), *tasks_of_events(rows), *waiting_in_resources(teacher)]
    return sorted(tasks, key=lambda task: task.rank), soon_of(rows)
