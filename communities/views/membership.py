"""Members of a community: joining, leaving, inviting, roles, exclusion."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from communities import access_communities as access
from communities.actions import membership as actions
from communities.forms.membership import ExclusionForm, JoinRequestForm, RoleForm, TeacherSearchForm
from communities.models import Community, Invitation, JoinRequest, Membership, Teacher
from communities.models.membership import MemberRole
from communities.pages import head_context
from communities.views.community import community_or_404, refuse
from foundation.policy import policy

PAGE_SIZE = 50
FOUND_AT_MOST = 30
BY_ROLE = Case(When(role=MemberRole.LEADER, then=Value(0)), When(role=MemberRole.MODERATOR, then=Value(1)), default=Value(2), output_field=IntegerField())


def _say(request: HttpRequest, error: ValidationError) -> None:
    messages.error(request, " ".join(error.messages))


# --- who takes part -------------------------------------------------------------------------------------------------


@policy("teacher")
def members(request: HttpRequest, slug: str) -> HttpResponse:
    community, teacher = community_or_404(request, slug), request.user
    rows = community.memberships.current().visible_to(teacher).for_list().order_by(BY_ROLE, "teacher__last_name", "teacher__first_name", "pk")
    context = head_context(community, teacher, current="members")
    context |= {"page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")), "may_manage": access.may_manage_members(teacher, community)}
    return render(request, "communities/membership_list.html", context)


@policy("teacher")
def member_history(request: HttpRequest, slug: str) -> HttpResponse:
    """Ended memberships and every dated role: for those who manage the members; to others the page does not exist."""
    community, teacher = community_or_404(request, slug), request.user
    if not access.may_manage_members(teacher, community):
        raise Http404
    rows = community.memberships.visible_to(teacher).for_list().prefetch_related("roles").order_by("-joined_on", "-pk")
    context = head_context(community, teacher, current="members")
    context |= {"page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))}
    return render(request, "communities/membership_history.html", context)


def _member_or_404(request: HttpRequest, community: Community, pk: int) -> Membership:
    rows = community.memberships.current().visible_to(request.user).for_list().select_related("community")
    member = get_object_or_404(rows, pk=pk)
    refuse(access.may_manage_members(request.user, community))
    return member


@policy("teacher", methods=["GET", "POST"])
def member_role(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    community = community_or_404(request, slug)
    member = _member_or_404(request, community, pk)
    form = RoleForm(request.POST or None, initial={"role": member.role, "duty": member.duty})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_role(member, form.cleaned_data["role"], by=request.user, duty=form.cleaned_data["duty"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("community_members", community.slug)
    return render(request, "communities/membership_role.html", {"community": community, "member": member, "form": form})


@policy("teacher", methods=["GET", "POST"])
def member_exclusion(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    community = community_or_404(request, slug)
    member = _member_or_404(request, community, pk)
    form = ExclusionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.exclude_member(member, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The membership is ended."))
            return redirect("community_members", community.slug)
    return render(request, "communities/membership_exclusion.html", {"community": community, "member": member, "form": form})


# --- joining and leaving --------------------------------------------------------------------------------------------


@policy("teacher", methods=["GET", "POST"])
def community_join(request: HttpRequest, slug: str) -> HttpResponse:
    """Join at once, ask to join, or take the request back."""
    community, teacher = community_or_404(request, slug), request.user
    if access.role_in(teacher, community) is not None:
        messages.info(request, _("You take part in this community already."))
        return redirect(community)
    asked = JoinRequest.objects.filter(community=community, teacher=teacher, answered_at=None).first()
    form = JoinRequestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (community.is_open or "take_back" in request.POST or form.is_valid()):
        try:
            _join(request, community, asked, form)
        except ValidationError as error:
            _say(request, error)
        return redirect(community)
    return render(request, "communities/membership_join.html", {"community": community, "form": form, "asked": asked})


def _join(request: HttpRequest, community: Community, asked: JoinRequest | None, form: JoinRequestForm) -> None:
    teacher: Teacher = request.user  # type: ignore[assignment]
    if "take_back" in request.POST:
        if asked is not None:
            actions.take_back_request(asked, by=teacher)
        messages.success(request, _("Your request is taken back."))
    elif community.is_open:
        actions.join_community(community, by=teacher)
        messages.success(request, _("You take part in the community now. Welcome!"))
    else:
        actions.ask_to_join(community, by=teacher, message=form.cleaned_data["message"])
        messages.success(request, _("Your request is sent to the leaders."))


@policy("teacher", methods=["GET", "POST"])
def community_leave(request: HttpRequest, slug: str) -> HttpResponse:
    community, teacher = community_or_404(request, slug), request.user
    if access.role_in(teacher, community) is None:
        messages.info(request, _("You do not take part in this community."))
        return redirect(community)
    if request.method == "POST":
        try:
            actions.leave_community(community, by=teacher)
        except ValidationError as error:
            _say(request, error)
            return redirect("community_members", community.slug)
        messages.success(request, _("You have left the community. What you did in it stays in its history."))
        return redirect(community)
    membership = community.memberships.current().filter(teacher=teacher).first()
    last_leader = membership is not None and actions.is_last_leader(membership)
    return render(request, "communities/membership_leave.html", {"community": community, "last_leader": last_leader})


@policy("teacher")
def join_requests(request: HttpRequest, slug: str) -> HttpResponse:
    """Open requests: for those who answer them; to others the page does not exist."""
    community, teacher = community_or_404(request, slug), request.user
    rows = _requests(request, community).select_related("teacher__school", "teacher__position")
    context = head_context(community, teacher, current="members") | {"page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))}
    return render(request, "communities/join_request_list.html", context)


@policy("teacher", methods=["POST"])
def join_request_answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """`answer` is `accept` or `decline`; a request that somebody else has answered meanwhile says so."""
    community = community_or_404(request, slug)
    asked = get_object_or_404(_requests(request, community, answered=True).select_related("community", "teacher"), pk=pk)
    accept = request.POST.get("answer") == "accept"
    try:
        actions.answer_request(asked, by=request.user, accept=accept)
    except ValidationError as error:
        _say(request, error)
    else:
        messages.success(request, _("The teacher takes part now.") if accept else _("The request is declined."))
    return redirect("community_requests", community.slug)


def _requests(request: HttpRequest, community: Community, *, answered: bool = False) -> Any:
    if not access.may_answer_requests(request.user, community):
        raise Http404
    return community.join_requests.all() if answered else community.join_requests.filter(answered_at=None)


# --- inviting -------------------------------------------------------------------------------------------------------


@policy("teacher", methods=["GET", "POST"])
def community_invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Find a teacher by name and invite them; open invitations stand below."""
    community, teacher = community_or_404(request, slug), request.user
    refuse(access.may_manage_members(teacher, community))
    colleagues = Teacher.objects.visible_to(teacher).active()
    if request.method == "POST":
        invited = get_object_or_404(colleagues, pk=_number(request.POST.get("teacher", "")))
        try:
            actions.invite_teacher(community, invited, by=teacher)
        except ValidationError as error:
            _say(request, error)
        else:
            messages.success(request, _("The invitation is sent."))
        return redirect("community_invite", community.slug)
    form = TeacherSearchForm(request.GET if "q" in request.GET else None)
    text = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    open_invitations = community.invitations.filter(answered_at=None).select_related("teacher__school")
    taken = {*community.memberships.current().values_list("teacher_id", flat=True), *(row.teacher_id for row in open_invitations)}
    found = list(colleagues.named(text).for_list()[:FOUND_AT_MOST]) if text else []
    context = {
        "community": community,
        "form": form,
        "text": text,
        "found": [(person, person.pk in taken) for person in found],
        "invitations": open_invitations,
    }
    return render(request, "communities/invitation_new.html", context)


@policy("teacher", methods=["POST"])
def invitation_withdrawal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    community = community_or_404(request, slug)
    if not access.may_manage_members(request.user, community):
        raise Http404
    actions.withdraw_invitation(get_object_or_404(community.invitations.select_related("community"), pk=pk), by=request.user)
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("community_invite", community.slug)


@policy("teacher", methods=["GET", "POST"])
def own_invitation(request: HttpRequest, slug: str) -> HttpResponse:
    """The reader's own newest invitation to this community: accept or decline."""
    community, teacher = community_or_404(request, slug), request.user
    own = Invitation.objects.filter(community=community, teacher=teacher).select_related("community", "invited_by").order_by("-pk")
    if request.method == "GET":
        invitation = get_object_or_404(own, answered_at=None)
        return render(request, "communities/invitation_answer.html", {"community": community, "invitation": invitation})
    invitation = own.first()
    if invitation is None:
        raise Http404
    accept = request.POST.get("answer") == "accept"
    try:
        actions.answer_invitation(invitation, by=teacher, accept=accept)
    except ValidationError as error:
        _say(request, error)
    else:
        messages.success(request, _("You take part in the community now. Welcome!") if accept else _("The invitation is declined."))
    return redirect(community)


def _number(text: str) -> int:
    """A row's number from a form; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
