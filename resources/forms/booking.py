"""Asking for a facility, and answering."""

import datetime
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import School
from resources.bookings import DAYS_AHEAD, Stretch, problem_of, repeated, taken_of
from resources.models import Facility

REPEATS = [("", _("once")), ("1", _("every week")), ("2", _("every two weeks"))]


class BookingForm(forms.Form):
    """A time, perhaps every week; messages stand at the field that is at fault."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    begins = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time", "step": 900}, format="%H:%M"))
    ends = forms.TimeField(label=_("To"), widget=forms.TimeInput(attrs={"type": "time", "step": 900}, format="%H:%M"))
    repeat = forms.ChoiceField(label=_("How often"), choices=REPEATS, required=False, widget=forms.RadioSelect)
    until = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    leave_out_taken = forms.BooleanField(label=_("Leave out the days on which it is taken"), required=False)
    school = forms.ModelChoiceField(School.objects.none(), label=_("For which school"), empty_label=None)
    purpose = forms.CharField(label=_("What for"), max_length=300, help_text=_("For example: laboratory works of grade 9, optics"))
    people = forms.IntegerField(label=_("How many people come"), min_value=1, max_value=2000, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, facility: Facility, schools: list[School], **kwargs: Any) -> None:
        kwargs["initial"] = {"form_key": uuid.uuid4(), "school": schools[0].pk, "repeat": "", **kwargs.get("initial", {})}
        super().__init__(*args, label_suffix="", **kwargs)
        self.facility = facility
        self.times: list[Stretch] = []
        self.fields["school"].queryset = School.objects.filter(pk__in=[school.pk for school in schools])  # type: ignore[attr-defined]
        if len(schools) == 1:
            self.fields["school"].widget = forms.HiddenInput()
        today = timezone.localdate()
        for name in ("day", "until"):
            self.fields[name].widget.attrs |= {"min": f"{today:%Y-%m-%d}", "max": f"{today + datetime.timedelta(days=DAYS_AHEAD):%Y-%m-%d}"}

    def clean(self) -> dict[str, Any]:
        """Works out `times`, and says why they cannot be."""
        cleaned = super().clean() or self.cleaned_data
        if {"day", "begins", "ends", "until"} & self.errors.keys():
            return cleaned
        first = Stretch(cleaned["day"], cleaned["begins"], cleaned["ends"])
        if cleaned.get("repeat"):
            if not cleaned.get("until"):
                self.add_error("until", gettext("Until which day?"))
                return cleaned
            if cleaned["until"] < first.day:
                self.add_error("until", gettext("The last day must not be before the first one."))
                return cleaned
            self.times = repeated(first, every_weeks=int(cleaned["repeat"]), until=cleaned["until"])
        else:
            self.times = [first]
        if cleaned.get("leave_out_taken"):
            taken = set(taken_of(self.facility, self.times))
            self.times = [time for time in self.times if time not in taken] or self.times
        self._complain(cleaned)
        return cleaned

    def _complain(self, cleaned: dict[str, Any]) -> None:
        people, seats = cleaned.get("people"), self.facility.seats
        if problem := problem_of(self.facility, self.times):
            self.add_error("ends" if cleaned["begins"] >= cleaned["ends"] else "until" if len(self.times) > 1 else "day", problem)
        elif people and seats and people > seats and (problem := problem_of(self.facility, self.times, people=people)):
            self.add_error("people", problem)


class AnswerForm(forms.Form):
    """Yes or no, in a few words; no says why."""

    answer = forms.CharField(
        label=_("A few words"), max_length=300, required=False, help_text=_("What to mind, whom to ask for the key; why not, if you decline")
    )
    leave_out_taken = forms.BooleanField(label=_("Leave out the times that are taken already"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.data.get("decision") == "declined" and not cleaned.get("answer"):
            self.add_error("answer", gettext("Say why: the colleague looks for another way then."))
        return cleaned


class CancelForm(forms.Form):
    """Taking a booking back, or calling it off."""

    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        # Who calls off what was promised to somebody else says why.
        self.fields["reason"].required = not is_own
