"""New versions, bringing old ones back, variants, and who used what."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from communities.models import Teacher
from foundation.files.errors import FileRejected, StorageTrouble
from foundation.policy import policy
from resources.access import OPEN_VERSION, may_adapt, may_make_version
from resources.actions.variant import adapt_material
from resources.actions.version import describe_version, discard_version, restore_version, start_version, withdraw_version
from resources.forms.version import AdaptForm, VersionForm
from resources.licences import EXPLAINED
from resources.models import Material
from resources.reading import visible_material
from resources.use_panels import may_see_uses, use_counts
from resources.variants import variant_tree
from resources.versions import prepared_version

PAGE = 50


@policy("teacher", methods=["GET", "POST"])
def material_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a new version, or say anew what changes in it."""
    material = _own(request, pk)
    version = prepared_version(material)
    if version is not None and version.preparation not in OPEN_VERSION:
        return redirect(material)
    form = VersionForm(request.POST or None, has_begun=version is not None, initial={"changes": version.changes} if version else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["changes"]
        try:
            if version is None:
                start_version(material, by=request.user, changes=words, with_files=form.cleaned_data["with_files"])
            else:
                describe_version(material, by=request.user, changes=words)
        except (FileRejected, ValidationError) as problem:
            form.add_error(None, problem)
        except StorageTrouble as trouble:
            form.add_error(None, str(trouble.words))
            status = 503
        except FileNotFoundError:
            form.add_error(None, _("A file of this material is missing in storage. Begin without files and upload them anew."))
        else:
            return redirect("material_edit", pk=material.pk)
    return render(request, "materials/version.html", {"material": material, "form": form, "version": version}, status=status)


@policy("teacher", methods=["GET", "POST"])
def material_version_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once more on a page of its own: the files of the new version go."""
    material = _own(request, pk)
    if request.method == "GET":
        return render(request, "materials/version_discard.html", {"material": material})
    discard_version(material, by=request.user)
    messages.success(request, _("The new version is given up; the published one stays."))
    return redirect(material)


@policy("teacher", methods=["POST"])
def material_version_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    material = _own(request, pk)
    try:
        withdraw_version(material, by=request.user)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
        return redirect(material)
    messages.success(request, _("The new version is in preparation again."))
    return redirect("material_edit", pk=material.pk)


@policy("teacher", methods=["GET", "POST"])
def material_version_restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Bring an older version back, asked once more first."""
    material = _own(request, pk)
    old = material.versions.ready().filter(number=min(number, 2**15 - 1)).first()
    if old is None:
        raise Http404
    if request.method == "GET":
        return render(request, "materials/version_restore.html", {"material": material, "version": old})
    try:
        restore_version(material, old.number, by=request.user)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
    else:
        messages.success(request, _("Version %(number)s is current again.") % {"number": old.number})
    return redirect(material)


@policy("teacher", methods=["GET", "POST"])
def material_adapt(request: HttpRequest, pk: int) -> HttpResponse:
    """A variant of one's own: the authors' terms in words first, then a draft with copies of the files."""
    material = visible_material(request.user, pk)
    if not may_adapt(request.user, material):
        raise PermissionDenied
    form, status = AdaptForm(request.POST or None, original=material), 200
    if request.method == "POST" and form.is_valid():
        try:
            variant = adapt_material(material, by=request.user, licence=form.cleaned_data["licence"])
        except (FileRejected, ValidationError) as problem:
            form.add_error(None, problem)
        except StorageTrouble as trouble:
            form.add_error(None, str(trouble.words))
            status = 503
        except FileNotFoundError:
            form.add_error(None, _("A file of this material is missing in storage; tell its authors."))
        else:
            messages.success(request, _("Here is your variant: change it and send it for review. Its page names the authors of the original."))
            return redirect("material_edit", pk=variant.pk)
    return render(request, "materials/adapt.html", {"material": material, "form": form, "terms": EXPLAINED[material.licence]}, status=status)


@policy("public")
def material_variants(request: HttpRequest, pk: int) -> HttpResponse:
    """The tree that the material stands in, both ways, as far as the reader sees it."""
    material = visible_material(request.user, pk)
    return render(request, "materials/variants.html", {"material": material, "roots": variant_tree(material, request.user)})


@policy("teacher")
def material_uses(request: HttpRequest, pk: int) -> HttpResponse:
    """For authors: who used which version, when, in which class. People the author may not see are counted, not named."""
    material = visible_material(request.user, pk)
    if not may_see_uses(request.user, material):
        raise PermissionDenied
    uses = material.reuses.select_related("teacher__school", "school", "version").order_by("-used_on", "-id")
    page = Paginator(uses, PAGE).get_page(request.GET.get("page"))
    people = Teacher.objects.visible_to(request.user).filter(pk__in=[use.teacher_id for use in page])
    named = set(people.values_list("pk", flat=True))
    return render(request, "materials/uses.html", {"material": material, "page": page, "named": named, **use_counts(material)})


def _own(request: HttpRequest, pk: int) -> Material:
    """404 for what one may not see, 403 for what is somebody else's or not published."""
    material = get_object_or_404(Material.objects.visible_to(request.user).select_related("library__community", "created_by"), pk=pk)
    if not may_make_version(request.user, material):
        raise PermissionDenied
    return material
