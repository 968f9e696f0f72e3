"""The unifying goal: its history, a new version, endorsements."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from communities import access_communities as access
from communities.actions.goal import correct_goal, endorse_goal, set_goal, withdraw_endorsement
from communities.forms.community import GoalForm
from communities.models import GoalVersion
from communities.views.community import community_or_404, refuse
from foundation.policy import policy

PAGE_SIZE = 20


@policy("public")
def goal_history(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug)
    today = Q(endorsements__teacher__memberships__community=F("community"), endorsements__teacher__memberships__left_on=None)
    versions = community.goal_versions.select_related("set_by").annotate(endorsed=Count("endorsements", filter=today, distinct=True)).order_by("-since", "-pk")
    context = {
        "community": community,
        "page": Paginator(versions, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_set_goal": access.may_set_goal(request.user, community),
        "knows_names": access.may_see_members(request.user, community),
    }
    return render(request, "communities/goal_history.html", context)


@policy("teacher", methods=["GET", "POST"])
def goal_edit(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug)
    refuse(access.may_set_goal(request.user, community))
    current = community.goal_versions.first()
    form = GoalForm(request.POST or None, community=community, initial={"text": community.goal, "version": current})
    if request.method == "POST" and form.is_valid():
        text, seen = form.cleaned_data["text"], form.cleaned_data["version"]
        try:
            if seen is not None and form.cleaned_data["change"] == "wording":
                correct_goal(seen, text, by=request.user)
            else:
                set_goal(community, text, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The goal is saved."))
            return redirect(community)
    return render(request, "communities/goal_form.html", {"form": form, "community": community})


@policy("teacher", methods=["POST"])
def goal_endorsement(request: HttpRequest, slug: str) -> HttpResponse:
    """Endorse the version that stood on the page (`version`), or take the endorsement back (`withdraw`)."""
    community = community_or_404(request, slug)
    refuse(access.may_endorse_goal(request.user, community))
    number = request.POST.get("version", "")
    version = get_object_or_404(GoalVersion, community=community, pk=number if number.isascii() and number.isdigit() and len(number) < 19 else 0)
    if version != community.goal_versions.first():
        messages.warning(request, _("The goal has been changed meanwhile. Read the new one first."))
    elif "withdraw" in request.POST:
        withdraw_endorsement(version, by=request.user)
        messages.success(request, _("Your endorsement is taken back."))
    else:
        endorse_goal(version, by=request.user)
        messages.success(request, _("You endorse the goal."))
    return redirect(community)
