"""Counting the places of an event anew from its registrations."""

from collections import Counter

from django.db import transaction

from events.actions.attendance import lock_event
from events.models import Event, Registration, SchoolPlaces
from events.models.registration import RegistrationState


@transaction.atomic
def recount(event: Event) -> None:
    """Set the event's, its sites' and its schools' numbers to what the registrations hold; the quota of today goes into the schools' rows.

    A school that holds more than a quota that was made smaller keeps its places and gets no more. Needed when a quota is set or changed, and for
    repair (`manage.py check_places --repair`): each registration moves the numbers in its own transaction.
    """
    fresh = lock_event(event)
    rows = list(Registration.objects.filter(event=fresh, state=RegistrationState.TAKEN).values_list("site_id", "school_id"))
    Event.objects.filter(pk=fresh.pk).update(taken=len(rows))
    by_site = Counter(site for site, _school in rows)
    for site in fresh.sites.all():
        fresh.sites.filter(pk=site.pk).update(taken=by_site[site.pk])
    SchoolPlaces.objects.filter(event=fresh).delete()
    if fresh.school_quota:
        by_school = Counter(school for _site, school in rows if school)
        places = [SchoolPlaces(event=fresh, school_id=pk, taken=taken, quota=max(fresh.school_quota, taken)) for pk, taken in sorted(by_school.items())]
        SchoolPlaces.objects.bulk_create(places)
