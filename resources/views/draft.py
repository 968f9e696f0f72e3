"""Writing a material: the new one, its draft, and the words about it later."""

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from communities.models import Teacher
from foundation.files.errors import FileRejected, StorageTrouble
from foundation.policy import policy
from resources.access import is_author, may_change_files, may_discard, may_edit, may_submit, may_withdraw, waits_for_review
from resources.actions.draft import ChangedMeanwhile, add_author, discard_draft, remove_author
from resources.actions.material_file import bring_material, change_material, made_of, move_file, remove_file, strip_metadata
from resources.actions.submission import submit_material, withdraw_submission
from resources.actions.upload import abandon_upload
from resources.coverage import prefill
from resources.forms.material import AuthorSearchForm, MaterialForm
from resources.forms.together import read_form_key
from resources.history import every_review, of_ready_versions, review_steps, with_words
from resources.models import Authorship, Material, MaterialFile, Upload
from resources.models.material import Status
from resources.pages import files_and_likes, upload_rows
from resources.suggestions import open_suggestions, suggestion_rows
from resources.variants import HAS_VARIANTS
from resources.versions import working_version

AUTHORS_FOUND = 10


@policy("teacher", methods=["GET", "POST"])
def material_new(request: HttpRequest) -> HttpResponse:
    """A file or a title makes a draft; without a script by this one form, with a script at the moment of choosing."""
    made = made_of(read_form_key(request.POST), request.user)
    if made is not None:
        return _sent_again(request, made)
    form = MaterialForm(request.POST or None, request.FILES or None, teacher=request.user)
    if request.method == "GET":
        # Only on showing: what came filled in and was sent so is the person's own choice.
        form.initial |= prefill(request.GET)
        form.begin_for(request.GET.get("library", ""))
    if request.method == "POST" and form.is_valid():
        try:
            material = bring_material(form.changed_values(), form.cleaned_data["received"], by=request.user, form_key=form.cleaned_data["form_key"])
        except FileRejected as rejection:
            form.refuse(rejection)
        except StorageTrouble as trouble:
            form.note_trouble(trouble)
        else:
            return _do(request, material) or redirect("material_edit", pk=material.pk)
    steps = [
        {"state": "now", "title": _("You send it"), "text": _("2–3 minutes")},
        {"state": "", "title": _("A colleague reads it"), "text": _("a methodist or a leader of the community")},
        {"state": "", "title": _("Everybody sees the material"), "text": _("until then marked “In review”")},
    ]
    return render(request, "materials/new.html", {"form": form, "steps": steps, "may_change_files": True, "may_submit": True}, status=form.status)


def _sent_again(request: HttpRequest, made: Material) -> HttpResponse:
    """What the form made when it was sent first; what it asked for beside is done if that has not come to pass."""
    if request.POST.get("do") == "submit" and may_submit(request.user, made):
        return _submit(request, made, "")
    messages.info(request, _("This form has been sent already: here is what it made. For another material open a new form."))
    return redirect("material_edit", pk=made.pk) if may_edit(request.user, made) else redirect(made)


@policy("teacher", methods=["GET", "POST"])
def material_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Every button of the page saves what was typed first, then does its own thing, and comes back here."""
    material = _visible(request, pk)
    if not may_edit(request.user, material):
        if may_withdraw(request.user, material):
            return render(request, "materials/waiting.html", {"material": material, "steps": review_steps(material, request.user)})
        raise PermissionDenied
    opened = may_change_files(request.user, material)
    form = MaterialForm(request.POST or None, request.FILES or None, teacher=request.user, material=material, may_change_files=opened)
    if request.method == "POST" and form.is_valid():
        try:
            material = change_material(material, form.changed_values(), form.cleaned_data["received"], by=request.user, seen=_seen(form))
        except ChangedMeanwhile:
            # Read anew and compare again: a colleague saved between reading and writing, and the form shows what both wrote.
            return material_edit(request, pk)
        except FileRejected as rejection:
            form.refuse(rejection)
        except StorageTrouble as trouble:
            form.note_trouble(trouble)
        else:
            return _do(request, material) or redirect("material_edit", pk=material.pk)
    return render(request, "materials/edit.html", _edit_context(request, material, form, opened), status=form.status)


def _seen(form: MaterialForm) -> datetime.datetime | None:
    """When the row was last changed that the form was compared with; a page without fingerprints was not compared."""
    return form.material.changed_at if form.material and form.cleaned_data.get("shown") else None


def _edit_context(request: HttpRequest, material: Material, form: MaterialForm, opened: bool) -> dict[str, Any]:
    search = AuthorSearchForm(request.GET)
    words = search.cleaned_data["author_name"] if search.is_valid() else ""
    authors = [authorship.teacher for authorship in material.authorships.all()]
    files, similar = files_and_likes(material, request.user)
    version = working_version(material)
    reviews = every_review(material)
    return {
        "form": form,
        "material": material,
        "files": files,
        "similar": similar,
        "suggestions": suggestion_rows(material, open_suggestions(material)) if reviews else [],
        "uploads": upload_rows(material) if opened else [],
        "may_change_files": opened,
        "may_submit": may_submit(request.user, material),
        "may_discard": not reviews and may_discard(request.user, material),
        "authors": authors,
        "author_name": words,
        "found": _colleagues_named(words, authors, request.user) if words else [],
        "reviews": with_words(one for one in reversed(reviews) if one.review.version_id == version.pk),
        "steps": review_steps(material, request.user, of_ready_versions(material, reviews)),
        "is_published": material.status == Status.PUBLISHED and not opened,
        "version": version,
    }


def _colleagues_named(words: str, authors: list[Teacher], reader: Teacher) -> list[Teacher]:
    found = Teacher.objects.visible_to(reader).active().named(words).exclude(pk__in=[author.pk for author in authors])
    return list(found.for_list()[:AUTHORS_FOUND])


@policy("teacher", methods=["POST"])
def material_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it as it is."""
    return _submit(request, _visible(request, pk), "")


@policy("teacher", methods=["POST"])
def material_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Back from review to the author's table."""
    material = _visible(request, pk)
    if material.status == Status.DRAFT and may_edit(request.user, material):
        return redirect("material_edit", pk=material.pk)
    try:
        withdraw_submission(material, by=request.user)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
    else:
        messages.success(request, _("The material is a draft again."))
    return redirect("material_edit", pk=material.pk)


@policy("teacher", methods=["GET", "POST"])
def material_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft goes for good: asked once more on a page of its own."""
    material = _visible(request, pk)
    if not may_discard(request.user, material):
        raise PermissionDenied
    if request.method == "GET":
        return render(request, "materials/discard.html", {"material": material})
    discard_draft(material, by=request.user)
    messages.success(request, _("The draft is gone."))
    return redirect("material_list")


def _visible(request: HttpRequest, pk: int) -> Material:
    materials = Material.objects.visible_to(request.user).select_related("library__community", "library__school", "created_by", "derived_from__material")
    authors = Prefetch("authorships", Authorship.objects.select_related("teacher__school").order_by("order", "id"))
    return get_object_or_404(materials.prefetch_related("versions", authors).annotate(has_variants=HAS_VARIANTS), pk=pk)


# --- what the buttons of the page do --------------------------------------------------------------------------------


def _do(request: HttpRequest, material: Material) -> HttpResponse | None:
    """The pressed button: `name` or `name:argument`. None means saving was all that was asked."""
    name, _colon, argument = request.POST.get("do", "").partition(":")
    deed = DEEDS.get(name)
    if deed is None:
        messages.success(request, _("Saved."))
        return None
    try:
        return deed(request, material, argument)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
        return None


def _submit(request: HttpRequest, material: Material, argument: str) -> HttpResponse:
    if waits_for_review(material) and is_author(request.user, material):
        # Pressed twice: it is on its way already.
        return redirect(material)
    try:
        submit_material(material, by=request.user)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
        return redirect("material_edit", pk=material.pk)
    messages.success(request, _("The material is sent for review. You will see the answer on its page."))
    return redirect(material)


def _file(material: Material, argument: str) -> MaterialFile:
    if not argument.isdecimal() or len(argument) > 18:
        raise Http404
    return get_object_or_404(MaterialFile.objects.select_related("version__material"), version__material=material, pk=argument)


def _remove_file(request: HttpRequest, material: Material, argument: str) -> None:
    remove_file(_file(material, argument), by=request.user)
    messages.success(request, _("The file is removed."))


def _raise_file(request: HttpRequest, material: Material, argument: str) -> None:
    move_file(_file(material, argument), by=request.user, up=True)


def _lower_file(request: HttpRequest, material: Material, argument: str) -> None:
    move_file(_file(material, argument), by=request.user, up=False)


def _strip_file(request: HttpRequest, material: Material, argument: str) -> None:
    strip_metadata(_file(material, argument), by=request.user)
    messages.success(request, _("The personal details are removed from the file."))


def _drop_upload(request: HttpRequest, material: Material, argument: str) -> None:
    for upload in Upload.objects.filter(material=material, teacher=request.user, file=None):
        if str(upload.pk) == argument:
            abandon_upload(upload)


def _search_author(request: HttpRequest, material: Material, argument: str) -> HttpResponse:
    form = AuthorSearchForm(request.POST)
    words = form.cleaned_data["author_name"] if form.is_valid() else ""
    return redirect(reverse("material_edit", args=[material.pk], query={"author_name": words}) + "#authors")


def _colleague(request: HttpRequest, argument: str) -> Teacher:
    if not argument.isdecimal() or len(argument) > 18:
        raise Http404
    return get_object_or_404(Teacher.objects.visible_to(request.user).active(), pk=argument)


def _add_author(request: HttpRequest, material: Material, argument: str) -> None:
    add_author(material, _colleague(request, argument), by=request.user)


def _remove_author(request: HttpRequest, material: Material, argument: str) -> HttpResponse | None:
    remove_author(material, _colleague(request, argument), by=request.user)
    return None if may_edit(request.user, material) else redirect("material_list")


DEEDS: dict[str, Callable[[HttpRequest, Material, str], HttpResponse | None]] = {
    "submit": _submit,
    "remove-file": _remove_file,
    "raise-file": _raise_file,
    "lower-file": _lower_file,
    "strip-file": _strip_file,
    "drop-upload": _drop_upload,
    "search-author": _search_author,
    "add-author": _add_author,
    "remove-author": _remove_author,
}
