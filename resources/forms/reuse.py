"""The short report on a use at a lesson."""

from django import forms
from django.utils.translation import gettext_lazy as _

from resources.models import Reuse


class ReuseForm(forms.ModelForm):
    """Class and a few words; both may stay empty."""

    class Meta:
        model = Reuse
        fields = ("group", "note")
        widgets = {
            "group": forms.TextInput(attrs={"class": "in w-6", "placeholder": _("8B")}),
            "note": forms.Textarea(attrs={"class": "in", "rows": 3}),
        }
