"""What the library adds to a community's pages: the tab «Materials» and the panel of what is used most."""

import re
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from communities.discussion_links import link_patterns
from communities.models import Community, Teacher
from communities.pages import community_panels, community_tabs
from resources.filters import USED
from resources.models import Material
from resources.models.material import Status
from resources.search import ordered, shelf

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

ROWS = 5


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if materials_tab not in community_tabs:
        community_tabs.append(materials_tab)
        community_panels.extend([information_fact, most_used_panel])
        link_patterns.append((re.compile(r"/materials/(\d+)(?![\w])"), Material))


def materials_tab(community: Community, teacher: "Teacher | AnonymousUser") -> dict[str, Any]:
    """The tab with how many of the community's materials this reader sees. One query."""
    count = shelf(teacher).filter(library__community=community).count()
    return {"name": "materials", "url": reverse("community_materials", args=[community.slug]), "text": _("Materials"), "count": count}


def information_fact(community: Community, teacher: "Teacher | AnonymousUser") -> dict[str, Any]:
    """The passport's «Information»: how many materials the reader sees, how many of them are reviewed. One query."""
    counts = shelf(teacher).filter(library__community=community).aggregate(count=Count("pk"), reviewed=Count("pk", filter=Q(status=Status.PUBLISHED)))
    return {"template": "materials/_count.html", "context": counts, "place": "information"}


def most_used_panel(community: Community, teacher: "Teacher | AnonymousUser") -> dict[str, Any] | None:
    """The materials of the community that lessons use most; nothing without any. Two queries."""
    visible = shelf(teacher).filter(library__community=community)
    materials = list(ordered(visible, USED).for_list()[:ROWS])  # type: ignore[attr-defined]
    if not materials:
        return None
    return {"template": "materials/_most_used.html", "context": {"materials": materials, "all_url": reverse("community_materials", args=[community.slug])}}
