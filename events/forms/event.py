"""Forms of an event: what, for whom, when and where, how many; its programme and sites; its report."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.access_exchange import Owner
from communities.forms.chosen import ChosenField
from communities.forms.long_select import LongSelectMultiple
from communities.forms.need import value_of
from communities.models import Community, Employment, Membership, ProblemArea, School, Subject, Teacher
from communities.models.school import Direction
from events.forms.registration import colleagues
from events.models import Event, EventSession, EventSite, Plan, PlanItem
from events.models.event import EVENT_KINDS, EventAudience, EventFormat, EventVisibility
from foundation.activity import InteractionLevel

# Names among which organisers are chosen; others are added by their e-mail.
MOST_NAMES = 40
NETWORK = "network"
PLAIN = ("title", "kind", "level", "direction", "audience", "format", "visibility", "description", "place", "online_url", "capacity", "school_quota")


def day_input(**attrs: str) -> forms.DateInput:
    """The browser's own calendar."""
    return forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


def time_input() -> forms.TimeInput:
    """The browser's own clock."""
    return forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M")


def moment(day: datetime.date, time: datetime.time) -> datetime.datetime:
    """A moment of the network's time zone."""
    return timezone.make_aware(datetime.datetime.combine(day, time))


class OwnerForm(forms.Form):
    """Whose event it is, where more than one is possible."""

    owner = forms.ChoiceField(label=_("Whose event is it"))

    def __init__(self, *args: Any, owners: Sequence[Owner], network: bool, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.owners: dict[str, Owner | None] = {value_of(owner): owner for owner in owners}
        if network:
            self.owners[NETWORK] = None
        names = {value: str(owner) if owner else gettext("the network itself") for value, owner in self.owners.items()}
        self.fields["owner"].choices = list(names.items())  # type: ignore[attr-defined]

    def clean_owner(self) -> Owner | None:
        """The community or school; None for the network."""
        return self.owners[self.cleaned_data["owner"]]


def people_of(owner: Owner | None, event: Event | None, person: Teacher) -> QuerySet[Teacher]:
    """Whom one chooses organisers among: those who already are, oneself, and the first names of the community or school."""
    known = Q(pk=person.pk)
    if event is not None:
        known |= Q(pk__in=Event.organisers.through.objects.filter(event=event).values("teacher_id"))
    if isinstance(owner, Community):
        known |= Q(pk__in=Membership.objects.current().filter(community=owner).order_by("-role", "joined_on").values("teacher_id")[:MOST_NAMES])
    elif isinstance(owner, School):
        known |= Q(pk__in=Employment.objects.current().filter(school=owner).order_by("pk").values("teacher_id")[:MOST_NAMES])
    return Teacher.objects.filter(known).order_by("last_name", "first_name", "pk")


class EventForm(forms.Form):
    """The whole of an event."""

    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind of activity"), choices=EVENT_KINDS)
    audience = forms.ChoiceField(label=_("For whom"), choices=EventAudience.choices, initial=EventAudience.TEACHERS, widget=forms.RadioSelect)
    starts_on = forms.DateField(label=_("First day"), widget=day_input())
    starts_time = forms.TimeField(label=_("Begins at"), widget=time_input(), initial="15:00")
    ends_on = forms.DateField(label=_("Last day"), widget=day_input(), required=False, help_text=_("Leave it empty for an event of one day."))
    ends_time = forms.TimeField(label=_("Ends at"), widget=time_input(), initial="16:30")
    format = forms.ChoiceField(label=_("Format"), choices=EventFormat.choices, initial=EventFormat.ONSITE, widget=forms.RadioSelect)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    online_url = forms.URLField(
        label=_("Address of the online room"), max_length=300, required=False, assume_scheme="https", help_text=_("Seen by those who are registered.")
    )
    description = forms.CharField(
        label=_("What it is about"),
        max_length=10000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Markdown: an empty line begins a paragraph, - a list."),
    )
    subject = forms.ModelChoiceField(Subject.objects.current(), label=_("Subject"), to_field_name="code", required=False, empty_label=_("any subject"))
    problem_area = forms.ModelChoiceField(
        ProblemArea.objects.current(), label=_("Problem area"), to_field_name="code", required=False, empty_label=_("none in particular")
    )
    grade_from = forms.IntegerField(label=_("From grade"), min_value=1, max_value=11, required=False)
    grade_to = forms.IntegerField(label=_("To grade"), min_value=1, max_value=11, required=False)
    direction = forms.ChoiceField(label=_("Direction"), choices=[("", "—"), *Direction.choices], required=False)
    level = forms.ChoiceField(
        label=_("Level of interaction"),
        choices=[("", _("by the schools that take part")), *InteractionLevel.choices],
        required=False,
        help_text=_("Municipal and higher levels follow from an order or the organiser's status: they are said, never derived."),
    )
    visibility = forms.ChoiceField(label=_("Who sees it"), choices=EventVisibility.choices, initial=EventVisibility.PUBLIC, widget=forms.RadioSelect)
    has_registration = forms.BooleanField(label=_("People register"), required=False, initial=True)
    registration_from = forms.DateField(label=_("Registration from"), widget=day_input(), required=False)
    registration_until = forms.DateField(label=_("Registration until, that day included"), widget=day_input(), required=False)
    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=100000, required=False, help_text=_("Empty: as many as come."))
    school_quota = forms.IntegerField(label=_("Places of one school at most"), min_value=1, max_value=10000, required=False)
    plan_item = forms.ModelChoiceField(PlanItem.objects.none(), label=_("Item of the plan"), required=False, empty_label=_("not in the plan"))
    host_schools = ChosenField(
        School.objects.none(), label=_("Host schools"), required=False, to_field_name="slug", widget=LongSelectMultiple(attrs={"size": 6})
    )
    organisers = ChosenField(Teacher.objects.none(), to_field_name="pk", label=_("Organisers"), required=False)
    more_organisers = forms.CharField(
        label=_("More organisers, by e-mail"), max_length=500, required=False, help_text=_("Colleagues of the network; several are separated by commas.")
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, owner: Owner | None, person: Teacher, event: Event | None = None, like: Event | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {"form_key": uuid.uuid4(), **_told(event or like, is_new=event is None), **kwargs.get("initial", {})}
        if event is None and like is None and isinstance(owner, School):
            kwargs["initial"]["host_schools"] = [owner.slug]
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["organisers"].queryset = people_of(owner, event or like, person)  # type: ignore[attr-defined]
        self.initial.setdefault("organisers", [person.pk])
        self.fields["host_schools"].queryset = School.objects.open().only("slug", "short_name").order_by("short_name")  # type: ignore[attr-defined]
        self.fields["plan_item"].queryset = _items_of(owner, event)  # type: ignore[attr-defined]

    def clean_more_organisers(self) -> list[Teacher]:
        """Confirmed colleagues by their addresses."""
        return colleagues(self.cleaned_data["more_organisers"])

    def clean(self) -> dict[str, Any]:
        """Days, grades and the window of registration in their order, each error at its field."""
        told = super().clean() or self.cleaned_data
        last = told.get("ends_on") or told.get("starts_on")
        if {"starts_on", "starts_time", "ends_time"} <= told.keys() and last:
            if last < told["starts_on"]:
                self.add_error("ends_on", gettext("The last day must not be before the first one."))
            elif last == told["starts_on"] and told["ends_time"] <= told["starts_time"]:
                self.add_error("ends_time", gettext("It ends before it begins."))
        self._check_registration(told, last)
        self._check_grades(told)
        return told

    def _check_registration(self, told: dict[str, Any], last: datetime.date | None) -> None:
        first, until = told.get("registration_from"), told.get("registration_until")
        if first and until and until < first:
            self.add_error("registration_until", gettext("The last day must not be before the first one."))
        elif until and last and until > last:
            self.add_error("registration_until", gettext("The event is over by then."))

    def _check_grades(self, told: dict[str, Any]) -> None:
        first, last = told.get("grade_from"), told.get("grade_to")
        if told.get("audience") == EventAudience.PUPILS and first is None:
            self.add_error("grade_from", gettext("For pupils of which grades?"))
        elif (first is None) != (last is None) and "grade_to" in told and "grade_from" in told:
            self.add_error("grade_to", gettext("Say both grades."))
        elif first is not None and last is not None and last < first:
            self.add_error("grade_to", gettext("The last grade must not be below the first one."))

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        told = self.cleaned_data
        pupils = told["audience"] == EventAudience.PUPILS
        until = told["registration_until"]
        kept = {name: told[name] for name in (*PLAIN, "subject", "problem_area", "has_registration", "plan_item")}
        return {
            **kept,
            "grade_from": told["grade_from"] if pupils else None,
            "grade_to": (told["grade_to"] or told["grade_from"]) if pupils else None,
            "starts_at": moment(told["starts_on"], told["starts_time"]),
            "ends_at": moment(told["ends_on"] or told["starts_on"], told["ends_time"]),
            "registration_opens_at": moment(told["registration_from"], datetime.time.min) if told["registration_from"] else None,
            "registration_closes_at": moment(until + datetime.timedelta(days=1), datetime.time.min) if until else None,
            "host_schools": list(told["host_schools"]),
            "organisers": list({*told["organisers"], *told["more_organisers"]}),
        }


def _told(event: Event | None, *, is_new: bool) -> dict[str, Any]:
    """An event as the form shows it; the next of a series (`is_new`) has no days and no registration yet."""
    if event is None:
        return {}
    starts, ends = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    told: dict[str, Any] = {name: getattr(event, name) for name in (*PLAIN, "has_registration", "grade_from", "grade_to")}
    told |= {name: value.code for name in ("subject", "problem_area") if (value := getattr(event, name))}
    told |= {"starts_time": starts.time(), "ends_time": ends.time(), "host_schools": [school.slug for school in event.host_schools.all()]}
    told["organisers"] = [person.pk for person in event.organisers.all()]
    if not is_new:
        opens, closes = event.registration_opens_at, event.registration_closes_at
        told |= {"starts_on": starts.date(), "ends_on": ends.date() if ends.date() != starts.date() else None, "plan_item": event.plan_item_id}
        told["registration_from"] = timezone.localdate(opens) if opens else None
        told["registration_until"] = timezone.localdate(closes - datetime.timedelta(seconds=1)) if closes else None
    return told


def _items_of(owner: Owner | None, event: Event | None) -> QuerySet[PlanItem]:
    """Open items of the owner's approved plans, and the one it stands at already."""
    if owner is None:
        return PlanItem.objects.none()
    plans = Plan.objects.filter(approved_at__isnull=False, **{"school" if isinstance(owner, School) else "community": owner})
    items = PlanItem.objects.open().filter(plan__in=plans)
    if event is not None and event.plan_item_id:
        items = items | PlanItem.objects.filter(pk=event.plan_item_id)
    return items.order_by("planned_on", "pk")


class ReportForm(forms.Form):
    """It took place, and what came of it."""

    held_on = forms.DateField(label=_("Held on"), widget=day_input())
    outcome = forms.CharField(
        label=_("What came of it"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Two or three sentences: what was done, what it gave, what comes next. Without pupils' names."),
    )

    def clean_held_on(self) -> datetime.date:
        """Never in the future."""
        day = self.cleaned_data["held_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("This day is still to come."), code="future")
        return day


class CancelForm(forms.Form):
    """Why it will not take place."""

    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Those who are registered read it."))


class SiteForm(forms.Form):
    """One of several places."""

    name = forms.CharField(label=_("Site"), max_length=120)
    school = forms.ModelChoiceField(School.objects.none(), label=_("School"), required=False, to_field_name="slug", empty_label=_("no school"))
    address = forms.CharField(label=_("Address or room"), max_length=200, required=False)
    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=100000, required=False)

    def __init__(self, *args: Any, site: EventSite | None = None, **kwargs: Any) -> None:
        if site is not None:
            kwargs["initial"] = {"name": site.name, "school": site.school.slug if site.school else None, "address": site.address, "capacity": site.capacity}
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["school"].queryset = School.objects.open().only("slug", "short_name").order_by("short_name")  # type: ignore[attr-defined]


class ProgrammeForm(forms.Form):
    """One line of the programme."""

    title = forms.CharField(label=_("Title"), max_length=200)
    speaker = forms.CharField(label=_("Who leads it"), max_length=200, required=False)
    day = forms.DateField(label=_("Day"), widget=day_input())
    begins = forms.TimeField(label=_("From"), widget=time_input())
    ends = forms.TimeField(label=_("To"), widget=time_input())
    site = forms.ModelChoiceField(EventSite.objects.none(), label=_("Site"), required=False, empty_label=_("everywhere"))

    def __init__(self, *args: Any, event: Event, session: EventSession | None = None, **kwargs: Any) -> None:
        starts = timezone.localtime(session.starts_at if session else event.starts_at)
        initial: dict[str, Any] = {"day": starts.date(), "begins": starts.time()}
        if session is not None:
            initial |= {"title": session.title, "speaker": session.speaker, "ends": timezone.localtime(session.ends_at).time(), "site": session.site_id}
        super().__init__(*args, label_suffix="", initial=initial, **kwargs)
        self.event = event
        self.fields["site"].queryset = event.sites.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Within the days of the event, in order."""
        told = super().clean() or self.cleaned_data
        first, last = timezone.localdate(self.event.starts_at), timezone.localdate(self.event.ends_at)
        if told.get("day") and not first <= told["day"] <= last:
            self.add_error("day", gettext("The event is not on this day."))
        if {"begins", "ends"} <= told.keys() and told["ends"] <= told["begins"]:
            self.add_error("ends", gettext("It ends before it begins."))
        return told

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        told = self.cleaned_data
        kept = {name: told[name] for name in ("title", "speaker", "site")}
        return {**kept, "starts_at": moment(told["day"], told["begins"]), "ends_at": moment(told["day"], told["ends"])}
