"""One message: changing, taking back, its history and files, «useful», reports and decisions about it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from communities import access_discussion as access
from communities.actions.discussion import ChangedMeanwhile, edit_post, set_useful, take_back
from communities.actions.post_report import decide_report, moderate_post, report_post
from communities.forms.discussion import DecisionForm, EditForm, HidingForm, ReportForm
from communities.models import Post, PostFile, PostReport
from communities.views.discussion import kept_text, preview_of, readable_or_404, topic_or_404
from foundation.files.serving import file_response
from foundation.policy import forget_kept_values, kept_values, policy

PAGE_SIZE = 20


def post_or_404(request: HttpRequest, slug: str, pk: int, number: int) -> Post:
    """A message of a topic that the reader may see; hidden ones are there for moderators alone."""
    topic = topic_or_404(request, slug, pk)
    post = get_object_or_404(Post.objects.select_related("author__school"), topic=topic, number=min(number, 2**31 - 1))
    post.topic = topic
    if post.hidden_at is not None and not access.may_moderate(request.user, topic.community):
        raise Http404
    return post


@policy("teacher", methods=["GET", "POST"], keeps=("title", "text"))
def post_edit(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    post = post_or_404(request, slug, pk, number)
    if not access.may_edit_post(request.user, post):
        if request.method == "POST" and post.author_id == request.user.pk:
            return kept_text(request, post.topic.community)
        raise PermissionDenied
    initial = {"text": post.text, "title": post.topic.title, "version": post.version, **kept_values(request)}
    form = EditForm(request.POST or None, with_title=post.number == 1, initial=initial)
    context: dict[str, Any] = {"post": post, "topic": post.topic, "community": post.topic.community, "form": form}
    if request.method == "POST" and "preview" in request.POST:
        context["preview"] = preview_of(request.POST.get("text", ""), post.topic.community)
    elif request.method == "POST" and form.is_valid():
        try:
            edit_post(post, by=request.user, **form.cleaned_data)
        except ChangedMeanwhile as changed:
            form.add_error("text", changed)
            form.data = form.data.copy()
            form.data["version"] = str(changed.post.version)
            context["newest"] = changed.post
        except ValidationError as error:
            form.add_error("text", error)
        else:
            forget_kept_values(request)
            return redirect(post)
    return render(request, "discussion/edit.html", context)


@policy("teacher", methods=["POST"])
def post_taking_back(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """The author removes their message; a stub stays. Pressed twice, the second time finds what the first has done."""
    topic = topic_or_404(request, slug, pk)
    readable = Post.objects.filter(Q(hidden_at=None) | Q(author=request.user)).select_related("author__school")
    post = get_object_or_404(readable, topic=topic, number=min(number, 2**31 - 1))
    post.topic = topic
    take_back(post, by=request.user)
    messages.success(request, _("The message is taken back."))
    return redirect(post)


@policy("teacher")
def post_history(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """What the message said before: who changed it, when."""
    post = post_or_404(request, slug, pk, number)
    page = Paginator(post.versions.select_related("replaced_by"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "discussion/history.html", {"post": post, "topic": post.topic, "community": post.topic.community, "page": page})


@policy("teacher", methods=["POST"])
def post_useful(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    post = post_or_404(request, slug, pk, number)
    set_useful(post, by=request.user, useful="end" not in request.POST)
    return redirect(post)


@policy("teacher")
def post_file(request: HttpRequest, slug: str, pk: int, number: int, file_id: int) -> HttpResponseBase:
    """An attached file, for those who read its message now."""
    post = post_or_404(request, slug, pk, number)
    file = get_object_or_404(PostFile, post=post, pk=file_id)
    return file_response(request, file.stored_name, download_name=file.original_name, media_type=file.media_type)


# --- reports --------------------------------------------------------------------------------------------------------


@policy("teacher", methods=["GET", "POST"])
def post_report(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """A reader reports a message; a moderator hides it at once, with the same reasons."""
    post = post_or_404(request, slug, pk, number)
    if post.author_id == request.user.pk:
        raise PermissionDenied
    moderates = access.may_moderate(request.user, post.topic.community)
    form = (HidingForm if moderates else ReportForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            (moderate_post if moderates else report_post)(post, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The message is hidden.") if moderates else _("Thank you. The moderators look at it and you learn what they decide."))
            return redirect(post)
    context = {"post": post, "topic": post.topic, "community": post.topic.community, "form": form, "moderates": moderates}
    return render(request, "discussion/report.html", context)


@policy("teacher")
def report_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Open reports: for those who decide; to others the page does not exist."""
    community = readable_or_404(request, slug)
    if not access.may_moderate(request.user, community):
        raise Http404
    reports = PostReport.objects.filter(post__topic__community=community, decided_at=None).exclude(post__author=request.user)
    reports = reports.select_related("post__topic__community", "post__author", "reporter")
    page = Paginator(reports, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "discussion/report_list.html", {"community": community, "page": page})


@policy("teacher", methods=["GET", "POST"])
def report_decision(request: HttpRequest, slug: str, pk: int, report_id: int) -> HttpResponse:
    """Moderators decide here; afterwards the author and whoever reported read the decision here, others find nothing."""
    topic = topic_or_404(request, slug, pk)
    report = get_object_or_404(PostReport.objects.select_related("post__author", "reporter"), pk=report_id, post__topic=topic)
    report.post.topic = topic
    decides = access.may_moderate(request.user, topic.community) and report.post.author_id != request.user.pk
    told = report.decided_at is not None and request.user.pk in (report.post.author_id, report.reporter_id)
    if not decides and not told:
        raise Http404
    form = DecisionForm(request.POST or None)
    if request.method == "POST":
        if not decides:
            raise PermissionDenied
        if form.is_valid():
            try:
                decide_report(report, by=request.user, **form.cleaned_data)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            else:
                messages.success(request, _("Decided. Both sides are told."))
            return redirect("report_list", slug)
    context = {"report": report, "post": report.post, "topic": topic, "community": topic.community, "form": form, "decides": decides}
    return render(request, "discussion/decision.html", context)
