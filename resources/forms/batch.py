"""Forms of batches: what is sent, and the correction of one line."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import EducationLevel, Subject, Teacher
from foundation.files.check import max_bytes
from foundation.files.human import human_size
from foundation.files.kinds import ACCEPT
from foundation.files.receiving import FilesField, FilesInput
from resources.access import shelf_owners
from resources.forms.lists import offer_lists
from resources.forms.material import GRADES, LISTS, ReferenceField, ShelfField, licence_words, shelf_code
from resources.models import Batch, BatchLine, Equipment, MaterialType, Purpose
from resources.models.material import Licence, Visibility


class BatchForm(forms.Form):
    """A ZIP or several files, a table beside them or not; the library and the licence of what the table says nothing of."""

    # Said by the page, so that a form sent twice is one batch.
    key = forms.UUIDField(widget=forms.HiddenInput)
    files = FilesField(
        label=_("A ZIP or several files, and the table if there is one"),
        required=False,
        widget=FilesInput(attrs={"multiple": True, "accept": ACCEPT, "data-upload": ""}),
    )
    library = ShelfField(label=_("Library"), required=False)
    licence = forms.ChoiceField(label=_("Who may use them and how, unless the table says otherwise"), choices=Licence.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, teacher: Teacher, batch: Batch | None = None, **kwargs: Any) -> None:
        initial = {"licence": Licence.CC_BY} if batch is None else {"licence": batch.licence, "key": batch.pk}
        if batch is not None and batch.library is not None:
            initial["library"] = shelf_code(batch.library)
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["library"].offer(*shelf_owners(teacher))  # type: ignore[attr-defined]
        self.fields["licence"].choices = [(code, licence_words(code, words)) for code, words in Licence.choices]  # type: ignore[attr-defined]
        self.fields["files"].help_text = gettext(
            "A ZIP of up to %(zip)s, or files of up to %(file)s each; at most %(lines)s materials at once. "
            "If the line breaks, the upload goes on from the same place."
        ) % {"zip": human_size(settings.BATCH_MAX_BYTES), "file": human_size(max_bytes()), "lines": settings.BATCH_MAX_LINES}


class BatchUploadForm(forms.Form):
    """The announcement of a file that comes in pieces; `material` is the name under which the page's script says the batch."""

    name = forms.CharField(max_length=1000, strip=False)
    size = forms.IntegerField(min_value=0, max_value=2**40)
    material = forms.UUIDField(required=False)


class BatchLineForm(forms.Form):
    """What a person says of one line; a field left empty is guessed."""

    file = forms.FileField(label=_("Another file instead"), required=False, allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ACCEPT}))
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    subject = ReferenceField(Subject, label=_("Subject"))
    grades = forms.MultipleChoiceField(label=_("Grade"), choices=GRADES, required=False, widget=forms.CheckboxSelectMultiple)
    type = ReferenceField(MaterialType, label=_("Type"))
    education_level = ReferenceField(EducationLevel, label=_("Level of education"))
    purpose = ReferenceField(Purpose, label=_("Level of difficulty"))
    equipment = ReferenceField(Equipment, label=_("Equipment"))
    topic = forms.CharField(label=_("Section or topic"), max_length=200, required=False)
    annotation = forms.CharField(label=_("In short: what comes out of the lesson"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    duration_minutes = forms.IntegerField(label=_("Time in minutes"), min_value=1, max_value=1000, required=False)
    licence = forms.ChoiceField(label=_("Who may use it and how"), choices=[("", _("as for the whole batch")), *Licence.choices], required=False)
    visibility = forms.ChoiceField(label=_("Who sees it after publication"), choices=[("", _("not said")), *Visibility.choices], required=False)

    def __init__(self, *args: Any, line: BatchLine, teacher: Teacher, **kwargs: Any) -> None:
        first, last = (line.values.get("grades") or [0, -1])[:2]
        kwargs["initial"] = line.values | {"grades": [str(grade) for grade in range(first, last + 1)]}
        super().__init__(*args, label_suffix="", **kwargs)
        offer_lists(self, LISTS, teacher)

    def clean_grades(self) -> list[int]:
        """From the lowest to the highest chosen grade."""
        chosen = [int(grade) for grade in self.cleaned_data["grades"]]
        return [min(chosen), max(chosen)] if chosen else []

    def values(self) -> dict[str, Any]:
        """As a line keeps them: entries of lists by primary key."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "file"}
        return {name: getattr(value, "pk", value) for name, value in said.items()}

    @property
    def more(self) -> list[forms.BoundField]:
        """What is not needed now."""
        return [self[name] for name in ("annotation", "topic", "education_level", "purpose", "equipment", "duration_minutes", "licence", "visibility")]
