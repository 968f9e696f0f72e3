"""A reviewer's decision, and the mark «best practice»."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from resources.models.review import Decision

DECISIONS = [
    (Decision.ACCEPTED, _("Accept: the material is recommended and published")),
    (Decision.RETURNED, _("Return with comments: the authors change it and send it again")),
    (Decision.REJECTED, _("Reject: the material is not for this library")),
]


class ReviewForm(forms.Form):
    """A decision other than acceptance says why."""

    decision = forms.ChoiceField(label=_("Decision"), choices=DECISIONS, widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("Comment for the authors"),
        help_text=_("What is good, and what to change. Required unless you accept."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def clean(self) -> dict[str, Any]:
        """The reason goes to the comment's field."""
        cleaned = super().clean() or self.cleaned_data
        decision = cleaned.get("decision")
        if decision and decision != Decision.ACCEPTED and not cleaned.get("comment") and "comment" not in self.errors:
            self.add_error("comment", gettext("Tell the authors what to change or why you reject."))
        return cleaned


class BestPracticeForm(forms.Form):
    """Why this is a best practice: shown to every reader."""

    reason = forms.CharField(label=_("Why is it a best practice?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
