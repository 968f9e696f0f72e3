"""A reader's report of a problem, and what a curator does about a finding."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from resources.care import REMEDIES
from resources.models.care import Finding, Remedy, ReportReason


class ReportForm(forms.Form):
    """«Something else» is said in words."""

    reason = forms.ChoiceField(label=_("What is wrong"), choices=ReportReason.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Where and what"),
        help_text=_("The page, the link, the file. Required for “something else”."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def clean(self) -> dict[str, Any]:
        """The missing words are told at their field."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("reason") == ReportReason.OTHER and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", gettext("Say what is wrong."))
        return cleaned


class CareForm(forms.Form):
    """One of the finding's remedies; leaving a material as it is asks for a reason."""

    remedy = forms.ChoiceField(label=_("What to do"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In words"),
        help_text=_("The question to the authors, or why the material stays. Authors and readers who reported a problem see it."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any, *, finding: Finding) -> None:
        remedies = REMEDIES[finding]
        super().__init__(data, label_suffix="", initial={"remedy": remedies[0].value})
        self.fields["remedy"].choices = [(remedy.value, remedy.label) for remedy in remedies]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A dismissal and a question are empty without words."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("remedy") in (Remedy.DISMISS, Remedy.ASK) and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", gettext("Write a sentence: what you ask, or why the material stays."))
        return cleaned
