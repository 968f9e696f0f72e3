"""Forms of a need: what is asked or offered, by whom, when, for how many."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.access_exchange import Owner
from communities.models import EducationLevel, Need, School, Subject
from communities.models.need import MOST_AT_ONCE, NeedKind
from communities.models.school import DIRECTIONS_OF


def value_of(owner: Owner) -> str:
    """A side as the value of a field."""
    return f"{'school' if isinstance(owner, School) else 'community'}:{owner.pk}"


class SideField(forms.ChoiceField):
    """One of the schools and communities for which the person may speak; a foreign one is no choice. Cleans to the object."""

    def __init__(self, *, sides: Sequence[Owner] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sides = {value_of(side): side for side in sides}
        self.choices = [(value, str(side)) for value, side in self.sides.items()]
        if len(sides) == 1:
            self.initial = next(iter(self.sides))

    def clean(self, value: Any) -> Any:
        return self.sides[super().clean(value)]


def _directions() -> list[tuple[Any, Any]]:
    """The source's table as groups."""
    grouped = [(peculiarity.label, [(direction.value, direction.label) for direction in found]) for peculiarity, found in DIRECTIONS_OF.items()]
    return [("", "—"), *grouped]


class NeedForm(forms.ModelForm):
    """What an owner changes later, too."""

    load_limit = forms.IntegerField(
        label=_("How many partners at most"),
        min_value=1,
        max_value=MOST_AT_ONCE,
        initial=1,
        help_text=_("With so many partners the need leaves the list by itself."),
    )

    class Meta:
        model = Need
        fields = ["direction", "subject", "education_level", "title", "text", "format", "starts_on", "ends_on", "load_limit"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 4}),
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "format": forms.RadioSelect,
        }
        labels = {"starts_on": _("First day"), "ends_on": _("Last day")}
        help_texts = {
            "title": _("In one line, as you would tell a colleague: «Physics teacher for joint lessons in grade 9»."),
            "text": _("What exactly, for how many, what you bring yourselves. No names and no telephones of pupils."),
            "ends_on": _("After this day the need leaves the list."),
            "subject": _("Leave it open when it does not matter: then it fits every subject."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["direction"].choices = _directions()
        for name, model in (("subject", Subject), ("education_level", EducationLevel)):
            self.fields[name].queryset = model.objects.current()
            self.fields[name].to_field_name = "code"
            self.fields[name].empty_label = _("does not matter")
            if kept := getattr(self.instance, name):
                self.fields[name].queryset = self.fields[name].queryset | model.objects.filter(pk=kept.pk)
                self.initial[name] = kept.code

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return {name: self.cleaned_data[name] for name in NeedForm.Meta.fields}

    def _post_clean(self) -> None:
        """The actions judge days and limits; the instance stays as it is until they have."""


class NewNeedForm(NeedForm):
    """A new need: of which kind, and whose."""

    kind = forms.ChoiceField(label=_("What is it"), choices=[(NeedKind.REQUEST, _("we ask")), (NeedKind.OFFER, _("we offer"))], widget=forms.RadioSelect)
    field_order = ["kind", "owner"]

    def __init__(self, *args: Any, sides: Sequence[Owner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = SideField(label=_("For whom"), sides=sides)
        self.order_fields(self.field_order)


class ProposalForm(forms.Form):
    """Answering a need, or asking a side that fits: who, and a word to it."""

    message = forms.CharField(
        label=_("A word to the other side"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you bring, when it suits you. You may leave it empty."),
    )

    field_order = ["side", "message"]

    def __init__(self, *args: Any, sides: Sequence[Owner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"] = SideField(label=_("For whom"), sides=sides)
        self.order_fields(self.field_order)
