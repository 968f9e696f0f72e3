"""Designing and revoking papers."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.certificates import unknown_placeholders
from events.models import PaperDesign

# Each is told apart on a screen and dark enough for a title on white.
COLOURS = [("#1d5b45", _("green")), ("#1b4fa1", _("blue")), ("#8a1c3a", _("claret")), ("#6a3f98", _("violet")), ("#5d4a1a", _("brown"))]


class DesignForm(forms.Form):
    """Title, words, who signs, colour."""

    title = forms.CharField(label=_("Title"), max_length=80)
    words = forms.CharField(
        label=_("Words under the name"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("{event}, {date}, {award} and {hours} are filled in for each paper."),
    )
    signer = forms.CharField(label=_("Who signs, with the office"), max_length=160, required=False)
    colour = forms.ChoiceField(label=_("Colour"), choices=COLOURS, widget=forms.RadioSelect)

    def __init__(self, *args: Any, design: PaperDesign, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(design, name) for name in ("title", "words", "signer", "colour")}
        super().__init__(*args, label_suffix="", **kwargs)

    def clean_words(self) -> str:
        """Braces hold known words alone."""
        words = self.cleaned_data["words"]
        if unknown := unknown_placeholders(words):
            shown = ", ".join(f"{{{name}}}" for name in unknown)
            raise forms.ValidationError(gettext("Nothing is known under %(names)s.") % {"names": shown}, code="unknown")
        if re.search(r"[{}]", re.sub(r"\{[a-z]+\}", "", words)):
            raise forms.ValidationError(gettext("A brace is not closed."), code="brace")
        return words


class RevokeForm(forms.Form):
    """Why it is valid no more."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Everybody who checks the paper reads it: no names."))
