"""The coverage map, and calls for materials from its holes."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.policy import policy
from resources.access_collection import addressable_communities, may_close_call
from resources.actions.material_call import call_for_materials, close_call
from resources.coverage import ENOUGH, ICONS, KINDS, PROVEN_MATERIALS, State, build_coverage, cell_url, cell_words, read_cell, read_choice, totals_in_words
from resources.coverage_cell import build_cell
from resources.forms.material_call import CallForm
from resources.models import MaterialCall


@policy("public")
def coverage_map(request: HttpRequest) -> HttpResponse:
    choice = read_choice(request.GET)
    coverage = build_coverage(choice, request.user)
    explained = {
        State.NONE: _("not a single material"),
        State.FEW: _("fewer than %(enough)s materials") % {"enough": ENOUGH},
        State.ENOUGH: _("%(enough)s materials and more") % {"enough": ENOUGH},
        State.PROVEN: _("%(enough)s and more, at least %(used)s of them used at lessons") % {"enough": ENOUGH, "used": PROVEN_MATERIALS},
    }
    context = {
        "choice": choice,
        "coverage": coverage,
        "words": totals_in_words(coverage),
        "legend": [(state, ICONS[state], KINDS[state], explained[state]) for state in State],
    }
    return render(request, "materials/coverage.html", context)


@policy("public")
def coverage_cell(request: HttpRequest, subject: str, grade: int) -> HttpResponse:
    """One subject and grade; what the curriculum does not have does not exist."""
    cell = read_cell(subject, str(grade), request.GET)
    if cell is None:
        raise Http404
    context = {"cell": build_cell(*cell, request.user), "title": cell_words(*cell), "subject": cell[0], "grade": grade, "purpose": cell[2]}
    return render(request, "materials/coverage_cell.html", context)


@policy("teacher", methods=["GET", "POST"])
def material_call(request: HttpRequest) -> HttpResponse:
    """Ask the communities of a subject for materials; the cell stands in the address."""
    cell = read_cell(request.GET.get("subject", ""), request.GET.get("grade", ""), request.GET)
    if cell is None:
        raise Http404
    subject, grade, purpose = cell
    addressable = addressable_communities(request.user, subject)
    if not addressable.exists():
        raise PermissionDenied
    called = MaterialCall.objects.filter(subject=subject, grade=grade, purpose=purpose, closed_on=None).values("community_id")
    form = CallForm(request.POST or None, communities=addressable.exclude(pk__in=called))
    if request.method == "POST" and form.is_valid():
        calls = call_for_materials(subject, grade, purpose, form.cleaned_data["communities"], by=request.user, due_on=form.cleaned_data["due_on"])
        messages.success(request, ngettext("%(count)s community is called.", "%(count)s communities are called.", len(calls)) % {"count": len(calls)})
        return redirect(cell_url(subject, grade, purpose))
    context = {
        "form": form,
        "cell": cell_words(subject, grade, purpose),
        "back": cell_url(subject, grade, purpose),
        "called": addressable.filter(pk__in=called),
    }
    return render(request, "materials/call.html", context)


@policy("teacher", methods=["POST"])
def material_call_close(request: HttpRequest, pk: int) -> HttpResponse:
    call = get_object_or_404(MaterialCall.objects.select_related("community"), pk=pk)
    if not may_close_call(request.user, call):
        raise PermissionDenied
    close_call(call, by=request.user)
    messages.success(request, _("The call is closed."))
    return redirect(reverse("community", args=[call.community.slug]))
