"""Searches a teacher keeps: the list, the feed of each, and the way out of its letters."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Max, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.letters import stop_page
from foundation.policy import one_click, policy
from resources.actions.saved_search import delete_search, end_digest, save_search, search_of_code, set_digest
from resources.digests import published_of
from resources.forms.saved_search import DigestForm, SavedSearchForm
from resources.models import SavedSearch, SearchMiss
from resources.models.demand import Digest
from resources.views.feeds import atom

# Days that the page of unmet demand looks back.
DEMAND_DAYS = 92
PAGE_SIZE = 50


@policy("teacher", methods=["GET", "POST"])
def saved_search_list(request: HttpRequest) -> HttpResponse:
    form = SavedSearchForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            try:
                save_search(by=request.user, title=form.cleaned_data["title"], query=form.cleaned_data["query"])
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            else:
                messages.success(request, _("The search is saved. Choose how often its news come by mail."))
        else:
            messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return redirect("saved_search_list")
    searches = SavedSearch.objects.filter(teacher=request.user)
    return render(request, "materials/saved_searches.html", {"searches": searches, "digests": Digest.choices})


@policy("teacher", methods=["POST"])
def saved_search_digest(request: HttpRequest, pk: int) -> HttpResponse:
    search = get_object_or_404(SavedSearch, pk=pk, teacher=request.user)
    form = DigestForm(request.POST)
    if form.is_valid():
        set_digest(search, by=request.user, digest=form.cleaned_data["digest"])
        messages.success(request, _("Saved."))
    return redirect("saved_search_list")


@policy("teacher", methods=["POST"])
def saved_search_delete(request: HttpRequest, pk: int) -> HttpResponse:
    delete_search(get_object_or_404(SavedSearch, pk=pk, teacher=request.user), by=request.user)
    messages.success(request, _("The search is deleted."))
    return redirect("saved_search_list")


@policy("public")
def saved_search_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Feed readers do not sign in: the token says whose search it is, the owner's rights of this moment say what is in it."""
    search = SavedSearch.objects.select_related("teacher").filter(token=token).first()
    if search is None or not search.teacher.is_confirmed:
        raise Http404
    response = atom(published_of(search, search.teacher), search.teacher, title=search.title, query_string=search.query, feed_path=request.path)
    response["Cache-Control"] = "private, no-store"
    return response


@one_click
@policy("public", methods=["GET", "POST"])
def digest_stop(request: HttpRequest, code: str) -> HttpResponse:
    """The link in a digest: GET shows a button, POST ends the letters; mail programs post here without cookies, the code is the right."""
    search = search_of_code(code)
    if search is None:
        raise Http404
    if request.method == "POST":
        end_digest(search)
        search.digest = Digest.NEVER
    return stop_page(request, search.teacher, "materials/digest_stop.html", {"is_over": search.digest == Digest.NEVER})


@policy("methodist")
def demand(request: HttpRequest) -> HttpResponse:
    """What is looked for and not found, the most wanted first."""
    since = timezone.localdate() - datetime.timedelta(days=DEMAND_DAYS)
    misses = SearchMiss.objects.filter(day__gt=since).values("words").annotate(times=Sum("count"), last=Max("day")).order_by("-times", "-last", "words")
    return render(request, "materials/demand.html", {"page": Paginator(misses, PAGE_SIZE).get_page(request.GET.get("page")), "days": DEMAND_DAYS})
