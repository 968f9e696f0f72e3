"""Describing a facility and its week grid."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from communities.models import Employment, School, Subject, Teacher
from resources.actions.facility import Hour
from resources.bookings import FIRST_HOUR, LAST_HOUR
from resources.models import Facility
from resources.models.facility import FacilityKind

WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


class FacilityForm(forms.Form):
    """What is lent, by which rules, and at which hours of the week."""

    kind = forms.ChoiceField(label=_("Kind"), choices=FacilityKind.choices, widget=forms.RadioSelect)
    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("For example: physics laboratory, sports hall, 3D printer, hours of a speech therapist")
    )
    description = forms.CharField(label=_("What it is and what one can do there"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    subject = forms.ModelChoiceField(Subject.objects.current(), label=_("Subject"), required=False, empty_label=_("for any subject"))
    place = forms.CharField(label=_("Where it is"), max_length=160, required=False, help_text=_("Building, floor, room; how to get in"))
    seats = forms.IntegerField(label=_("How many people at once"), min_value=1, max_value=2000, required=False)
    rules = forms.CharField(
        label=_("Rules"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What to bring, who is responsible for safety, what it costs if it costs anything"),
    )
    responsible = forms.ModelChoiceField(
        Teacher.objects.none(),
        label=_("Who answers bookings beside the coordinator"),
        required=False,
        empty_label=_("the coordinator alone"),
        help_text=_("A colleague of the school: the keeper of the laboratory, the specialist"),
    )
    hours = forms.MultipleChoiceField(
        label=_("When it can be booked"),
        choices=[(f"{weekday}-{hour}", f"{weekday} {hour}:00") for weekday in range(7) for hour in range(FIRST_HOUR, LAST_HOUR + 1)],
        error_messages={"required": _("Mark at least one hour of the week.")},
    )

    def __init__(self, *args: Any, school: School, facility: Facility | None = None, **kwargs: Any) -> None:
        if facility is not None:
            told = {name: getattr(facility, name) for name in ("kind", "title", "description", "subject", "place", "seats", "rules", "responsible")}
            kwargs["initial"] = {**told, "hours": [f"{weekday}-{hour}" for weekday, hour in facility.hours.values_list("weekday", "hour")]}
        super().__init__(*args, label_suffix="", **kwargs)
        here = Employment.objects.current().filter(school=school).values("teacher_id")
        self.fields["responsible"].queryset = Teacher.objects.active().filter(pk__in=here)  # type: ignore[attr-defined]

    @property
    def told(self) -> list[forms.BoundField]:
        """The fields above the grid."""
        return [self[name] for name in self.fields if name != "hours"]

    @property
    def grid(self) -> list[tuple[int, list[tuple[str, str, bool]]]]:
        """Rows of the week grid: the hour, and for each weekday the value, what is read aloud, whether it is marked."""
        marked = set(self["hours"].value() or ())
        return [
            (hour, [(f"{weekday}-{hour}", f"{name}, {hour}:00–{hour + 1}:00", f"{weekday}-{hour}" in marked) for weekday, name in enumerate(WEEKDAYS)])
            for hour in range(FIRST_HOUR, LAST_HOUR + 1)
        ]

    @property
    def weekdays(self) -> list[tuple[Any, Any]]:
        """The heads of the grid's columns, in short and in full."""
        return list(zip(WEEKDAYS_ABBR.values(), WEEKDAYS, strict=True))

    def clean_hours(self) -> list[Hour]:
        """Pairs of a weekday and an hour."""
        return [(int(weekday), int(hour)) for weekday, hour in (value.split("-") for value in self.cleaned_data["hours"])]


class PhotoForm(forms.Form):
    """One more picture."""

    photo = forms.FileField(label=_("Photo"), widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}))
    caption = forms.CharField(
        label=_("What is in the picture"), max_length=160, required=False, help_text=_("Without pupils: everybody in the network sees it.")
    )


class CloseForm(forms.Form):
    """Why it is lent no longer."""

    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Those whose bookings are called off read it."))
