"""Calls for materials among the tasks of the communities' members."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from communities.models import Teacher
from communities.waiting import Task
from resources.coverage import cell_words, upload_url
from resources.models import Material, MaterialCall

# Calls that are looked at, and communities that a person is reminded of.
MAX_CALLS, CALLING_COMMUNITIES = 50, 2


def called_tasks(teacher: Teacher) -> list[Task]:
    """The newest call to each of this person's communities; none that they have begun to answer. One query for members, none for others."""
    if not teacher.current_memberships:
        return []
    answers = Material.objects.written_by(teacher).filter(
        subject=OuterRef("subject"), grade_from__lte=OuterRef("grade"), grade_to__gte=OuterRef("grade"), created_at__date__gte=OuterRef("called_on")
    )
    calls = (
        MaterialCall.objects.filter(community_id__in=list(teacher.current_memberships), closed_on=None, community__closed_on=None)
        .exclude(called_by=teacher)
        .filter(~Exists(answers))
        .select_related("community", "subject", "purpose")[:MAX_CALLS]
    )
    tasks: dict[int, Task] = {}
    for call in calls:
        if call.community_id not in tasks and len(tasks) < CALLING_COMMUNITIES:
            title = _("Materials are wanted: %(cell)s") % {"cell": cell_words(call.subject, call.grade, call.purpose)}
            tasks[call.community_id] = Task(title, upload_url(call.subject, call.grade, call.purpose), _("Upload"), "up", str(call.community), rank=65)
    return list(tasks.values())
