"""Narrowing the list of shared facilities. Unknown values are ignored, never an error."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from communities.filters import Narrowing, TitledFilter
from communities.models import Municipality, School, Subject
from resources.models import Facility
from resources.models.facility import FacilityKind


class FacilityFilter(Narrowing):
    """By words, kind, subject, municipality and school."""

    q = TitledFilter(label=_("Title or place"), max_length=200, widget=forms.TextInput(attrs={"type": "search"}))
    kind = django_filters.ChoiceFilter(choices=FacilityKind.choices, label=_("Kind"), empty_label=_("any kind"))
    subject = django_filters.ModelChoiceFilter(queryset=Subject.objects.current(), to_field_name="code", label=_("Subject"), empty_label=_("any subject"))
    municipality = django_filters.ModelChoiceFilter(
        field_name="school__municipality",
        queryset=Municipality.objects.all(),
        to_field_name="slug",
        label=_("Municipality"),
        empty_label=_("all municipalities"),
    )
    school = django_filters.ModelChoiceFilter(queryset=School.objects.all(), to_field_name="slug", widget=forms.HiddenInput())

    class Meta:
        model = Facility
        fields: list[str] = []
