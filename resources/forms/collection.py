"""Forms of collections: words, notes of the items, and «into my collection» on a material's page."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Teacher
from resources.access_collection import editable_by, kept_community_ids
from resources.actions.collection import NOTE, Change
from resources.models import Collection, CollectionItem
from resources.models.collection import CollectionVisibility

TITLE_LENGTH = 160


class CollectionForm(forms.Form):
    """Words about a collection. `changes()` holds what the person changed, beside what the page had shown them."""

    title = forms.CharField(label=_("Title"), max_length=TITLE_LENGTH, show_hidden_initial=True)
    annotation = forms.CharField(label=_("What it is for"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}), show_hidden_initial=True)
    community = forms.ModelChoiceField(
        Community.objects.none(),
        label=_("Community"),
        required=False,
        empty_label=_("none, it is my own"),
        help_text=_("A collection of a community stands on its page; its leaders and moderators edit it."),
    )
    # Of a new collection: a form sent twice makes one.
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    visibility = forms.ChoiceField(
        label=_("Who sees it"),
        choices=CollectionVisibility.choices,
        widget=forms.RadioSelect,
        help_text=_("Materials that a reader may not see are not shown to them in the collection either."),
    )

    def __init__(self, *args: Any, teacher: Teacher, collection: Collection | None = None, **kwargs: Any) -> None:
        self.collection = collection
        kwargs["initial"] = {"visibility": CollectionVisibility.PRIVATE, **self._initial(), **kwargs.get("initial", {})}
        super().__init__(*args, label_suffix="", **kwargs)
        if collection is not None:
            del self.fields["form_key"]
        communities = Community.objects.filter(pk__in=kept_community_ids(teacher)).order_by("name")
        if (collection is not None and collection.owner_id != teacher.pk) or not kept_community_ids(teacher):
            del self.fields["community"]
        else:
            self.fields["community"].queryset = communities  # type: ignore[attr-defined]
        if "community" not in self.fields and (collection is None or collection.community_id is None):
            self._without_choice(CollectionVisibility.COMMUNITY)
        elif "community" not in self.fields:
            self._without_choice(CollectionVisibility.PRIVATE)

    def _initial(self) -> dict[str, Any]:
        collection = self.collection
        if collection is None:
            return {"form_key": uuid.uuid4()}
        return {"title": collection.title, "annotation": collection.annotation, "visibility": collection.visibility, "community": collection.community_id}

    def _without_choice(self, code: str) -> None:
        field = self.fields["visibility"]
        field.choices = [choice for choice in CollectionVisibility.choices if choice[0] != code]  # type: ignore[attr-defined]

    def changes(self) -> dict[str, Change]:
        """Field → (what the page showed, what the person made of it)."""
        return {name: (self._shown(name), self.cleaned_data[name]) for name in self.changed_data if name in self.cleaned_data}

    def _shown(self, name: str) -> Any:
        return self.data.get(self[name].html_initial_name, self.initial.get(name)) if self.fields[name].show_hidden_initial else self.initial.get(name)

    def show_theirs(self, texts: dict[str, str]) -> None:
        """Put what somebody else wrote meanwhile beside this person's own text, which stays in its field: saving again replaces theirs."""
        data = self.data.copy()
        for name, text in texts.items():
            data[self[name].html_initial_name] = text
            words = _("Meanwhile somebody else wrote here: “%(text)s”. Your text is still in the field; saving it again replaces theirs.")
            self.add_error(name, words % {"text": text or "—"})
        self.data = data


class CollectionEditForm(CollectionForm):
    """The words and a note for each item that the person sees."""

    def __init__(self, *args: Any, items: list[CollectionItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in items:
            field = forms.CharField(label=_("Note"), max_length=500, required=False, show_hidden_initial=True)
            self.fields[f"{NOTE}{item.pk}"] = field
            self.initial[f"{NOTE}{item.pk}"] = item.note

    @property
    def words(self) -> list[forms.BoundField]:
        """The fields about the collection itself."""
        return [self[name] for name in self.fields if not name.startswith(NOTE)]


class CollectForm(forms.Form):
    """On a material's page: a collection that exists, or the title of a new one."""

    collection = forms.ModelChoiceField(Collection.objects.none(), required=False)
    title = forms.CharField(max_length=TITLE_LENGTH, required=False)

    def __init__(self, *args: Any, teacher: Teacher, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["collection"].queryset = editable_by(teacher)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["collection"] and not cleaned["title"]:
            raise forms.ValidationError(_("Choose a collection or give a title to a new one."))
        return cleaned
