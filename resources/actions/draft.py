"""Drafts: a material before anybody else sees it, and the words about it at any time."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Community, EducationLevel, School, Subject, Teacher
from communities.slugs import latin_slug
from foundation.files.text_marks import without_marks
from resources.access import may_discard, may_edit, may_upload
from resources.actions.indexing import index_material
from resources.guessing import Guess, guess, most_telling
from resources.licences import fit_variant, original_of
from resources.models import Authorship, Library, Material, MaterialFile, MaterialPreview, MaterialType, MaterialVersion
from resources.models.material import Licence, Status, Visibility
from resources.quotas import check_shelf
from resources.stored import delete_all_stored

MAX_AUTHORS = 20
AUTHOR, PORTAL = "author", "portal"
# What the portal guesses from files; the names are those of the form's fields.
GUESSED = ("title", "type", "subject", "grades", "topic", "education_level")


class ChangedMeanwhile(Exception):
    """Somebody else saved the same thing between reading and writing: compare again."""


def library_of(owner: Community | School | None) -> Library:
    """The shelf of a community, made when its first material comes; of a school, which its coordinator has opened; without an owner the network's."""
    if isinstance(owner, School):
        return Library.objects.get(school=owner)
    return Library.objects.get_or_create(community=owner, school=None)[0]


def slug_of(title: str) -> str:
    """The words in a material's address; only the number before them is looked up."""
    return latin_slug(title, max_length=70) or "material"


@transaction.atomic
def create_draft(title: str, *, by: Teacher, community: Community | None = None, form_key: uuid.UUID | None = None) -> Material:
    """A new draft with its first author and its first version. An empty title waits for the first file's name.

    Raises IntegrityError where the form of this key has made a material already.
    """
    if not may_upload(by):
        raise PermissionDenied("only confirmed teachers upload")
    material = Material.objects.create(title=title or _("Untitled"), slug=slug_of(title), library=library_of(community), created_by=by, form_key=form_key)
    if title:
        material.filled_by = {"title": AUTHOR}
        material.save(update_fields=["filled_by"])
    Authorship.objects.create(material=material, teacher=by)
    MaterialVersion.objects.create(material=material, created_by=by)
    index_material(material)
    return material


@transaction.atomic
def save_draft(material: Material, values: Mapping[str, Any], *, by: Teacher, seen: datetime.datetime | None = None) -> Material:
    """Write the fields that a person changed; `values` is keyed by the form's field names and holds nothing else.

    `seen` is `changed_at` of the row that the values were compared with: raises ChangedMeanwhile when the row is no longer that one.

    What a person has chosen, even if chosen empty, is never guessed again. The level of education follows the grades until somebody says it.
    """
    if not may_edit(by, material):
        raise PermissionDenied("not an author of this material, or it is being reviewed")
    fresh = Material.objects.select_for_update(of=("self",)).select_related("library__community", "library__school", "education_level").get(pk=material.pk)
    if seen is not None and fresh.changed_at != seen:
        raise ChangedMeanwhile
    shelf = fresh.library_id
    for name, value in values.items():
        _assign(fresh, name, value)
    if fresh.library_id != shelf:
        check_shelf(fresh.library_id, list(MaterialFile.objects.filter(version__material=fresh).values_list("size", flat=True)))
    fresh.filled_by = fresh.filled_by | {name: AUTHOR for name in values if name in GUESSED}
    _derive_level_of_education(fresh)
    _narrow(fresh)
    fresh.changed_at = timezone.now()
    fresh.save()
    index_material(fresh)
    return fresh


@transaction.atomic
def add_author(material: Material, teacher: Teacher, *, by: Teacher) -> None:
    """Name a colleague as co-author; a second time changes nothing."""
    if not may_edit(by, material) or not teacher.is_confirmed:
        raise PermissionDenied("may not name authors here")
    authorships = Material.objects.select_for_update().get(pk=material.pk).authorships
    if authorships.count() >= MAX_AUTHORS:
        raise ValidationError(_("A material has at most %(number)s authors.") % {"number": MAX_AUTHORS}, code="authors_many")
    last = authorships.order_by("-order").values_list("order", flat=True).first()
    Authorship.objects.get_or_create(material=material, teacher=teacher, defaults={"order": (last or 0) + 1})
    index_material(material)


@transaction.atomic
def remove_author(material: Material, teacher: Teacher, *, by: Teacher) -> None:
    """Take an author off; the last one stays."""
    if not may_edit(by, material):
        raise PermissionDenied("may not name authors here")
    authorships = Material.objects.select_for_update().get(pk=material.pk).authorships
    if authorships.count() < 2:
        raise ValidationError(_("A material has at least one author."), code="authors_none")
    authorships.filter(teacher=teacher).delete()
    index_material(material)


@transaction.atomic
def discard_draft(material: Material, *, by: Teacher) -> None:
    """Throw a draft away with its files."""
    if not may_discard(by, material):
        raise PermissionDenied("only an author's own draft may be thrown away")
    names = list(MaterialFile.objects.filter(version__material=material).values_list("stored_name", flat=True))
    names += MaterialPreview.objects.filter(file__version__material=material).values_list("stored_name", flat=True)
    material.delete()
    transaction.on_commit(lambda: delete_all_stored(names))


def fill_guesses(material: Material) -> None:
    """Guess from the files what no person has said yet; inside the caller's transaction, on a locked row. Saves what it changed.

    Only before the first submission: afterwards an empty field is an answer, too.
    """
    if material.status != Status.DRAFT or material.submitted_at:
        return
    files = list(MaterialFile.objects.filter(version__material=material).order_by("order", "id"))
    if not files:
        return
    own = list(material.created_by.subjects.values_list("code", flat=True))
    leading = files.pop(most_telling([file.original_name for file in files]))
    text = without_marks("\n".join(file.text for file in (leading, *files) if file.text))
    others = [file.original_name for file in files]
    _apply(material, guess(leading.original_name, text, kind=leading.kind, own_subjects=own, other_names=others))
    _derive_level_of_education(material)
    material.save(update_fields=["title", "slug", "type", "subject", "grade_from", "grade_to", "education_level", "topic", "filled_by"])


def _apply(material: Material, found: Guess) -> None:
    subject = Subject.objects.current().filter(code=found.subject).first() if found.subject else None
    kind = MaterialType.objects.current().filter(code=found.type).first() if found.type else None
    guesses = {"title": found.title, "type": kind, "subject": subject, "grades": found.grades, "topic": found.topic}
    for name, value in guesses.items():
        if value and material.filled_by.get(name) != AUTHOR:
            _assign(material, name, value)
            material.filled_by = material.filled_by | {name: PORTAL}


def _assign(material: Material, name: str, value: Any) -> None:
    if name == "grades":
        material.grade_from, material.grade_to = value or (None, None)
    elif name == "library":
        material.library = library_of(value)
    else:
        setattr(material, name, value)
    if name == "title":
        material.slug = slug_of(value)


def _derive_level_of_education(material: Material) -> None:
    """The one level that holds all the grades; none when they span two. A person's choice stands above it."""
    if material.filled_by.get("education_level") == AUTHOR and material.education_level_id:
        return
    fits = None
    if material.grade_from:
        fits = EducationLevel.objects.current().filter(grade_from__lte=material.grade_from, grade_to__gte=material.grade_to).first()
    material.education_level = fits
    others = {name: who for name, who in material.filled_by.items() if name != "education_level"}
    material.filled_by = others | {"education_level": PORTAL} if fits else others


def _narrow(material: Material) -> None:
    """A licence for the network alone does not go with visibility to everyone; the network's shelf has no members of its own."""
    if material.licence == Licence.NETWORK and material.visibility == Visibility.PUBLIC:
        material.visibility = Visibility.NETWORK
    if material.visibility == Visibility.LIBRARY and material.library.owner is None:
        material.visibility = Visibility.NETWORK
    original = original_of(material)
    if original is not None:
        fit_variant(material, original)
