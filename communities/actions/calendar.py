"""The address of one's calendar: giving a new one, and taking it back."""

from django.db import transaction
from django.utils import timezone

from communities.models import CalendarToken, Teacher
from communities.models.calendar import calendar_token


@transaction.atomic
def renew_calendar_token(*, by: Teacher) -> CalendarToken:
    """A new address; an older one ends at once."""
    return CalendarToken.objects.update_or_create(teacher=by, defaults={"token": calendar_token(), "made_at": timezone.now()})[0]


@transaction.atomic
def revoke_calendar_token(*, by: Teacher) -> None:
    """No address any more; nothing happens for those who have none."""
    CalendarToken.objects.filter(teacher=by).delete()
