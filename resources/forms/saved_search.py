"""Keeping a search, and how often its news are mailed."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from resources.filters import load_options, read_selection
from resources.models import SavedSearch


class SavedSearchForm(forms.ModelForm):
    """`query` is read as the catalogue reads it: only what the catalogue knows is kept."""

    query = forms.CharField(max_length=4000, widget=forms.HiddenInput)

    class Meta:
        model = SavedSearch
        fields = ("title", "query")

    def clean_query(self) -> str:
        asked = QueryDict(self.cleaned_data["query"].removeprefix("?"))
        kept = read_selection(asked, load_options(asked)).query_string
        if kept == "?":
            raise forms.ValidationError(_("Choose words or filters first: everything is no search."), code="empty")
        if len(kept) > 1000:
            raise forms.ValidationError(_("Too many filters to keep."), code="long")
        return kept


class DigestForm(forms.ModelForm):
    class Meta:
        model = SavedSearch
        fields = ("digest",)
