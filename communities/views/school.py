"""The list of schools, a school's page, its teachers, its passport."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from communities import access
from communities.actions.school import edit_school
from communities.filters import SchoolFilter
from communities.forms.school import SchoolForm
from communities.models import Employment, School, Teacher
from communities.pages_people import by_place, school_head, school_panels
from communities.passport import peculiarities_with_directions
from foundation.policy import policy

PAGE_SIZE = 25


def school_or_404(request: HttpRequest, slug: str) -> School:
    """The school of an address."""
    return get_object_or_404(School.objects.visible_to(request.user).for_page(), slug=slug)


@policy("public")
def school_list(request: HttpRequest) -> HttpResponse:
    found = SchoolFilter(request.GET, queryset=School.objects.visible_to(request.user).open().for_list())
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "schools/school_list.html", {"filter": found, "page": page})


@policy("public")
def school_overview(request: HttpRequest, slug: str) -> HttpResponse:
    school, reader = school_or_404(request, slug), request.user
    roles = Employment.objects.current().filter(school=school, teacher__is_active=True, teacher__erased_at=None).select_related("teacher__position", "position")
    people = list(roles.filter(is_head=True) | roles.filter(is_coordinator=True))
    context = {
        **school_head(school, reader, current="profile"),
        "rows": peculiarities_with_directions(school, reader),
        "heads": [place for place in people if place.is_head],
        "coordinators": [place for place in people if place.is_coordinator],
        "knows_names": access.is_confirmed(reader),
        "panels": by_place(school_panels, school, reader),
    }
    return render(request, "schools/school_overview.html", context)


@policy("teacher")
def school_teachers(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody who works here today."""
    school, reader = school_or_404(request, slug), request.user
    here = Employment.objects.current().filter(school=school).values("teacher_id")
    people = Teacher.objects.visible_to(reader).active().filter(pk__in=here).for_list()
    page = Paginator(people, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "schools/school_teachers.html", {**school_head(school, reader, current="teachers"), "page": page})


@policy("teacher", methods=["GET", "POST"])
def school_edit(request: HttpRequest, slug: str) -> HttpResponse:
    school = school_or_404(request, slug)
    if not access.may_run_school(request.user, school):
        raise PermissionDenied
    form = SchoolForm(request.POST if request.method == "POST" else None, school=school)
    if request.method == "POST" and form.is_valid():
        edit_school(school, by=request.user, **form.cleaned_data)
        messages.success(request, _("The school's passport was saved."))
        return redirect(school)
    return render(request, "schools/school_edit.html", {"school": school, "form": form})
