"""Narrowing the list of communities. A value that is not on a list is ignored, never an error."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from communities.models import Community, CommunityForm, ProblemArea, Subject
from communities.models.community import CommunityKind


class CommunityFilter(django_filters.FilterSet):
    """Parameters `q kind subject problem_area form mine`; lists by their codes."""

    q = django_filters.CharFilter(
        label=_("Name of the community"), method="by_name", max_length=200, widget=forms.TextInput(attrs={"type": "search", "maxlength": 200, "class": "in"})
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=CommunityKind.choices, empty_label=_("does not matter"))
    subject = django_filters.ModelChoiceFilter(label=_("Subject"), queryset=Subject.objects.current(), to_field_name="code", empty_label=_("does not matter"))
    problem_area = django_filters.ModelChoiceFilter(
        label=_("Problem area"), queryset=ProblemArea.objects.current(), to_field_name="code", empty_label=_("does not matter")
    )
    form = django_filters.ModelChoiceFilter(label=_("Form"), queryset=CommunityForm.objects.current(), to_field_name="code", empty_label=_("does not matter"))
    mine = django_filters.BooleanFilter(label=_("Only mine"), method="of_mine", widget=forms.CheckboxInput)

    class Meta:
        model = Community
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.request.user.is_authenticated:
            del self.filters["mine"]

    def by_name(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.named(value)

    def of_mine(self, queryset: QuerySet, _name: str, value: bool) -> QuerySet:
        return queryset.filter(pk__in=self.request.user.current_memberships) if value else queryset

    @property
    def chosen(self) -> bool:
        """Does any filter narrow the list?"""
        return any(value not in (None, "", False) for value in self.form.cleaned_data.values())
