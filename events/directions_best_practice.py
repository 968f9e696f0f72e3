"""Best-practice schools as a carrier of the source's direction of that name (see `communities.directions`)."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.directions import Links, carriers
from communities.models import School
from communities.models.school import Direction
from events.models import BestPracticeSchool, Cohort

NAMED = 2


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if best_practice_of not in carriers:
        carriers.append(best_practice_of)


def best_practice_of(directions: Collection[Direction], school: School | None, reader: Any) -> Links:
    """For a school: what it hosts or what takes applications now, by name; for the network how many there are. One query."""
    if Direction.BEST_PRACTICE_SCHOOL not in directions:
        return {}
    seen = BestPracticeSchool.objects.visible_to(reader).open()
    if school is None:
        count = seen.aggregate(count=Count("pk"))["count"]
        text = ngettext("%(count)d best-practice school", "%(count)d best-practice schools", count) % {"count": count}
        return {Direction.BEST_PRACTICE_SCHOOL: [{"text": text, "url": reverse("best_practice_list")}] if count else []}
    calling = Exists(Cohort.objects.calling().filter(best_practice_school=OuterRef("pk")))
    near = seen.annotate(calling=calling).filter(Q(host_school=school) | Q(calling=True)).order_by("-calling", "title", "pk")
    found = list(near[: NAMED + 1])
    links = [{"text": str(one), "url": one.get_absolute_url()} for one in found[:NAMED]]
    if len(found) > NAMED:
        links.append({"text": _("all best-practice schools"), "url": reverse("best_practice_list")})
    return {Direction.BEST_PRACTICE_SCHOOL: links}
