"""Narrowing the list of events. A value that is not on a list is ignored, never an error."""

import datetime

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.filters import Narrowing, TitledFilter
from communities.models import Municipality, ProblemArea, School, Subject
from events.models import Event
from events.models.event import EVENT_KINDS, EventAudience, EventFormat, EventStatus
from foundation.activity import InteractionLevel

ANY = _("does not matter")


class EventFilter(Narrowing):
    """Parameters `q kind audience subject area format level municipality when`; lists by their codes."""

    q = TitledFilter(label=_("Words of the title or place"), max_length=200, widget=forms.TextInput(attrs={"type": "search", "maxlength": 200}))
    when = django_filters.ChoiceFilter(
        label=_("When"),
        choices=[("past", _("took place")), ("open", _("registration is open")), ("all", _("all"))],
        empty_label=_("to come"),
        method="in_time",
    )
    kind = django_filters.ChoiceFilter(label=_("Kind of activity"), choices=EVENT_KINDS, empty_label=ANY)
    audience = django_filters.ChoiceFilter(label=_("For whom"), choices=EventAudience.choices, empty_label=_("for all"))
    subject = django_filters.ModelChoiceFilter(label=_("Subject"), queryset=Subject.objects.current(), to_field_name="code", empty_label=ANY)
    area = django_filters.ModelChoiceFilter(
        label=_("Problem area"), queryset=ProblemArea.objects.current(), to_field_name="code", field_name="problem_area", empty_label=ANY
    )
    format = django_filters.ChoiceFilter(label=_("Format"), choices=EventFormat.choices, empty_label=ANY)
    level = django_filters.ChoiceFilter(label=_("Level of interaction"), choices=InteractionLevel.choices, empty_label=ANY)
    municipality = django_filters.ModelChoiceFilter(
        label=_("Municipality"), queryset=Municipality.objects.all(), to_field_name="slug", empty_label=_("all municipalities"), method="in_municipality"
    )

    school = django_filters.ModelChoiceFilter(
        label=_("School"), queryset=School.objects.only("slug", "short_name"), to_field_name="slug", method="of_school", widget=forms.HiddenInput
    )

    class Meta:
        model = Event
        fields: list[str] = []

    def in_time(self, events: QuerySet, _name: str, value: str) -> QuerySet:
        """The view narrows to what is to come where nothing is asked."""
        if value == "past":
            return events.filter(status=EventStatus.HELD).order_by("-starts_at", "-id")
        if value == "open":
            now = timezone.now()
            begun = events.upcoming().filter(has_registration=True).exclude(registration_opens_at__gt=now)
            return begun.exclude(registration_closes_at__lte=now).filter(starts_at__gt=now)
        return events.order_by("-starts_at", "-id")

    def of_school(self, events: QuerySet, _name: str, school: School) -> QuerySet:
        """Held or hosted by it."""
        hosted = Event.host_schools.through.objects.filter(school=school).values("event_id")
        return events.filter(Q(school=school) | Q(pk__in=hosted))

    def in_municipality(self, events: QuerySet, _name: str, place: Municipality) -> QuerySet:
        """Events whose owner or host is there."""
        hosted = Event.host_schools.through.objects.filter(school__municipality=place).values("event_id")
        return events.filter(Q(pk__in=hosted) | Q(school__municipality=place))


def asked_month(text: str) -> datetime.date:
    """The first day of «2026-11»; of this month for anything that is none, or further than ten years away."""
    today = timezone.localdate().replace(day=1)
    try:
        month = datetime.date.fromisoformat(f"{text}-01")
    except ValueError:
        return today
    return month if abs(month.year - today.year) <= 10 else today
