"""Narrowing the directory of best-practice schools."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from communities.filters import Narrowing, TitledFilter
from communities.models import Municipality, ProblemArea, Subject
from events.models import BestPracticeSchool, Cohort


class BestPracticeFilter(Narrowing):
    """Parameters `q subject area municipality calling`; lists by their codes."""

    q = TitledFilter(label=_("Words of the title"), max_length=200, widget=forms.TextInput(attrs={"type": "search", "maxlength": 200}))
    subject = django_filters.ModelChoiceFilter(label=_("Subject"), queryset=Subject.objects.current(), to_field_name="code", empty_label=_("any subject"))
    area = django_filters.ModelChoiceFilter(
        label=_("Problem area"), queryset=ProblemArea.objects.current(), to_field_name="code", field_name="problem_area", empty_label=_("any area")
    )
    municipality = django_filters.ModelChoiceFilter(
        label=_("Municipality"),
        queryset=Municipality.objects.all(),
        to_field_name="slug",
        field_name="host_school__municipality",
        empty_label=_("all municipalities"),
    )
    calling = django_filters.ChoiceFilter(label=_("Applications"), choices=[("now", _("taken now"))], empty_label=_("does not matter"), method="that_call")

    class Meta:
        model = BestPracticeSchool
        fields: list[str] = []

    def that_call(self, schools: QuerySet, _name: str, _value: str) -> QuerySet:
        """Those whose cohort takes applications today."""
        return schools.filter(pk__in=Cohort.objects.calling().values("best_practice_school_id"))
