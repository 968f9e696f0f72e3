"""Collections: the list, a page of one, gathering and ordering."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from communities.access import author_name
from communities.models import Community
from foundation.policy import policy
from resources import collections as reading
from resources.access_collection import kept_community_ids, may_collect, may_delete_collection, may_edit_collection
from resources.actions.collection import (
    NOTE,
    ChangedMeanwhile,
    add_material,
    change_collection,
    collect_into_new,
    create_collection,
    delete_collection,
    made_of,
    move_item,
    remove_item,
)
from resources.forms.collection import CollectForm, CollectionEditForm, CollectionForm
from resources.forms.together import read_form_key
from resources.models import Collection, Material
from resources.models.collection import CollectionVisibility
from resources.reading import visible_material
from resources.search import search_materials, shelf

PAGE_SIZE = 20
FOUND = 10
MAX_QUERY = 200


@policy("public")
def collection_list(request: HttpRequest) -> HttpResponse:
    """News of followed collections are shown here; mail about them belongs to the notifications."""
    reader = request.user
    choice = reading.read_choice(request.GET, reader)
    page = Paginator(reading.find_collections(choice, reader), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = reading.present_collections(list(page.object_list), reader)
    if choice.followed:
        reading.add_news(rows, reader)
    context = {"choice": choice, "page": page, "rows": rows, "tabs": _tabs(choice, reader), "may_collect": may_collect(reader)}
    return render(request, "collections/list.html", context)


def _tabs(choice: reading.CollectionChoice, reader: Any) -> list[dict[str, Any]]:
    if not may_collect(reader):
        return []
    start = reverse("collection_list")
    return [
        {"text": _("All collections"), "url": start, "count": None, "current": not choice.mine and not choice.followed},
        {"text": _("My collections"), "url": f"{start}?mine=1", "count": None, "current": choice.mine and not choice.followed},
        {"text": _("Collections I follow"), "url": f"{start}?followed=1", "count": None, "current": choice.followed},
    ]


@policy("public")
def collection_detail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """A wrong slug leads to the right address, for those alone who may see the collection."""
    reader = request.user
    collection = reading.visible_collection(reader, pk)
    if slug != collection.slug:
        return redirect(collection, permanent=True)
    follow = collection.follows.filter(teacher=reader).first() if may_collect(reader) else None
    entries = reading.entries_of(collection, reader, follow.since if follow else None)
    context = {
        "collection": collection,
        "owner": author_name(collection.owner, reader),
        "entries": entries,
        "fresh": sum(entry.is_fresh for entry in entries),
        "size": reading.size_of(collection, reader),
        "follow": follow,
        "may_follow": may_collect(reader) and collection.owner_id != reader.pk,
        "may_edit": may_edit_collection(reader, collection),
        "may_delete": may_delete_collection(reader, collection),
        "is_public": collection.visibility == CollectionVisibility.PUBLIC,
        "address": settings.SITE_URL + collection.get_absolute_url(),
    }
    return render(request, "collections/detail.html", context)


@policy("teacher", methods=["GET", "POST"])
def collection_new(request: HttpRequest) -> HttpResponse:
    """A title begins it; the same form sent twice leads to the collection that it made."""
    made = made_of(read_form_key(request.POST), request.user)
    if made is not None:
        messages.info(request, _("This form has been sent already: here is the collection that it made. For another one open a new form."))
        return redirect("collection_edit", pk=made.pk)
    initial = {}
    kept = Community.objects.filter(pk__in=kept_community_ids(request.user), slug=request.GET.get("community", "")[:80].replace("\x00", "")).first()
    if kept:
        initial = {"community": kept.pk, "visibility": CollectionVisibility.COMMUNITY}
    form = CollectionForm(request.POST or None, teacher=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            collection = create_collection(values.pop("title"), by=request.user, **values)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            return redirect("collection_edit", pk=collection.pk)
    return render(request, "collections/new.html", {"form": form})


@policy("teacher", methods=["GET", "POST"])
def collection_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Every button of the page saves what was typed first, then does its own thing, and comes back here."""
    collection = _editable(request, pk)
    entries = reading.entries_of(collection, request.user)
    items = list(reading.visible_items(collection, [entry.row.pk for entry in entries]))
    form = CollectionEditForm(request.POST or None, teacher=request.user, collection=collection, items=items)
    if request.method == "POST" and form.is_valid():
        try:
            change_collection(collection, form.changes(), by=request.user)
            return _do(request, collection)
        except ChangedMeanwhile as theirs:
            form.show_theirs(theirs.texts)
        except ValidationError as problem:
            form.add_error(None, problem)
    words = _words(request.GET)
    here = {entry.row.pk for entry in entries}
    context = {
        "collection": collection,
        "form": form,
        "rows": [(item.pk, entry.row, form[f"{NOTE}{item.pk}"]) for entry, item in zip(entries, items, strict=True)],
        "words": words,
        "found": [(material, material.pk in here) for material in search_materials(words, request.user, FOUND)],
        "may_delete": may_delete_collection(request.user, collection),
    }
    return render(request, "collections/edit.html", context)


def _do(request: HttpRequest, collection: Collection) -> HttpResponse:
    """What the pressed button asks for; its value is a verb and, after a colon, the number of an item or a material."""
    verb, _colon, number = request.POST.get("do", "").partition(":")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) <= 18 else 0
    words = _words(request.POST)
    if verb == "save" or (verb == "" and words == request.POST.get("asked", "")):
        messages.success(request, _("The collection is saved."))
        return redirect(Collection.objects.get(pk=collection.pk))
    anchor = "found"
    if verb in ("up", "down"):
        move_item(collection, pk, by=request.user, up=verb == "up")
        anchor = f"item-{pk}"
    elif verb == "remove":
        remove_item(collection, pk, by=request.user)
        anchor = "items"
    elif verb == "add":
        add_material(collection, get_object_or_404(shelf(request.user), pk=pk), by=request.user)
    query = f"?{urlencode({'q': words})}" if words else ""
    return redirect(f"{reverse('collection_edit', args=[collection.pk])}{query}#{anchor}")


def _words(params: Any) -> str:
    return " ".join(params.get("q", "")[:MAX_QUERY].replace("\x00", " ").encode("utf-8", "replace").decode().split())


@policy("teacher", methods=["GET", "POST"])
def collection_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once more on a page of its own."""
    collection = reading.visible_collection(request.user, pk)
    if not may_delete_collection(request.user, collection):
        raise PermissionDenied
    if request.method == "GET":
        return render(request, "collections/delete.html", {"collection": collection})
    delete_collection(collection, by=request.user)
    messages.success(request, _("The collection is gone. Its materials stay in the library."))
    return redirect(f"{reverse('collection_list')}?mine=1")


@policy("teacher", methods=["GET", "POST"])
def material_collect(request: HttpRequest, pk: int) -> HttpResponse:
    """«Into my collection» of a material's page: a title makes a new one, otherwise the chosen one takes it."""
    material: Material = visible_material(request.user, pk)
    if request.method == "GET":
        holding, others = reading.offered_collections(material, request.user)
        return render(request, "collections/collect.html", {"material": material, "holding": holding, "others": others})
    form = CollectForm(request.POST, teacher=request.user)
    try:
        if not form.is_valid():
            raise ValidationError([message for messages_of_field in form.errors.values() for message in messages_of_field])
        if form.cleaned_data["title"]:
            collection = collect_into_new(form.cleaned_data["title"], material, by=request.user)
        else:
            collection = form.cleaned_data["collection"]
            add_material(collection, material, by=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("material_collect", pk=pk)
    else:
        messages.success(request, _("The material stands in the collection “%(title)s”.") % {"title": collection.title})
    return redirect(material)


def _editable(request: HttpRequest, pk: int) -> Collection:
    collection = reading.visible_collection(request.user, pk)
    if not may_edit_collection(request.user, collection):
        raise PermissionDenied
    return collection
