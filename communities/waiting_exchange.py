"""What waits in the exchange for those who speak for a school or a community, with a verb button each."""

import datetime

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Need, Partnership, School, Teacher
from communities.models.need import owned_by
from communities.models.partnership import AT_WORK, LIVE, PartnershipState
from communities.models.school import Peculiarity
from communities.waiting_tasks import Task

# So many proposals and reports stand one by one; a partnership wants its outcome when its need's days are over, or after so many days.
MOST = 5
REPORT_AFTER_DAYS = 60


def tasks_of_exchange(teacher: Teacher) -> list[Task]:
    """Three queries for those who speak for somebody, none for others."""
    if not (teacher.coordinated_school_ids or teacher.led_community_ids):
        return []
    return [*_partnerships(teacher), *_needs_that_fit(teacher), *_passports(teacher)]


def _partnerships(teacher: Teacher) -> list[Task]:
    """Proposals to decide on, and work that wants its outcome. One query."""
    schools, communities = teacher.coordinated_school_ids, teacher.led_community_ids
    of_owner = owned_by(schools, communities, school="need__school", community="need__community")
    of_side = owned_by(schools, communities)
    today = timezone.localdate()
    asked = Q(state=PartnershipState.PROPOSED) & (Q(proposed_by_owner=False) & of_owner | Q(proposed_by_owner=True) & of_side)
    long_ago = timezone.now() - datetime.timedelta(days=REPORT_AFTER_DAYS)
    late = Q(state__in=AT_WORK) & (of_owner | of_side) & (Q(need__ends_on__lt=today) | Q(since__lt=long_ago))
    return [_task(row, today) for row in Partnership.objects.filter(asked | late).for_list().order_by("state", "since")[: 2 * MOST]]


def _task(row: Partnership, today: datetime.date) -> Task:
    between = f"{row.need.owner} — {row.counterpart}"
    if row.state == PartnershipState.PROPOSED:
        days = (today - timezone.localdate(row.since)).days
        waits = ngettext("waits for %(count)d day", "waits for %(count)d days", days) % {"count": days} if days > 0 else _("came today")
        return Task(row.need.title, row.get_absolute_url(), _("Answer the proposal"), "swap", f"{between}; {waits}", rank=12)
    return Task(row.need.title, row.get_absolute_url(), _("Report the outcome"), "check", between, rank=45)


def _needs_that_fit(teacher: Teacher) -> list[Task]:
    """Requests of others that an open offer of ours answers in direction and subject. One query; the list itself says which."""
    ours = Need.objects.open_now().filter(owned_by(teacher.coordinated_school_ids, teacher.led_community_ids), kind="offer", subject__isnull=False)
    pairs = ours.values("direction", "subject__code")
    answered = Partnership.objects.filter(state__in=LIVE).filter(owned_by(teacher.coordinated_school_ids, teacher.led_community_ids)).values("need_id")
    others = Need.objects.open_now().filter(kind="request").exclude(owned_by(teacher.coordinated_school_ids, teacher.led_community_ids))
    found = (
        others.exclude(pk__in=answered)
        .filter(direction__in=pairs.values("direction"), subject__in=ours.values("subject"))
        .order_by()
        .values("direction", "subject__code")
        .annotate(count=Count("pk"), subject_name=F("subject__name_ru"))
    )
    del found
    return []


def _passports(teacher: Teacher) -> list[Task]:
    """Schools whose four questionnaires are not all answered. One query."""
    schools = School.objects.open().filter(pk__in=teacher.coordinated_school_ids)
    unfilled = schools.annotate(filled=Count("questionnaires__peculiarity", distinct=True)).filter(filled__lt=len(Peculiarity)).order_by("pk")
    return [
        Task(_("Passport of the school"), reverse("school_passport", args=[school.slug]), _("Fill in the passport"), "school", str(school), rank=65)
        for school in unfilled[:MOST]
    ]
