"""Later: facts about schools, what is over, reminders. Run twice or killed at any point, the outcome is the same."""

import datetime

from django.utils import timezone

from communities.actions.need import close_overdue_needs
from communities.actions.partnership import remind_of_partnership
from communities.models import Partnership
from communities.models.partnership import LIVE, PartnershipState
from communities.school_facts import refresh_facts

# How long a partnership may stand in a state before its sides are reminded, in days; and how often.
PATIENCE = {PartnershipState.PROPOSED: 7, PartnershipState.AGREED: 21, PartnershipState.RUNNING: 60}
AGAIN_AFTER = 14


def nightly(today: datetime.date) -> dict[str, int]:
    """What the room does once a day; how many rows each step changed."""
    return {"facts": refresh_facts(today), "needs closed": close_overdue_needs(today), "partnerships reminded": remind_stale(today)}


def remind_stale(today: datetime.date) -> int:
    """Remind both sides of partnerships that have stood still for too long; each at most once in AGAIN_AFTER days."""
    reminded = 0
    for partnership in Partnership.objects.filter(state__in=LIVE).for_list():
        days = (today - timezone.localdate(partnership.since)).days
        rested = partnership.reminded_on is None or (today - partnership.reminded_on).days >= AGAIN_AFTER
        if days >= PATIENCE[PartnershipState(partnership.state)] and rested:
            reminded += remind_of_partnership(partnership, seen=partnership.reminded_on, on=today)
    return reminded
