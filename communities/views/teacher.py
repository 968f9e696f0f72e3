"""The directory, a teacher's page, the own profile."""

import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from communities import access
from communities.actions.photo import remove_photo, set_photo
from communities.actions.teacher import edit_profile, give_network_role
from communities.filters import TeacherFilter
from communities.forms.profile import NetworkRoleForm, PhotoForm, ProfileForm
from communities.models import Community, Consent, Teacher
from communities.models.consent import Purpose
from communities.pages_people import by_place, teacher_panels
from foundation.files.errors import StorageTrouble
from foundation.files.serving import file_response
from foundation.policy import policy

PAGE_SIZE = 25


def teacher_or_404(request: HttpRequest, pk: int) -> Teacher:
    """The person of an address, if the reader may know them."""
    return get_object_or_404(Teacher.objects.visible_to(request.user).for_list(), pk=pk)


def show_photo(teacher: Teacher, reader: Any) -> None:
    """Give the avatar its picture where the reader may see it."""
    if access.may_see_photo(teacher, reader):
        teacher.photo_url = reverse("teacher_photo", args=[teacher.pk])  # type: ignore[attr-defined]


@policy("teacher")
def teacher_list(request: HttpRequest) -> HttpResponse:
    """Confirmed people of the network; the waiting ones are their coordinator's business."""
    found = TeacherFilter(request.GET, queryset=Teacher.objects.visible_to(request.user).active().for_list())
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    for teacher in page:
        show_photo(teacher, request.user)
    return render(request, "teachers/teacher_list.html", {"filter": found, "page": page})


@policy("teacher")
def teacher_page(request: HttpRequest, pk: int) -> HttpResponse:
    teacher, reader = teacher_or_404(request, pk), request.user
    show_photo(teacher, reader)
    context = {
        "teacher": teacher,
        "places": teacher.employments.current().select_related("school", "position"),
        "communities": Community.objects.visible_to(reader).open_now().filter(memberships__teacher=teacher, memberships__left_on=None).order_by("name"),
        "email": teacher.email if access.may_see_contact(teacher, reader, teacher.show_email) else "",
        "phone": teacher.phone if access.may_see_contact(teacher, reader, teacher.show_phone) else "",
        "is_me": teacher.pk == reader.pk,
        "role_form": NetworkRoleForm(initial={"role": teacher.role}) if reader.is_administrator else None,
        "panels": by_place(teacher_panels, teacher, reader),
    }
    return render(request, "teachers/teacher_page.html", context)


@policy("account")
def teacher_photo(request: HttpRequest, pk: int) -> HttpResponse:
    """The photo, to those who see the person and to whom its owner shows it."""
    teacher = get_object_or_404(Teacher.objects.visible_to(request.user), pk=pk)
    if not access.may_see_photo(teacher, request.user):
        raise Http404
    return file_response(request, teacher.photo, download_name="photo.webp", media_type="image/webp", inline=True)


@policy("administrator", methods=["POST"])
def teacher_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Role in the network."""
    teacher = teacher_or_404(request, pk)
    form = NetworkRoleForm(request.POST)
    if not form.is_valid():
        raise PermissionDenied
    try:
        give_network_role(teacher, form.cleaned_data["role"], by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The role in the network was changed."))
    return redirect(teacher)


@policy("account", methods=["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """What I say about myself."""
    teacher = request.user
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=copy.copy(teacher))
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        edit_profile(teacher, by=teacher, subjects=fields.pop("subjects"), **fields)
        messages.success(request, _("Your profile was saved."))
        return redirect("profile")
    return _render_profile(request, form=form, photo_form=PhotoForm())


@policy("account", methods=["POST"])
def profile_photo(request: HttpRequest) -> HttpResponse:
    """A new photo; with `remove` none any more."""
    teacher = request.user
    if "remove" in request.POST:
        remove_photo(teacher, by=teacher)
        messages.success(request, _("Your photo was removed."))
        return redirect("profile")
    form, status = PhotoForm(request.POST, request.FILES), 200
    if form.is_valid():
        try:
            set_photo(teacher, form.cleaned_data["photo"], by=teacher)
        except ValidationError as refusal:
            form.add_error("photo", refusal)
        except StorageTrouble as trouble:
            form.add_error("photo", str(trouble.words))
            status = 503
        else:
            messages.success(request, _("Your photo was saved."))
            return redirect("profile")
    return _render_profile(request, form=ProfileForm(instance=copy.copy(teacher)), photo_form=form, status=status)


def _render_profile(request: HttpRequest, *, form: ProfileForm, photo_form: PhotoForm, status: int = 200) -> HttpResponse:
    teacher = request.user
    context = {
        "form": form,
        "photo_form": photo_form,
        "consents": _consents(teacher),
        "places": teacher.employments.filter(ended_on=None).select_related("school"),
    }
    return render(request, "teachers/profile.html", context, status=status)


def _consents(teacher: Teacher) -> list[dict[str, Any]]:
    """Each purpose with the live consent, if there is one."""
    live = {consent.text.purpose: consent for consent in Consent.objects.filter(teacher=teacher, withdrawn_at=None).select_related("text")}
    return [{"purpose": purpose.value, "title": purpose.label, "consent": live.get(purpose.value)} for purpose in Purpose]
