"""Libraries of the network, its communities and schools: the list, a library's page, its rules and curators."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from communities.access import is_confirmed
from communities.models import Community, School, Teacher
from foundation.policy import policy
from foundation.text_search.query import MAX_LENGTH
from resources.access import is_reviewer, may_open_library, may_set_library, may_upload
from resources.actions.draft import ChangedMeanwhile
from resources.actions.library import SETTINGS, add_curator, open_library, remove_curator, set_library, set_quota
from resources.catalogue import build_catalogue
from resources.forms.library import CuratorSearchForm, LibraryForm, QuotaForm
from resources.forms.material import shelf_code
from resources.history import who_reviews
from resources.libraries import KINDS, counts_of, head_of, list_libraries, shelf_url
from resources.models import Library
from resources.models.material import Licence
from resources.quotas import quota_of, shelf_bytes
from resources.search import shelf

PAGE = 30
FOUND = 10


@policy("public")
def library_list(request: HttpRequest) -> HttpResponse:
    """All libraries, narrowed by kind and name; those who may open one find the button here."""
    words = " ".join(request.GET.get("q", "")[:MAX_LENGTH].replace("\x00", " ").split())
    kind = request.GET.get("kind", "")
    libraries = list_libraries(request.user, kind=kind, words=words)
    page = Paginator(libraries, PAGE).get_page(request.GET.get("page"))
    kinds = [{"code": code, "text": text, "chosen": code == kind} for code, text in KINDS.items()]
    return render(request, "libraries/list.html", {"page": page, "words": words, "kinds": kinds, "openable": _openable(request.user)})


def _openable(teacher: Any) -> list[tuple[str, School | Community]]:
    """Schools and communities this person runs that have no library yet. Two queries for those who run any."""
    if not may_upload(teacher):
        return []
    schools = School.objects.open().filter(pk__in=teacher.coordinated_school_ids, library=None) if teacher.coordinated_school_ids else ()
    communities = Community.objects.open_now().filter(pk__in=teacher.led_community_ids, library=None) if teacher.led_community_ids else ()
    return [*(("school", school) for school in schools), *(("community", community) for community in communities)]


@policy("public")
def library_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Rules, who reviews, how much there is, and the way to the shelf. Curators' names are for colleagues."""
    library = _library(pk)
    reader = request.user
    context = {
        **head_of(library),
        "counts": counts_of(library, reader),
        "shelf_url": shelf_url(library),
        "who_reviews": who_reviews(library),
        "licence": Licence(library.default_licence).label if library.default_licence in Licence.values else "",
        "curators": list(library.curators.filter(erased_at=None).select_related("school")) if is_confirmed(reader) else [],
        "may_set": may_set_library(reader, library),
        "may_review_here": is_reviewer(reader) and _reviews_in(reader, library),
        "upload_url": _upload_url(library, reader),
    }
    return render(request, "libraries/detail.html", context)


@policy("public")
def library_materials(request: HttpRequest, pk: int) -> HttpResponse:
    """The shelf as a catalogue."""
    library = _library(pk)
    catalogue = build_catalogue(request.GET, shelf(request.user).filter(library=library), request.user, leave_out=("community",))
    return render(request, "libraries/materials.html", {"catalogue": catalogue, **head_of(library)})


def _reviews_in(reader: Any, library: Library) -> bool:
    return may_set_library(reader, library) or library.curators.filter(pk=reader.pk).exists()


def _upload_url(library: Library, reader: Any) -> str:
    """Where a material for this shelf begins; empty for those who are not of the community or school."""
    if not may_upload(reader):
        return ""
    if library.community_id and library.community_id not in reader.current_memberships:
        return ""
    if library.school_id and library.school_id not in [place.school_id for place in reader.current_employments]:
        return ""
    code = shelf_code(library)
    return reverse("material_new", query={"library": code} if code else None)


@policy("teacher", methods=["POST"])
def library_open(request: HttpRequest) -> HttpResponse:
    """Open the library of a school or community that one runs; when it exists, go there."""
    models = {"school": School, "community": Community}
    model = models.get(request.POST.get("kind", ""))
    if model is None:
        raise Http404
    owner = get_object_or_404(model.objects.visible_to(request.user), slug=request.POST.get("slug", "").replace("\x00", "")[:80])
    if not may_open_library(request.user, owner):
        raise PermissionDenied
    library = open_library(owner, by=request.user)
    messages.success(request, _("The library is open. Say what it takes and who helps to review."))
    return redirect("library_settings", pk=library.pk)


@policy("teacher", methods=["GET", "POST"])
def library_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Rules in one form; curators found by name, added and removed one by one."""
    library = _library(pk)
    if not may_set_library(request.user, library):
        raise PermissionDenied
    deed, _colon, argument = request.POST.get("do", "").partition(":")
    form = LibraryForm(request.POST if request.method == "POST" and deed == "save" else None, instance=library, label_suffix="")
    if request.method == "POST":
        if deed in CURATOR_DEEDS:
            return _change_curators(request, library, deed, argument)
        if deed == "quota":
            return _set_quota(request, library)
        if deed == "find":
            search = CuratorSearchForm(request.POST)
            words = search.cleaned_data["curator_name"] if search.is_valid() else ""
            return redirect(reverse("library_settings", args=[pk], query={"curator_name": words}) + "#curators")
        if form.is_valid():
            try:
                set_library(library, form.cleaned_data, by=request.user, seen={name: form.initial[name] for name in SETTINGS})
            except ChangedMeanwhile:
                # Read anew and compare again: the page shows what both wrote.
                return library_settings(request, pk)
            messages.success(request, _("Saved."))
            return redirect("library", pk=pk)
        library = _library(pk)
    room = {"used": shelf_bytes(library), "quota": quota_of(library), "gigabytes": None if library.quota_bytes is None else library.quota_bytes // 1024**3}
    return render(request, "libraries/settings.html", {**head_of(library), "form": form, "room": room, **_curators(request, library)})


def _set_quota(request: HttpRequest, library: Library) -> HttpResponse:
    form = QuotaForm(request.POST)
    if form.is_valid():
        set_quota(library, form.cleaned_data["quota_gb"], by=request.user)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Room for files: expected a whole number of GB, or nothing for the usual measure."))
    return redirect(reverse("library_settings", args=[library.pk]) + "#room")


def _curators(request: HttpRequest, library: Library) -> dict[str, Any]:
    search = CuratorSearchForm(request.GET)
    words = search.cleaned_data["curator_name"] if search.is_valid() else ""
    curators = list(library.curators.select_related("school"))
    found = Teacher.objects.visible_to(request.user).active().named(words).exclude(pk__in=[person.pk for person in curators])
    if library.community_id:
        found = found.filter(memberships__community=library.community_id, memberships__left_on=None)
    elif library.school_id:
        found = found.filter(employments__school=library.school_id, employments__ended_on=None, employments__confirmed_on__isnull=False)
    return {"curators": curators, "curator_name": words, "found": list(found.for_list()[:FOUND]) if words else []}


CURATOR_DEEDS = {"add-curator": add_curator, "remove-curator": remove_curator}


def _change_curators(request: HttpRequest, library: Library, deed: str, argument: str) -> HttpResponse:
    if not argument.isdecimal() or len(argument) > 18:
        raise Http404
    person = get_object_or_404(Teacher if deed == "remove-curator" else Teacher.objects.visible_to(request.user).active(), pk=argument)
    try:
        CURATOR_DEEDS[deed](library, person, by=request.user)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
    else:
        messages.success(request, _("Saved."))
    return redirect(reverse("library_settings", args=[library.pk]) + "#curators")


def _library(pk: int) -> Library:
    return get_object_or_404(Library.objects.select_related("community", "school__municipality"), pk=pk)
