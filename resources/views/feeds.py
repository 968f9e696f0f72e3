"""The catalogue as an Atom feed, with the catalogue's parameters, and a community's own. Feed readers do not sign in: what visitors see is in it."""

import re
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communities.access import author_name
from communities.models import Community, Teacher
from foundation.policy import policy
from resources.filters import NEW, load_options, read_selection
from resources.models import Material
from resources.search import matching, ordered, shelf

ENTRIES = 50
# What XML 1.0 cannot hold.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@policy("public")
def material_feed(request: HttpRequest) -> HttpResponse:
    """The newest fifty, as visitors see them."""
    visitor = AnonymousUser()
    selection = read_selection(request.GET, load_options(request.GET))
    materials = ordered(matching(selection.narrow(shelf(visitor)), selection.query, visitor), NEW)
    return atom(materials, visitor, title=selection.text, query_string=selection.query_string, feed_path=reverse("material_feed") + selection.query_string)


@policy("public")
def community_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest fifty of a community, as visitors see them; there is no feed where they see none."""
    visitor = AnonymousUser()
    community = get_object_or_404(Community.objects.visible_to(visitor), slug=slug)
    materials = public_materials(community)
    if not materials.exists():
        raise Http404
    return atom(ordered(materials, NEW), visitor, title=community.name, query_string="?" + urlencode({"community": slug}), feed_path=request.path)


def public_materials(community: Community) -> QuerySet[Material]:
    """What visitors see of a community's materials."""
    return shelf(AnonymousUser()).filter(library__community=community)


def atom(materials: QuerySet[Material], reader: "Teacher | AnonymousUser", *, title: str, query_string: str, feed_path: str) -> HttpResponse:
    """A feed of the first fifty, with the names that `reader` may read. Addresses come from SITE_URL, never from the Host header."""
    feed = Atom1Feed(
        title=_("New materials") + (f": {_clean(title)}" if title else ""),
        link=settings.SITE_URL + reverse("material_list") + query_string,
        description="",
        feed_url=settings.SITE_URL + feed_path,
        language=get_language(),
    )
    for material in materials.for_list()[:ENTRIES]:  # type: ignore[attr-defined]
        address = settings.SITE_URL + material.get_absolute_url()
        names = [author_name(authorship.teacher, reader) for authorship in material.authorships.all()]
        feed.add_item(
            title=_clean(material.title),
            link=address,
            description=_clean(material.annotation),
            unique_id=address,
            author_name=_clean(", ".join(dict.fromkeys(names))),
            updateddate=material.changed_at,
            categories=[str(part) for part in (material.subject, material.type) if part],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _clean(text: str) -> str:
    return _NOT_XML.sub(" ", text)
