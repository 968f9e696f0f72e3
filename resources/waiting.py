"""What waits for a person in the library: returned materials, drafts to send, materials to review."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Teacher
from communities.waiting import Task
from resources.access import reviewable_by
from resources.models import Material
from resources.models.material import Status


def waiting_for(teacher: Teacher) -> list[Task]:
    """Tasks of a confirmed teacher: one query, two for those who review."""
    own = Material.objects.filter(created_by=teacher, status__in=[Status.RETURNED, Status.DRAFT]).order_by("-changed_at")[:3]
    tasks = [
        Task(material.title, reverse("material_edit", args=[material.pk]), _("Revise"), "edit", _("returned with comments"), rank=25)
        if material.status == Status.RETURNED
        else Task(material.title, reverse("material_edit", args=[material.pk]), _("Finish"), "edit", _("your draft"), rank=70)
        for material in own
    ]
    if teacher.is_methodist or teacher.led_community_ids:
        count = reviewable_by(teacher).count()
        if count:
            title = ngettext("%(count)d material waits for a review", "%(count)d materials wait for a review", count) % {"count": count}
            tasks.append(Task(title, reverse("review_queue"), _("Review"), "check", _("about 15 minutes each"), rank=15))
    return tasks
