"""Whether the counted places are those that the registrations hold: a check that writes nothing."""

from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from events.models import Event, EventSite, Registration, SchoolPlaces
from events.models.registration import RegistrationState


def miscounted() -> QuerySet[Event]:
    """Events whose own, a site's or a school's number of taken places differs from what their registrations hold. One query."""
    sites = EventSite.objects.filter(event=OuterRef("pk")).exclude(taken=_held("site", "pk"))
    schools = SchoolPlaces.objects.filter(event=OuterRef("pk")).exclude(taken=_held("school", "school_id"))
    return Event.objects.annotate(held_places=_held("event", "pk"), wrong_site=Exists(sites), wrong_school=Exists(schools)).exclude(
        taken=F("held_places"), wrong_site=False, wrong_school=False
    )


def _held(field: str, key: str) -> Coalesce:
    """How many places the registrations of this event, site or (of the same event) school hold."""
    held = Registration.objects.filter(state=RegistrationState.TAKEN, **{field: OuterRef(key)})
    if field == "school":
        held = held.filter(event=OuterRef("event_id"))
    counted = held.order_by().values(field).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
