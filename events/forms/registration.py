"""Asking for a place, and the list of those present."""

import datetime
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.forms.chosen import ChosenField
from communities.models import Teacher
from events.models import Event, EventSite


class SiteForm(forms.Form):
    """The site, where there are several."""

    site = forms.ModelChoiceField(
        EventSite.objects.none(),
        label=_("Where will you come"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the site."), "invalid_choice": _("Choose the site.")},
    )

    def __init__(self, *args: Any, event: Event, sites: list[EventSite], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        if sites:
            self.fields["site"].queryset = event.sites.all()  # type: ignore[attr-defined]
            self.fields["site"].choices = [(site.pk, words_of(site)) for site in sites]  # type: ignore[attr-defined]
        else:
            del self.fields["site"]


class RegistrationForm(SiteForm):
    """One button beside the site."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"form_key": uuid.uuid4()}, **kwargs)


def words_of(site: EventSite) -> str:
    """A site with what is left of it."""
    if site.capacity is None:
        return site.name
    left = max(site.capacity - site.taken, 0)
    return f"{site.name} ({gettext('%(count)d free') % {'count': left} if left else gettext('full, waiting list')})"


def colleagues(text: str) -> list[Teacher]:
    """Confirmed colleagues by the e-mails in a text, separated by commas; ValidationError names the unknown ones."""
    wanted = {part.strip().lower() for part in text.replace(";", ",").split(",") if part.strip()}
    found = list(Teacher.objects.active().filter(email__in=wanted).select_related("school")) if wanted else []
    missing = wanted - {(person.email or "").lower() for person in found}
    if missing:
        raise forms.ValidationError(gettext("No colleague is found by: %(addresses)s") % {"addresses": ", ".join(sorted(missing))}, code="unknown")
    return found


class ColleaguesForm(SiteForm):
    """Registering colleagues: a coordinator their own school's teachers, those who run the event anybody."""

    people = ChosenField(Teacher.objects.none(), to_field_name="pk", label=_("Teachers of the school"), required=False)
    more = forms.CharField(label=_("By e-mail"), max_length=1000, required=False, help_text=_("Colleagues of the network; several are separated by commas."))

    def __init__(self, *args: Any, people: Any, by_mail: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people  # type: ignore[attr-defined]
        if not by_mail:
            del self.fields["more"]

    def clean_more(self) -> list[Teacher]:
        """Found colleagues."""
        return colleagues(self.cleaned_data["more"])

    def chosen(self) -> list[Teacher]:
        """Everybody named, each once."""
        return list({*self.cleaned_data["people"], *self.cleaned_data.get("more", [])})


class AttendanceForm(forms.Form):
    """Who was there: those registered, those marked before, and others by e-mail."""

    present = ChosenField(Teacher.objects.none(), to_field_name="pk", label=_("Who was there"), required=False)
    more = forms.CharField(
        label=_("Who came without registration, by e-mail"), max_length=1000, required=False, help_text=_("Several addresses are separated by commas.")
    )
    # When the list was shown: who is marked later was not on it.
    asked_at = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["present"].queryset = people  # type: ignore[attr-defined]

    def clean_asked_at(self) -> datetime.datetime | None:
        """The moment; None for what is none."""
        try:
            moment = parse_datetime(self.cleaned_data["asked_at"])
        except ValueError:
            return None
        return moment if moment and timezone.is_aware(moment) else None

    def clean_more(self) -> list[Teacher]:
        """Found colleagues."""
        return colleagues(self.cleaned_data["more"])


class TableForm(forms.Form):
    """The table of an online room."""

    table = forms.FileField(label=_("Table of the online room"), help_text=_("CSV with a name or an e-mail and the minutes present."))
    least = forms.IntegerField(label=_("Counts as present from … minutes"), min_value=1, max_value=600, initial=15)
