"""Which communities are called for materials."""

import datetime

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import Community

# Days that a call is given, and how far ahead one may be dated.
USUAL, LONGEST = 30, 366


class CallForm(forms.Form):
    """Communities of the subject that are not called yet; a single one is chosen already."""

    communities = forms.ModelMultipleChoiceField(
        Community.objects.none(),
        label=_("Whom to ask"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one community.")},
        help_text=_("The call stands on the community's page and among the tasks of its members until somebody closes it."),
    )

    due_on = forms.DateField(
        label=_("Needed by"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "in"}),
        help_text=_("After this day it is nobody's task any more; the call stays on the page until it is closed."),
    )

    def __init__(self, *args: object, communities: QuerySet[Community], **kwargs: object) -> None:
        super().__init__(*args, label_suffix="", **kwargs)  # type: ignore[arg-type]
        self.fields["communities"].queryset = communities  # type: ignore[attr-defined]
        self.initial["due_on"] = timezone.localdate() + datetime.timedelta(days=USUAL)
        if len(communities) == 1:
            self.initial["communities"] = [communities[0].pk]

    def clean_due_on(self) -> datetime.date:
        """From today to a year ahead."""
        day: datetime.date = self.cleaned_data["due_on"]
        today = timezone.localdate()
        if not today <= day <= today + datetime.timedelta(days=LONGEST):
            raise forms.ValidationError(gettext("Choose a day between today and a year from now."), code="day")
        return day
