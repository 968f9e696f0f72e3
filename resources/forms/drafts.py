"""What several drafts are given together; a field left alone changes nothing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Subject, Teacher
from resources.access import shelf_owners
from resources.forms.lists import offer_lists
from resources.forms.material import ReferenceField, ShelfField, licence_words
from resources.models import MaterialType
from resources.models.material import Licence, Visibility

KEEP = "keep"
AS_IT_IS = _("leave as it is")


class DraftsForm(forms.Form):
    """`values()` holds what was chosen, for `change_drafts`."""

    subject = ReferenceField(Subject, label=_("Subject"))
    type = ReferenceField(MaterialType, label=_("Type"))
    library = ShelfField(label=_("Library"), required=False)
    licence = forms.ChoiceField(label=_("Who may use it and how"), required=False)
    visibility = forms.ChoiceField(label=_("Who sees it after publication"), choices=[("", AS_IT_IS), *Visibility.choices], required=False)

    def __init__(self, *args: Any, teacher: Teacher, send: bool = False, **kwargs: Any) -> None:
        self.send = send
        super().__init__(*args, label_suffix="", initial={"library": KEEP}, **kwargs)
        self.fields["library"].offer(*shelf_owners(teacher))  # type: ignore[attr-defined]
        self.fields["library"].choices = [(KEEP, AS_IT_IS), *self.fields["library"].choices]  # type: ignore[attr-defined]
        self.fields["licence"].choices = [("", AS_IT_IS), *((code, licence_words(code, words)) for code, words in Licence.choices)]  # type: ignore[attr-defined]
        for name in ("subject", "type"):
            self.fields[name].empty_label = AS_IT_IS  # type: ignore[attr-defined]
        offer_lists(self, ("subject", "type"), teacher)

    def clean(self) -> dict[str, Any]:
        """Without anything to send or to set the button would do nothing."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.send and not self.values():
            raise forms.ValidationError(_("Choose at least one field to fill in, or send the drafts for review."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Fields that are to change; the library's None is the network's."""
        chosen = {name: self.cleaned_data.get(name) for name in ("subject", "type", "licence", "visibility")}
        values = {name: value for name, value in chosen.items() if value}
        if self.data.get("library", KEEP) != KEEP:
            values["library"] = self.cleaned_data.get("library")
        return values
