"""Who lends and who borrows: lessons at one school with materials of another, and booked facilities, as facts about schools."""

import datetime
from collections import Counter

from django.db.models import Count, Exists, F, OuterRef

from communities.actions.fact import record_facts
from communities.models.passport import Fact
from resources.models import Authorship, Booking, Reuse
from resources.models.facility import BookingDecision

# Lessons of so many days count: two school years prove more than memory does.
DAYS = 730


def refresh_lending(today: datetime.date) -> int:
    """Lessons elsewhere with a school's materials, by subject and in all, and lessons at it with those of others. Two queries, grouped by the database.

    A lesson counts once for each school among the authors; a material that a colleague of one's own school wrote is not borrowed.
    """
    lessons = Reuse.objects.filter(used_on__gt=today - datetime.timedelta(DAYS), school__isnull=False).order_by()
    lent: Counter[tuple[int, int | None]] = Counter()
    grouped = lessons.values_list("material__authorships__teacher__school", "school", "material__subject")
    for giver, taker, subject, count in grouped.annotate(count=Count("pk", distinct=True)):
        if giver and giver != taker:
            lent[giver, None] += count
            if subject is not None:
                lent[giver, subject] += count
    own = Authorship.objects.filter(material=OuterRef("material"), teacher__school=OuterRef("school"))
    known = Authorship.objects.filter(material=OuterRef("material"), teacher__school__isnull=False)
    borrowed = lessons.filter(Exists(known), ~Exists(own)).values_list("school").annotate(count=Count("pk"))
    written = record_facts(Fact.LENT, lent, as_of=today)
    written += record_facts(Fact.BORROWED, {(school, None): count for school, count in borrowed}, as_of=today)
    return written + _refresh_facilities(today)


def _refresh_facilities(today: datetime.date) -> int:
    """Agreed bookings that took place or will, by the school that lent and by the one that came. Two queries."""
    agreed = Booking.objects.filter(decision=BookingDecision.ACCEPTED, cancelled_at=None, requested_at__date__gt=today - datetime.timedelta(DAYS)).order_by()
    agreed = agreed.exclude(school=F("facility__school"))
    lent = agreed.values_list("facility__school").annotate(count=Count("pk"))
    borrowed = agreed.values_list("school").annotate(count=Count("pk"))
    written = record_facts(Fact.FACILITIES_LENT, {(school, None): count for school, count in lent}, as_of=today)
    return written + record_facts(Fact.FACILITIES_BORROWED, {(school, None): count for school, count in borrowed}, as_of=today)
