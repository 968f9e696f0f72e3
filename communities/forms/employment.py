"""Choosing a school among hundreds, and what a school decides about its people."""

import itertools
from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from communities.actions.employment import RefusalReason
from communities.forms.long_select import LongSelect
from communities.models import Employment, Position, School, Teacher


class SchoolIterator(ModelChoiceIterator):
    """Schools under the names of their municipalities: a list of 400 stays usable without scripts. One query."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        schools = self.queryset.select_related("municipality").order_by("municipality__name", "municipality_id", "short_name", "id")
        for municipality, group in itertools.groupby(schools, key=lambda school: school.municipality.name):
            yield (municipality, [self.choice(school) for school in group])


class SchoolField(forms.ModelChoiceField):
    """An open school, grouped by municipality."""

    iterator = SchoolIterator
    widget = LongSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(School.objects.open(), **{"label": _("School"), "empty_label": _("Choose your school"), **kwargs})

    def label_from_instance(self, school: School) -> str:  # type: ignore[override]
        return f"{school.short_name}, {school.locality}" if school.locality else school.short_name


class PositionField(forms.ModelChoiceField):
    """A position of the closed list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Position.objects.current(), **{"label": _("Position"), "empty_label": _("Choose your position"), **kwargs})


class WorkplaceForm(forms.Form):
    """Ask for (another) workplace."""

    school = SchoolField()
    position = PositionField()

    def __init__(self, *args: Any, teacher: Teacher, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = School.objects.open().exclude(employments__in=Employment.objects.filter(teacher=teacher, ended_on=None))


class RefusalForm(forms.Form):
    """Why the school refuses."""

    reason = forms.ChoiceField(label=_("Reason"), choices=RefusalReason.choices)


class SchoolRolesForm(forms.Form):
    """Head and coordinator of a school."""

    is_head = forms.BooleanField(label=_("Head of the school"), required=False)
    is_coordinator = forms.BooleanField(label=_("Coordinator of the school"), required=False)
