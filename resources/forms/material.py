"""Words about a material and its files, as one form for the new material and for every later change."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import Community, EducationLevel, Subject, Teacher
from foundation.files.check import max_bytes
from foundation.files.errors import FileRejected
from foundation.files.human import human_size
from foundation.files.kinds import ACCEPT
from foundation.files.storage import receive
from foundation.models import ReferenceItem
from resources.actions.draft import GUESSED, PORTAL
from resources.actions.material_file import Received, check_received, check_room
from resources.models import Equipment, Material, MaterialType, Purpose
from resources.models.material import LICENCE_SHORT, Licence, Status, Visibility

GRADES = [(str(grade), str(grade)) for grade in range(1, 12)]


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; cleaned to a list of uploads, whose content `check_files` looks at."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=FilesInput(attrs={"multiple": True, "accept": ACCEPT, "data-upload": ""}), allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Names and content are judged later, each file by itself."""
        return [file for file in (data or []) if file]


class ReferenceField(forms.ModelChoiceField):
    """One entry of a closed list; an archived one stays choosable where it is already chosen."""

    def __init__(self, model: type[ReferenceItem], **kwargs: Any) -> None:
        super().__init__(model.objects.current(), required=False, empty_label=_("not said"), **kwargs)


class MaterialForm(forms.Form):
    """A file or a title is enough. `changed_values()` holds what a person changed, for `save_draft`."""

    files = FilesField(label=_("Files"), required=False)
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    subject = ReferenceField(Subject, label=_("Subject"))
    grades = forms.MultipleChoiceField(label=_("Grade"), choices=GRADES, required=False, widget=forms.CheckboxSelectMultiple)
    type = ReferenceField(MaterialType, label=_("Type"))
    licence = forms.ChoiceField(label=_("Who may use it and how"), choices=Licence.choices, required=False, widget=forms.RadioSelect)
    annotation = forms.CharField(label=_("In short: what comes out of the lesson"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    topic = forms.CharField(label=_("Section or topic"), max_length=200, required=False)
    education_level = ReferenceField(EducationLevel, label=_("Level of education"), help_text=_("If you leave it empty, it follows from the grades."))
    purpose = ReferenceField(Purpose, label=_("Level of difficulty"))
    equipment = ReferenceField(Equipment, label=_("Equipment"))
    duration_minutes = forms.IntegerField(label=_("Time in minutes"), min_value=1, max_value=1000, required=False)
    community = forms.ModelChoiceField(
        Community.objects.none(),
        label=_("Library"),
        required=False,
        empty_label=_("Library of the network"),
        help_text=_("In a community's library its leaders review; in the network's, the methodists."),
    )
    visibility = forms.ChoiceField(label=_("Who sees it after publication"), choices=Visibility.choices, required=False, widget=forms.RadioSelect)
    # Which fields the page showed as filled in by the portal: what was guessed after that is not wiped out by an empty field.
    prefilled = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, teacher: Teacher, material: Material | None = None, may_change_files: bool = True, **kwargs: Any) -> None:
        self.teacher, self.material = teacher, material
        kwargs.setdefault("initial", self._initial())
        super().__init__(*args, label_suffix="", **kwargs)
        self._limit_choices()
        self._explain()
        if not may_change_files:
            del self.fields["files"]
        if material is not None and material.status in (Status.REVIEW, Status.PUBLISHED):
            # Reviewed for one library: another one has reviewers of its own.
            del self.fields["community"]

    def _initial(self) -> dict[str, Any]:
        material = self.material
        if material is None:
            return {"licence": Licence.CC_BY, "visibility": Visibility.PUBLIC}
        plain = ("title", "annotation", "topic", "duration_minutes", "licence", "visibility")
        keys = ("subject", "type", "education_level", "purpose", "equipment")
        grades = range(material.grade_from, material.grade_to + 1) if material.grade_from and material.grade_to else ()
        return {
            **{name: getattr(material, name) for name in plain},
            **{name: getattr(material, f"{name}_id") for name in keys},
            "grades": [str(grade) for grade in grades],
            "community": material.library.community_id,
            "prefilled": ",".join(self.guessed()),
        }

    def guessed(self) -> list[str]:
        """Names of the fields that hold the portal's guess."""
        return [name for name in GUESSED if self.material is not None and self.material.filled_by.get(name) == PORTAL]

    def _limit_choices(self) -> None:
        own = set(self.teacher.current_memberships)
        if self.material is not None and self.material.library.community_id:
            own.add(self.material.library.community_id)
        self.fields["community"].queryset = Community.objects.filter(pk__in=own)  # type: ignore[attr-defined]
        for name in ("subject", "type", "education_level", "purpose", "equipment"):
            chosen = self.initial.get(name)
            if chosen:
                field = self.fields[name]
                field.queryset = field.queryset | field.queryset.model.objects.filter(pk=chosen)  # type: ignore[attr-defined]
        subject = self.fields["subject"]
        subject.choices = _own_first(subject, list(self.teacher.subjects.all()))  # type: ignore[attr-defined]
        self.fields["licence"].choices = [(code, _licence_words(code, words)) for code, words in Licence.choices]  # type: ignore[attr-defined]

    def _explain(self) -> None:
        self.fields["files"].help_text = gettext(
            "Documents, tables, presentations, PDF, pictures, sound, video, archives. Up to %(limit)s each. "
            "If the line breaks, the upload goes on from the same place."
        ) % {"limit": human_size(max_bytes())}
        self.fields["title"].help_text = gettext("If you leave it empty, it is taken from the file's name.")
        for name in self.guessed():
            self.fields[name].help_text = gettext("Filled in automatically, you may change it.")

    def clean_grades(self) -> tuple[int, int] | None:
        """From the lowest to the highest chosen grade."""
        chosen = [int(grade) for grade in self.cleaned_data["grades"]]
        return (min(chosen), max(chosen)) if chosen else None

    def clean(self) -> dict[str, Any]:
        """Files last, and only when all words are right: nothing is looked into in vain. All of them pass or none is taken."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("licence", "visibility"):
            cleaned[name] = cleaned.get(name) or self.initial[name]
        no_files = not cleaned.get("files") and not (self.material and self.material.file_count)
        if not cleaned.get("title") and "title" not in self.errors and (no_files or (self.material and not cleaned.get("files"))):
            self.add_error("title", gettext("Choose a file or give a title: the draft needs one of them.") if no_files else gettext("Give a title."))
        if cleaned.get("visibility") == Visibility.LIBRARY and not self._has_community(cleaned):
            self.add_error("visibility", gettext("Choose a community's library first: the network's library has no members of its own."))
        cleaned["received"] = self._received(cleaned.get("files") or []) if not self.errors else []
        return cleaned

    def _has_community(self, cleaned: dict[str, Any]) -> bool:
        if "community" in self.fields:
            return cleaned.get("community") is not None
        return self.material is not None and self.material.library.community_id is not None

    def _received(self, uploads: list[UploadedFile]) -> list[Received]:
        received: list[Received] = []
        try:
            owner = self.material.created_by if self.material else self.teacher
            if uploads:
                check_room(owner, [upload.size or 0 for upload in uploads], material=self.material)
        except FileRejected as rejection:
            self.add_error("files", rejection)
            return []
        for upload in uploads:
            try:
                path = receive(upload)
            except FileRejected as rejection:
                self._refuse(upload, rejection)
                continue
            try:
                received.append(check_received(path, upload.name or ""))
            except BaseException as rejection:
                path.unlink(missing_ok=True)
                if not isinstance(rejection, FileRejected):
                    raise
                self._refuse(upload, rejection)
        if self.errors:
            for entry in received:
                entry.path.unlink(missing_ok=True)
            return []
        return received

    def _refuse(self, upload: UploadedFile, rejection: FileRejected) -> None:
        name = "".join(sign for sign in (upload.name or "") if sign.isprintable())[:80]
        self.add_error("files", f"{name}: {' '.join(rejection.messages)}" if name else rejection)

    def changed_values(self) -> dict[str, Any]:
        """Cleaned values of the fields that a person changed: guesses made after the page was shown stay."""
        seen = set(self.cleaned_data.get("prefilled", "").split(","))
        unseen = {name for name in self.guessed() if name not in seen and not self.cleaned_data.get(name)}
        return {
            name: self.cleaned_data[name]
            for name in self.changed_data
            if name not in {"files", "prefilled"} | unseen and name in self.cleaned_data and not (name == "title" and not self.cleaned_data["title"])
        }

    def fields_of(self, names: Iterable[str]) -> list[forms.BoundField]:
        """Bound fields for a part of the page, those that exist."""
        return [self[name] for name in names if name in self.fields]

    @property
    def more(self) -> list[forms.BoundField]:
        """What is not needed now."""
        return self.fields_of(("annotation", "type", "topic", "education_level", "purpose", "equipment", "duration_minutes", "community", "visibility"))

    @property
    def more_has_errors(self) -> bool:
        """Whether the folded part must stand open."""
        return any(field.errors for field in self.more)


def _licence_words(code: str, words: Any) -> str:
    short = LICENCE_SHORT[Licence(code)]
    return f"{words} ({short})" if short else str(words)


def _own_first(field: forms.ModelChoiceField, own: list[Subject]) -> list[Any]:
    """The teacher's own subjects in a group of their own, above all others."""
    choices = list(ModelChoiceIterator(field))
    if not own:
        return choices
    codes = {subject.pk for subject in own}
    empty, rest = choices[:1], choices[1:]
    mine = [choice for choice in rest if choice[0].value in codes]
    return [*empty, (gettext("your subjects"), mine), (gettext("other subjects"), [choice for choice in rest if choice[0].value not in codes])]


class AuthorSearchForm(forms.Form):
    """Looks a colleague up to be named as co-author."""

    author_name = forms.CharField(label=_("Add a co-author: surname and first name"), max_length=100, required=False)


class UploadForm(forms.Form):
    """The announcement of a resumable upload."""

    name = forms.CharField(max_length=1000, strip=False)
    size = forms.IntegerField(min_value=0, max_value=2**40)
    material = forms.IntegerField(min_value=1, max_value=2**62, required=False)
