"""Communities: the list, the overview, founding, the passport, formality."""

import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import access_communities as access
from communities.access_communities import Person
from communities.actions.community import edit_community, found_community, make_formal
from communities.discussions import discussion_panel
from communities.filters_community import CommunityFilter
from communities.forms.community import FormalityForm, FoundForm, PassportForm
from communities.models import Community, GoalEndorsement, Invitation
from communities.models.membership import MemberRole
from communities.pages import head_context, panels
from foundation.policy import policy

PAGE_SIZE = 20


def community_or_404(request: HttpRequest, slug: str) -> Community:
    """The community of an address, with what its head shows."""
    return get_object_or_404(Community.objects.visible_to(request.user).for_list(), slug=slug)


def refuse(answer: bool) -> None:
    """403 for what a person may see but not change."""
    if not answer:
        raise PermissionDenied


@policy("public")
def community_list(request: HttpRequest) -> HttpResponse:
    teacher = request.user
    communities = CommunityFilter(request.GET, queryset=Community.objects.visible_to(teacher).open_now().for_list().order_by("name", "pk"), request=request)
    page = Paginator(communities.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    signed_in = teacher.is_authenticated and teacher.is_confirmed
    context = {
        "filter": communities,
        "page": page,
        "may_found": access.may_found_community(teacher),
        "memberships": teacher.current_memberships if signed_in else {},
        "invitations": Invitation.objects.filter(teacher=teacher, answered_at=None).select_related("community") if signed_in else [],
    }
    return render(request, "communities/community_list.html", context)


@policy("public")
def community_overview(request: HttpRequest, slug: str) -> HttpResponse:
    community, teacher = community_or_404(request, slug), request.user
    context = head_context(community, teacher, current="overview")
    context |= {
        "discussion": discussion_panel(community, teacher),
        "panels": panels(community, teacher),
        **_facts(community, teacher),
        **_leaders(community, teacher),
    }
    return render(request, "communities/community_overview.html", context)


def _facts(community: Community, teacher: Person) -> dict[str, Any]:
    """The passport's facts, and how many of today's members stand behind the current goal; who has left does not count. Two queries."""
    version = community.goal_versions.first()
    member = access.may_endorse_goal(teacher, community)
    endorses = Exists(GoalEndorsement.objects.filter(version=version, teacher=OuterRef("teacher")))
    facts = community.memberships.current().aggregate(
        municipality_count=Count("teacher__school__municipality", distinct=True),
        endorser_count=Count("pk", filter=endorses),
        own=Count("pk", filter=Q(endorses, teacher=teacher.pk)),
    )
    own = facts.pop("own")
    return {
        "version": version,
        "may_endorse": member and version is not None,
        "endorsed": member and own > 0,
        "may_set_goal": access.may_set_goal(teacher, community),
        "year_of_work": _years_since(community.founded_on) + 1,
        **facts,
    }


def _years_since(day: datetime.date) -> int:
    """Full years until today; 0 for a day to come."""
    today = timezone.localdate()
    return max(today.year - day.year - ((today.month, today.day) < (day.month, day.day)), 0)


def _leaders(community: Community, teacher: Person) -> dict[str, Any]:
    """Leaders with their duties; visitors read only the names whose owners consented to publication, without links."""
    leaders = community.memberships.current().filter(role=MemberRole.LEADER).for_list()
    if access.may_see_members(teacher, community):
        known = list(leaders.visible_to(teacher))
        return {"leaders": known, "leader_count": len(known), "knows_names": True}
    everyone = list(leaders)
    return {"leaders": [row for row in everyone if row.teacher.publishes_name], "leader_count": len(everyone), "knows_names": False}


@policy("teacher", methods=["GET", "POST"])
def community_new(request: HttpRequest) -> HttpResponse:
    form = FoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            community = found_community(by=request.user, **form.values())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The community is founded and you lead it. Invite colleagues now."))
            return redirect(community)
    return render(request, "communities/community_form.html", {"form": form})


@policy("teacher", methods=["GET", "POST"])
def community_edit(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug)
    refuse(access.may_edit_community(request.user, community))
    form = PassportForm(request.POST or None, instance=community)
    if request.method == "POST" and form.is_valid():
        try:
            edit_community(community, by=request.user, **form.values())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(community)
    return render(request, "communities/community_form.html", {"form": form, "community": community})


@policy("methodist", methods=["GET", "POST"])
def community_formality(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug)
    form = FormalityForm(request.POST or None, initial={"form": community.form and community.form.code})
    if request.method == "POST" and form.is_valid():
        make_formal(community, by=request.user, form=form.cleaned_data["form"])
        messages.success(request, _("Saved."))
        return redirect(community)
    return render(request, "communities/community_formality.html", {"form": form, "community": community})
