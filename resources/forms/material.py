"""Words about a material and its files, as one form for the new material and for every later change."""

import logging
import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import Community, EducationLevel, School, Subject, Teacher
from foundation.files.check import max_bytes
from foundation.files.errors import FileRejected, StorageTrouble
from foundation.files.human import human_size
from foundation.files.kinds import ACCEPT
from foundation.files.receiving import FilesField, FilesInput, Received, forget_received, receive_checked, refusal_of
from foundation.models import ReferenceItem
from resources.access import shelf_owners
from resources.actions.draft import GUESSED, PORTAL
from resources.actions.material_file import check_room
from resources.forms.lists import offer_lists
from resources.forms.together import Together
from resources.licences import EXPLAINED, WIDTH, allowed_licences, original_of, widest_visibility
from resources.models import Equipment, Library, Material, MaterialType, Purpose
from resources.models.material import LICENCE_SHORT, Licence, Status, Visibility
from resources.quotas import refuse_if_full

logger = logging.getLogger(__name__)

LISTS = ("subject", "type", "education_level", "purpose", "equipment")
GRADES = [(str(grade), str(grade)) for grade in range(1, 12)]


class ReferenceField(forms.ModelChoiceField):
    """One entry of a closed list; an archived one stays choosable where it is already chosen."""

    def __init__(self, model: type[ReferenceItem], **kwargs: Any) -> None:
        super().__init__(model.objects.current(), required=False, empty_label=_("not said"), **kwargs)


class ShelfField(forms.ChoiceField):
    """Whose library a material goes to: cleaned to a Community, a School or (the network's) None. Codes are «community-5», «school-7» and the empty one."""

    def offer(self, communities: Iterable[Community], schools: Iterable[School]) -> None:
        """The owners to choose from."""
        self.owners: dict[str, Community | School] = {f"community-{owner.pk}": owner for owner in communities}
        self.owners |= {f"school-{owner.pk}": owner for owner in schools}
        self.choices = [("", gettext("Library of the network")), *((code, str(owner)) for code, owner in self.owners.items())]

    def clean(self, value: Any) -> Community | School | None:
        """An owner that is not offered is refused as any wrong choice is."""
        return self.owners.get(super().clean(value))


def shelf_code(library: Library) -> str:
    """The code of a library in the form and in addresses; empty for the network's."""
    if library.community_id:
        return f"community-{library.community_id}"
    return f"school-{library.school_id}" if library.school_id else ""


class MaterialForm(Together):
    """A file or a title is enough. `changed_values()` holds what a person changed, for `save_draft`."""

    files = FilesField(label=_("Files"), required=False, widget=FilesInput(attrs={"multiple": True, "accept": ACCEPT, "data-upload": ""}))
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
    library = ShelfField(
        label=_("Library"),
        required=False,
        help_text=_("In a community's library its leaders review, in a school's its coordinator; in the network's, the methodists."),
    )
    visibility = forms.ChoiceField(label=_("Who sees it after publication"), choices=Visibility.choices, required=False, widget=forms.RadioSelect)
    # Of a new material: a form sent twice makes one.
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # Which fields the page showed as filled in by the portal: what was guessed after that is not wiped out by an empty field.
    prefilled = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, teacher: Teacher, material: Material | None = None, may_change_files: bool = True, **kwargs: Any) -> None:
        self.teacher, self.material = teacher, material
        # Of the page that shows this form.
        self.status = 200
        kwargs.setdefault("initial", self._initial())
        super().__init__(*args, label_suffix="", **kwargs)
        self._limit_choices()
        self._explain()
        if not may_change_files:
            del self.fields["files"]
        if material is not None:
            del self.fields["form_key"]
        if material is not None and material.status in (Status.REVIEW, Status.PUBLISHED):
            # Reviewed for one library: another one has reviewers of its own.
            del self.fields["library"]

    def _initial(self) -> dict[str, Any]:
        material = self.material
        if material is None:
            return {"licence": Licence.CC_BY, "visibility": Visibility.PUBLIC, "form_key": uuid.uuid4()}
        plain = ("title", "annotation", "topic", "duration_minutes", "licence", "visibility")
        keys = ("subject", "type", "education_level", "purpose", "equipment")
        grades = range(material.grade_from, material.grade_to + 1) if material.grade_from and material.grade_to else ()
        return {
            **{name: getattr(material, name) for name in plain},
            **{name: getattr(material, f"{name}_id") for name in keys},
            "grades": [str(grade) for grade in grades],
            "library": shelf_code(material.library),
            "prefilled": ",".join(self.guessed()),
        }

    def guessed(self) -> list[str]:
        """Names of the fields that hold the portal's guess."""
        return [name for name in GUESSED if self.material is not None and self.material.filled_by.get(name) == PORTAL]

    def _limit_choices(self) -> None:
        library = self.material.library if self.material is not None else None
        communities, schools = shelf_owners(self.teacher)
        if library:
            # Where it stands already it may stay.
            communities = communities | Community.objects.filter(pk=library.community_id)
            schools = schools | School.objects.filter(pk=library.school_id)
        self.fields["library"].offer(communities, schools)  # type: ignore[attr-defined]
        for name in LISTS:
            chosen = self.initial.get(name)
            if chosen:
                field = self.fields[name]
                field.queryset = field.queryset | field.queryset.model.objects.filter(pk=chosen)  # type: ignore[attr-defined]
        offer_lists(self, LISTS, self.teacher)
        self.fields["licence"].choices = [(code, licence_words(code, words)) for code, words in Licence.choices]  # type: ignore[attr-defined]

    def begin_for(self, shelf: str) -> None:
        """Show a new material on a library's shelf with the licence it proposes; `shelf` is a code, an unknown one changes nothing. At most one query."""
        owner = self.fields["library"].owners.get(shelf)  # type: ignore[attr-defined]
        if owner is not None:
            whose = {"school": owner} if isinstance(owner, School) else {"community": owner}
            licence = Library.objects.filter(**whose).values_list("default_licence", flat=True).first()
            self.initial |= {"library": shelf} | ({"licence": licence} if licence in Licence.values else {})

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
        if cleaned.get("visibility") == Visibility.LIBRARY and not self._has_owner(cleaned):
            self.add_error("visibility", gettext("Choose a community's or school's library first: the network's library has no members of its own."))
        self.compare()
        self._check_variant(cleaned)
        cleaned["received"] = self._received(cleaned.get("files") or []) if not self.errors else []
        return cleaned

    @property
    def not_compared(self) -> tuple[str, ...]:  # type: ignore[override]
        """Files are compared by nobody; the portal's own guesses are nobody's text."""
        return ("files", "form_key", "prefilled", "shown", *self.guessed())

    def _check_variant(self, cleaned: dict[str, Any]) -> None:
        """A variant stays inside what its original's authors allow."""
        original = original_of(self.material) if self.material else None
        if original is None:
            return
        licence, visibility = cleaned.get("licence"), cleaned.get("visibility")
        if licence and licence not in allowed_licences(original) and licence != self.initial.get("licence"):
            self.add_error("licence", EXPLAINED[original.licence])
        elif licence and visibility and WIDTH[Visibility(visibility)] > WIDTH[widest_visibility(original, licence)]:
            self.add_error("visibility", gettext("A variant is seen by no more people than the material it is made of."))

    def _has_owner(self, cleaned: dict[str, Any]) -> bool:
        if "library" in self.fields:
            return cleaned.get("library") is not None
        return self.material is not None and self.material.library.owner is not None

    def _received(self, uploads: list[UploadedFile]) -> list[Received]:
        received: list[Received] = []
        try:
            owner = self.material.created_by if self.material else self.teacher
            if uploads:
                check_room(owner, [upload.size or 0 for upload in uploads], material=self.material)
            self._check_shelf(uploads)
        except FileRejected as rejection:
            self.refuse(rejection)
            return []
        for upload in uploads:
            try:
                received.append(receive_checked(upload))
            except FileRejected as rejection:
                self.add_error("files", refusal_of(upload, rejection))
            except StorageTrouble as trouble:
                self.note_trouble(trouble)
                break
        if self.errors:
            forget_received(received)
            return []
        return received

    def _check_shelf(self, uploads: list[UploadedFile]) -> None:
        """Ask the library that was chosen for room: for these files, and for those that move there."""
        moved = self.material.size if self.material and "library" in self.changed_data else 0
        sizes = [upload.size or 0 for upload in uploads] + [moved]
        owner = self.cleaned_data.get("library") if "library" in self.fields else self.material and self.material.library.owner
        library = Library.objects.filter(school=owner if isinstance(owner, School) else None, community=owner if isinstance(owner, Community) else None).first()
        if any(sizes) and library is not None:
            refuse_if_full(library, sizes)

    def refuse(self, rejection: FileRejected) -> None:
        """Say at the right field that there is no room, also when it was taken a moment ago; what came is forgotten."""
        at = "library" if rejection.code == "library_full" and "library" in self.fields else "files" if "files" in self.fields else None
        self.add_error(at, rejection)
        for entry in self.cleaned_data.get("received") or []:
            entry.path.unlink(missing_ok=True)

    def note_trouble(self, trouble: StorageTrouble) -> None:
        """The storage is full or away: said at the files, and every word that was typed stays on the page."""
        logger.error("files of a form were not kept: %s: %s", type(trouble).__name__, trouble)
        self.status = 503
        self.add_error("files", str(trouble.words))

    def changed_values(self) -> dict[str, Any]:
        """Cleaned values of the fields that a person changed: guesses made after the page was shown stay."""
        seen = set(self.cleaned_data.get("prefilled", "").split(","))
        kept = {"files", "form_key", "prefilled", "shown"} | self.untouched
        unseen = {name for name in self.guessed() if name not in seen and not self.cleaned_data.get(name)}
        return {
            name: self.cleaned_data[name]
            for name in self.changed_data
            if name not in kept | unseen and name in self.cleaned_data and not (name == "title" and not self.cleaned_data["title"])
        }

    def fields_of(self, names: Iterable[str]) -> list[forms.BoundField]:
        """Bound fields for a part of the page, those that exist."""
        return [self[name] for name in names if name in self.fields]

    @property
    def more(self) -> list[forms.BoundField]:
        """What is not needed now."""
        return self.fields_of(("annotation", "type", "topic", "education_level", "purpose", "equipment", "duration_minutes", "library", "visibility"))

    @property
    def more_has_errors(self) -> bool:
        """Whether the folded part must stand open."""
        return any(field.errors for field in self.more)


def licence_words(code: str, words: Any) -> str:
    short = LICENCE_SHORT[Licence(code)]
    return f"{words} ({short})" if short else str(words)


class AuthorSearchForm(forms.Form):
    """Looks a colleague up to be named as co-author."""

    author_name = forms.CharField(label=_("Add a co-author: surname and first name"), max_length=100, required=False)


class UploadForm(forms.Form):
    """The announcement of a resumable upload."""

    name = forms.CharField(max_length=1000, strip=False)
    size = forms.IntegerField(min_value=0, max_value=2**40)
    material = forms.IntegerField(min_value=1, max_value=2**62, required=False)
