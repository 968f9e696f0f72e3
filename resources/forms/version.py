"""What changes in a new version, and the terms of a variant."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from resources.licences import allowed_licences
from resources.models import Material
from resources.models.material import LICENCE_SHORT, Licence


class VersionForm(forms.Form):
    """Words for those who used the older version."""

    changes = forms.CharField(
        label=_("What changes"),
        help_text=_("A line or two: colleagues who used the material are told of the new version and read this on its page."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    with_files = forms.BooleanField(label=_("Begin with the present files"), required=False, initial=True)

    def __init__(self, *args: Any, has_begun: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        if has_begun:
            del self.fields["with_files"]


class AdaptForm(forms.Form):
    """Only licences that the original's authors allow are offered."""

    licence = forms.ChoiceField(label=_("Who may use your variant and how"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, original: Material, **kwargs: Any) -> None:
        allowed = allowed_licences(original)
        super().__init__(*args, label_suffix="", initial={"licence": allowed[0]}, **kwargs)
        self.fields["licence"].choices = [(code, _words(code)) for code in allowed]  # type: ignore[attr-defined]


def _words(code: str) -> str:
    words, short = str(Licence(code).label), LICENCE_SHORT[Licence(code)]
    return f"{words} ({short})" if short else words
