"""Following a collection: on the portal, by letters, and by a feed."""

import re

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communities.access import author_name
from communities.letters import stop_page
from foundation.policy import one_click, policy
from resources import collections as reading
from resources.actions.collection import end_letters, follow_collection, follower_of_code, set_letters, unfollow_collection
from resources.search import shelf

FEED_ENTRIES = 50
# What XML 1.0 cannot hold.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@policy("teacher", methods=["POST"])
def collection_follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow, or say that what is new has been seen."""
    collection = reading.visible_collection(request.user, pk)
    follow_collection(collection, by=request.user)
    return redirect(collection)


@policy("teacher", methods=["POST"])
def collection_unfollow(request: HttpRequest, pk: int) -> HttpResponse:
    collection = reading.visible_collection(request.user, pk)
    unfollow_collection(collection, by=request.user)
    return redirect(collection)


@policy("teacher", methods=["POST"])
def collection_letters(request: HttpRequest, pk: int) -> HttpResponse:
    """Letters about a followed collection: wanted or not."""
    collection = reading.visible_collection(request.user, pk)
    wanted = request.POST.get("wanted") == "1"
    set_letters(collection, by=request.user, wanted=wanted)
    messages.success(request, _("Once a week a letter tells what was added.") if wanted else _("No letters come about this collection any more."))
    return redirect(collection)


@one_click
@policy("public", methods=["GET", "POST"])
def collection_letters_stop(request: HttpRequest, code: str) -> HttpResponse:
    """The link in a letter: GET shows a button, POST ends the letters; mail programs post here without cookies, the code is the right."""
    follower = follower_of_code(code)
    if follower is None:
        raise Http404
    if request.method == "POST":
        end_letters(follower)
    is_over = not follower.followed_collections.filter(by_mail=True).exists()
    return stop_page(request, follower, "collections/letters_stop.html", {"is_over": is_over})


@policy("public")
def collection_feed(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest additions to a public collection. Feed readers do not sign in: what visitors see is in it, for everybody."""
    visitor = AnonymousUser()
    collection = reading.visible_collection(visitor, pk)
    materials = shelf(visitor).filter(collection_items__collection=collection).order_by("-collection_items__added_at", "-collection_items__id")
    added = dict(collection.items.values_list("material_id", "added_at"))
    address = settings.SITE_URL + collection.get_absolute_url()
    feed = Atom1Feed(
        title=_clean(collection.title),
        link=address,
        description=_clean(collection.annotation),
        feed_url=settings.SITE_URL + request.path,
        language=get_language(),
    )
    for material in materials.for_list()[:FEED_ENTRIES]:  # type: ignore[attr-defined]
        link = settings.SITE_URL + material.get_absolute_url()
        names = [author_name(authorship.teacher, visitor) for authorship in material.authorships.all()]
        feed.add_item(
            title=_clean(material.title),
            link=link,
            description=_clean(material.annotation),
            unique_id=link,
            author_name=_clean(", ".join(dict.fromkeys(names))),
            updateddate=added[material.pk],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _clean(text: str) -> str:
    return _NOT_XML.sub(" ", text)
