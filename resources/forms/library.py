"""What those who run a library decide about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from resources.forms.together import Together
from resources.models import Library
from resources.models.material import Licence


class LibraryForm(Together, forms.ModelForm):
    """Rules, the licence proposed, how many reviews and in how many days."""

    default_licence = forms.ChoiceField(
        label=_("Licence proposed to authors"), choices=[("", _("none: the author chooses")), *Licence.choices], required=False, widget=forms.RadioSelect
    )
    reviews_needed = forms.TypedChoiceField(
        label=_("How many accepting reviews publish a material"), choices=[(1, "1"), (2, "2"), (3, "3")], coerce=int, widget=forms.RadioSelect
    )
    review_days = forms.IntegerField(label=_("A review is promised in so many days"), min_value=1, max_value=90)

    class Meta:
        model = Library
        fields = ["rules", "default_licence", "reviews_needed", "review_days"]
        labels = {"rules": _("Rules: what the library takes, and what not")}
        widgets = {"rules": forms.Textarea(attrs={"rows": 6})}

    def clean(self) -> dict[str, Any]:
        """What only a colleague changed meanwhile stays the colleague's."""
        cleaned = super().clean() or self.cleaned_data
        self.compare()
        return cleaned | {name: self.initial[name] for name in self.untouched}


class QuotaForm(forms.Form):
    """How much room a library has."""

    quota_gb = forms.IntegerField(label=_("Room for files, in GB"), min_value=0, max_value=100_000, required=False)


class CuratorSearchForm(forms.Form):
    """Looks a colleague up to be named as curator."""

    curator_name = forms.CharField(label=_("Add a curator: surname and first name"), max_length=100, required=False)
