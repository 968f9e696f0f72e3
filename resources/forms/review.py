"""A reviewer's decision with its sheet, what they propose for the fields, and the mark «best practice»."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from resources.forms.lists import offer_lists
from resources.forms.material import MaterialForm
from resources.forms.together import Together
from resources.models import Material
from resources.models.review import Criterion, Decision, Mark
from resources.suggestions import LABELS, LISTS, Proposal, plain_lines, raw_value

DECISIONS = [
    (Decision.ACCEPTED, _("Accept: the material is recommended and published")),
    (Decision.RETURNED, _("Return with comments: the authors change it and send it again")),
    (Decision.REJECTED, _("Reject: the material is not for this library")),
]

# What a reviewer looks at (vocabularies.md, review criteria): an aid to reading, not a score.
CRITERIA = {
    Criterion.STANDARDS: (_("Standards"), _("fits the federal standard and the federal work programme")),
    Criterion.ACCURACY: (_("Accuracy"), _("facts, formulas and terms are right, sources are named")),
    Criterion.METHOD: (_("Method"), _("the aim is clear, the tasks lead to it and suit the age")),
    Criterion.REUSE: (_("Reuse"), _("a colleague can hold the lesson without asking the author")),
    Criterion.RIGHTS: (_("Authorship and rights"), _("no scans of textbooks, no closed exam papers, borrowed parts are named")),
    Criterion.SAFETY: (_("Personal data and safety"), _("no pupils' names, faces or marks; experiments are safe")),
    Criterion.FORM: (_("Layout"), _("readable, complete, prints well")),
}
MARKS = [(Mark.YES, _("yes")), (Mark.PARTLY, _("partly")), (Mark.NO, _("no"))]


class ReviewForm(forms.Form):
    """The sheet and a decision; one other than acceptance says why.

    `seen` is the submission that the page showed: what was taken back and sent anew must be read anew.
    """

    decision = forms.ChoiceField(label=_("Decision"), choices=DECISIONS, widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("Comment for the authors"),
        help_text=_("What is good, and what to change. Required unless you accept."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, material: Material, **kwargs: Any) -> None:
        self.submission = material.submitted_at.isoformat() if material.submitted_at else ""
        super().__init__(*args, label_suffix="", initial={"seen": self.submission}, **kwargs)
        for criterion, (label, text) in CRITERIA.items():
            self.fields[criterion.value] = forms.ChoiceField(label=label, help_text=text, choices=MARKS, widget=forms.RadioSelect)

    def clean(self) -> dict[str, Any]:
        """The reason goes to the comment's field."""
        cleaned = super().clean() or self.cleaned_data
        decision = cleaned.get("decision")
        if decision and decision != Decision.ACCEPTED and not cleaned.get("comment") and "comment" not in self.errors:
            self.add_error("comment", gettext("Tell the authors what to change or why you reject."))
        if cleaned.get("seen") and cleaned["seen"] != self.submission:
            self.add_error(None, gettext("The authors have changed the material and sent it again since you opened it. Look at it once more."))
        return cleaned

    @property
    def sheet(self) -> list[forms.BoundField]:
        """The lines of the sheet."""
        return [self[criterion.value] for criterion in CRITERIA]

    @property
    def verdict(self) -> list[forms.BoundField]:
        """What follows the sheet."""
        return [self["decision"], self["comment"]]

    def marks(self) -> dict[str, str]:
        """Criterion → mark."""
        return {criterion.value: self.cleaned_data[criterion.value] for criterion in CRITERIA}


class SuggestionForm(Together):
    """The fields of the material that a reviewer may reword; filled with what stands there. Checked as the author's own form checks them.

    Authors may edit the words about a published material while its new version is reviewed: what they changed is no proposal of the reviewer's.
    """

    prefix = "suggest"
    title = MaterialForm.base_fields["title"]
    annotation = MaterialForm.base_fields["annotation"]
    topic = MaterialForm.base_fields["topic"]
    subject = MaterialForm.base_fields["subject"]
    grades = MaterialForm.base_fields["grades"]
    type = MaterialForm.base_fields["type"]
    purpose = MaterialForm.base_fields["purpose"]
    duration_minutes = MaterialForm.base_fields["duration_minutes"]

    def __init__(self, *args: Any, material: Material, **kwargs: Any) -> None:
        self.material = material
        initial: dict[str, Any] = {name: raw_value(material, name) for name in LABELS}
        initial["grades"] = initial["grades"].split(",") if initial["grades"] else []
        super().__init__(*args, label_suffix="", initial=initial, **kwargs)
        for name in LISTS:
            if initial[name]:
                field = self.fields[name]
                field.queryset = field.queryset | field.queryset.model.objects.filter(pk=initial[name])  # type: ignore[attr-defined]
        offer_lists(self, list(LISTS))

    def clean(self) -> dict[str, Any]:
        """Both texts where the authors changed meanwhile what the reviewer rewords."""
        cleaned = super().clean() or self.cleaned_data
        self.compare()
        return cleaned

    def proposals(self) -> list[Proposal]:
        """What differs from the material. An emptied field proposes nothing: to leave something out is a matter for the comment."""
        names = [name for name in LABELS if name not in self.untouched]
        return [Proposal(name, raw) for name in names if (raw := self._raw(name)) and raw != raw_value(self.material, name)]

    def _raw(self, name: str) -> str:
        value = self.cleaned_data.get(name)
        if name in LISTS:
            return str(value.pk) if value else ""
        if name == "grades":
            chosen = sorted(int(grade) for grade in value or ())
            return ",".join(map(str, range(chosen[0], chosen[-1] + 1))) if chosen else ""
        return plain_lines(str(value or ""))


def clean_suggestion(material: Material, field: str, raw: str, *, teacher: Any) -> Any:
    """The proposed value as the author's form cleans it today; raises ValidationError with the form's words when it no longer passes."""
    stands = {name: raw_value(material, name) for name in LABELS} | {field: raw}
    data: dict[str, Any] = {**stands, "grades": stands["grades"].split(",") if stands["grades"] else []}
    form = MaterialForm(data, teacher=teacher, material=material, may_change_files=False)
    if field in form.errors:
        raise forms.ValidationError(form.errors[field])
    return form.cleaned_data[field]


class BestPracticeForm(forms.Form):
    """Why this is a best practice: shown to every reader."""

    reason = forms.CharField(label=_("Why is it a best practice?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
