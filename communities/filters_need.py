"""Narrowing the list of needs. A value that is not on a list is ignored, never an error."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from communities.filters import Narrowing, TitledFilter
from communities.models import EducationLevel, Municipality, Need, Subject
from communities.models.need import NeedFormat, NeedKind
from communities.models.school import Direction

ANY = _("does not matter")
ORDERS = {"new": ("-opened_on", "-id"), "waiting": ("opened_on", "id")}


class NeedFilter(Narrowing):
    """Parameters `q kind direction subject level format municipality sort`; lists by their codes."""

    q = TitledFilter(label=_("Words of the title"), max_length=200, widget=forms.TextInput(attrs={"type": "search", "maxlength": 200}))
    kind = django_filters.ChoiceFilter(label=_("Requests or offers"), choices=NeedKind.choices, empty_label=_("both"))
    direction = django_filters.ChoiceFilter(label=_("Direction"), choices=Direction.choices, empty_label=ANY)
    subject = django_filters.ModelChoiceFilter(
        label=_("Subject"), queryset=Subject.objects.current(), to_field_name="code", empty_label=ANY, method="with_subject"
    )
    level = django_filters.ModelChoiceFilter(
        label=_("Level of education"), queryset=EducationLevel.objects.current(), to_field_name="code", empty_label=ANY, method="with_level"
    )
    format = django_filters.ChoiceFilter(label=_("Format"), choices=NeedFormat.choices, empty_label=ANY)
    municipality = django_filters.ModelChoiceFilter(
        label=_("Municipality"),
        queryset=Municipality.objects.all(),
        to_field_name="slug",
        empty_label=_("all municipalities"),
        field_name="school__municipality",
    )
    sort = django_filters.ChoiceFilter(label=_("Order"), choices=[("waiting", _("waiting longest first"))], empty_label=_("new first"), method="in_order")

    class Meta:
        model = Need
        fields: list[str] = []

    def with_subject(self, needs: QuerySet, _name: str, subject: Subject) -> QuerySet:
        """A need whose subject is left open fits every subject."""
        return needs.filter(Q(subject=subject) | Q(subject=None))

    def with_level(self, needs: QuerySet, _name: str, level: EducationLevel) -> QuerySet:
        return needs.filter(Q(education_level=level) | Q(education_level=None))

    def in_order(self, needs: QuerySet, _name: str, value: str) -> QuerySet:
        return needs.order_by(*ORDERS[value])

    @property
    def chosen(self) -> bool:
        """Does any filter narrow the list? The order does not."""
        return any(value not in (None, "") for name, value in self.form.cleaned_data.items() if name != "sort")

    @property
    def values(self) -> dict[str, Any]:
        """What was chosen, after `qs`."""
        return self.form.cleaned_data
