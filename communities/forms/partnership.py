"""Reasons and outcomes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models.partnership import Outcome


class ReasonForm(forms.Form):
    """Why not, or why no longer."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The other side reads it. One sentence is enough.")
    )


class OutcomeForm(forms.Form):
    """What came of it."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect)
    report = forms.CharField(
        label=_("What came of it"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was done, what it gave the pupils and teachers, what you would do differently. Without pupils' names."),
    )
