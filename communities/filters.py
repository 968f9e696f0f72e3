"""Narrowing the directory and the list of schools. Unknown values are ignored, never an error."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from communities.forms.long_select import LongSelect
from communities.models import EducationLevel, Municipality, Position, School, Subject, Teacher
from communities.models.school import Peculiarity
from communities.models.teacher import Category


class NamedFilter(django_filters.CharFilter):
    """Every word begins a word of the folded name."""

    def filter(self, qs: Any, value: str) -> QuerySet:
        return qs.named(value) if value else qs


class TitledFilter(django_filters.CharFilter):
    """Every word, in any form, begins a word of the folded title."""

    def filter(self, qs: Any, value: str) -> QuerySet:
        return qs.titled(value) if value else qs


class Narrowing(django_filters.FilterSet):
    """A filter that knows whether it narrows anything."""

    @property
    def chosen(self) -> bool:
        """Does any filter narrow the list? Ask after `qs`."""
        return any(value not in (None, "") for value in self.form.cleaned_data.values())


class TeacherFilter(Narrowing):
    """The directory of teachers."""

    q = NamedFilter(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"type": "search"}))
    subject = django_filters.ModelChoiceFilter(
        field_name="subjects", queryset=Subject.objects.current(), to_field_name="code", label=_("Subject"), empty_label=_("any subject")
    )
    municipality = django_filters.ModelChoiceFilter(
        field_name="school__municipality",
        queryset=Municipality.objects.all(),
        to_field_name="slug",
        label=_("Municipality"),
        empty_label=_("all municipalities"),
    )
    school = django_filters.ModelChoiceFilter(
        queryset=School.objects.open().only("slug", "short_name"), to_field_name="slug", label=_("School"), empty_label=_("any school"), widget=LongSelect
    )
    position = django_filters.ModelChoiceFilter(queryset=Position.objects.current(), to_field_name="code", label=_("Position"), empty_label=_("any position"))
    category = django_filters.ChoiceFilter(choices=Category.choices, label=_("Category"), empty_label=_("any category"))

    class Meta:
        model = Teacher
        fields: list[str] = []


class SchoolFilter(Narrowing):
    """The list of schools."""

    q = NamedFilter(label=_("Name or locality"), max_length=200, widget=forms.TextInput(attrs={"type": "search"}))
    municipality = django_filters.ModelChoiceFilter(
        queryset=Municipality.objects.all(), to_field_name="slug", label=_("Municipality"), empty_label=_("all municipalities")
    )
    level = django_filters.ModelChoiceFilter(
        field_name="education_levels",
        queryset=EducationLevel.objects.current(),
        to_field_name="code",
        label=_("Level of education"),
        empty_label=_("any level"),
    )
    peculiarity = django_filters.ChoiceFilter(choices=Peculiarity.choices, method="with_peculiarity", label=_("Peculiarity"), empty_label=_("any peculiarity"))

    class Meta:
        model = School
        fields: list[str] = []

    def with_peculiarity(self, schools: QuerySet, name: str, value: str) -> QuerySet:
        """Schools that have it today; the constraint keeps it to one row a school."""
        return schools.filter(peculiarities__peculiarity=value, peculiarities__ended_on=None)
