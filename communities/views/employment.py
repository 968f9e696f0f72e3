"""The coordinator's page: who waits, who works here, codes on paper."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities import access
from communities.accounts import on_this_site
from communities.actions.employment import confirm_employment, end_employment, give_school_roles, refuse_employment
from communities.actions.paper_code import LIFETIME, add_teacher_on_paper, issue_paper_code
from communities.forms.employment import RefusalForm, SchoolRolesForm
from communities.forms.paper_code import PaperTeacherForm
from communities.models import Employment, School
from communities.pages_people import school_head
from foundation.policy import policy


def _school_run_by(request: HttpRequest, slug: str) -> School:
    """The school of an address; 403 for those who see but do not run it."""
    school = get_object_or_404(School.objects.visible_to(request.user).for_page(), slug=slug)
    if not access.may_run_school(request.user, school):
        raise PermissionDenied
    return school


def _place(request: HttpRequest, slug: str, pk: int) -> Employment:
    """An employment of exactly this school."""
    school = _school_run_by(request, slug)
    return get_object_or_404(Employment.objects.select_related("teacher", "school").filter(school=school, teacher__erased_at=None), pk=pk)


@policy("teacher")
def school_staff(request: HttpRequest, slug: str) -> HttpResponse:
    school = _school_run_by(request, slug)
    return _render_staff(request, school)


def _render_staff(request: HttpRequest, school: School, *, refused: int | None = None, refusal_form: RefusalForm | None = None) -> HttpResponse:
    reader = request.user
    people = Employment.objects.filter(school=school, teacher__erased_at=None).select_related("teacher__position", "position", "school")
    waiting = people.waiting().prefetch_related("teacher__subjects", "teacher__emailaddress_set").order_by("started_on", "id")
    current = people.current().prefetch_related("teacher__employments").order_by("teacher__last_name", "teacher__first_name", "id")
    context = {
        **school_head(school, reader, current="staff"),
        "waiting": [_waiting_row(place, refusal_form if place.pk == refused else RefusalForm(auto_id=f"id_{place.pk}_%s")) for place in waiting],
        "current": [_row(place, reader) for place in current],
        "may_give_roles": access.may_give_school_roles(reader),
    }
    return render(request, "schools/school_staff.html", context)


def _waiting_row(place: Employment, refusal_form: RefusalForm | None) -> dict[str, Any]:
    verified = any(address.verified for address in place.teacher.emailaddress_set.all())  # type: ignore[attr-defined]
    return {"place": place, "email_confirmed": verified, "refusal_form": refusal_form}


def _row(place: Employment, reader: Any) -> dict[str, Any]:
    on_paper = bool(place.teacher.login) and not place.teacher.email
    return {
        "place": place,
        "may_end": access.may_end_employment(reader, place),
        "may_issue": on_paper and access.may_issue_paper_code(reader, place),
        "never_signed_in": on_paper and not place.teacher.has_usable_password(),
    }


@policy("teacher", methods=["POST"])
def employment_confirm(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    place = _place(request, slug, pk)
    if confirm_employment(place, by=request.user):
        messages.success(request, _("%(name)s is confirmed.") % {"name": place.teacher})
    else:
        messages.info(request, _("This request was answered already."))
    return redirect("school_staff", slug=slug)


@policy("teacher", methods=["POST"])
def employment_refuse(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    place = _place(request, slug, pk)
    form = RefusalForm(request.POST, auto_id=f"id_{place.pk}_%s")
    if not form.is_valid():
        return _render_staff(request, _school_run_by(request, slug), refused=place.pk, refusal_form=form)
    if refuse_employment(place, by=request.user, reason=form.cleaned_data["reason"]):
        messages.success(request, _("The request was refused. The person will read the reason after signing in."))
    else:
        messages.info(request, _("This request was answered already."))
    return redirect("school_staff", slug=slug)


@policy("teacher", methods=["GET", "POST"])
def employment_end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """GET asks, POST ends."""
    place = _place(request, slug, pk)
    if not access.may_end_employment(request.user, place):
        raise PermissionDenied
    if request.method == "GET":
        return render(request, "schools/employment_end.html", {"place": place, "school": place.school})
    if end_employment(place, by=request.user):
        messages.success(request, _("%(name)s no longer works at the school.") % {"name": place.teacher})
    return redirect("school_staff", slug=slug)


@policy("methodist", methods=["POST"])
def employment_roles(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Head and coordinator are made by methodists and administrators."""
    place = _place(request, slug, pk)
    form = SchoolRolesForm(request.POST)
    if form.is_valid() and give_school_roles(place, by=request.user, **form.cleaned_data):
        messages.success(request, _("The roles at the school were saved."))
    return redirect("school_staff", slug=slug)


@policy("teacher", methods=["GET", "POST"])
def paper_teacher_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a teacher without an e-mail on the list; the answer is the sheet with the code, shown this once."""
    school = _school_run_by(request, slug)
    form = PaperTeacherForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            place, code = add_teacher_on_paper(school, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return _sheet(request, place, code)
    return render(request, "schools/paper_teacher_new.html", {"school": school, "form": form})


@policy("teacher", methods=["POST"])
def paper_code_issue(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A new code in place of a lost or expired one."""
    place = _place(request, slug, pk)
    if not access.may_issue_paper_code(request.user, place):
        raise Http404
    return _sheet(request, place, issue_paper_code(place.teacher, by=request.user))


def _sheet(request: HttpRequest, place: Employment, code: str) -> HttpResponse:
    valid_until = place.teacher.paper_codes.latest("id").expires_at
    days = ngettext("%(days)s day", "%(days)s days", LIFETIME.days) % {"days": LIFETIME.days}
    addresses = {"site": on_this_site("/"), "address": on_this_site(reverse("paper_code"))}
    context = addresses | {"place": place, "school": place.school, "code": code, "valid_until": valid_until, "days": days}
    return render(request, "schools/paper_sheet.html", context)
