"""What somebody who is still typing may mean: topics, titles, communities, schools, colleagues, needs, facilities; only what the reader may see."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from communities.models import Community, Need, School, Teacher
from resources.models import Facility
from resources.search import complete_materials

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

MOST = 8
# Fewer letters say nothing, and half of the library begins with them.
SHORTEST = 3
TOPICS, OTHERS = 2, 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line: `kind` says what it is."""

    text: str
    kind: str
    icon: str
    url: str


def suggest(text: str, reader: "Teacher | AnonymousUser") -> list[Suggestion]:
    """At most MOST entries for the beginning of a search; seven queries beside those for the reader's rights."""
    if len(text) < SHORTEST:
        return []
    topics, titles = complete_materials(text, reader, MOST)
    communities = Community.objects.visible_to(reader).open_now().named(text).order_by("name").only("name", "slug")[:OTHERS]
    schools = School.objects.visible_to(reader).open().named(text).order_by("short_name", "id").only("short_name", "slug")[:OTHERS]
    people = Teacher.objects.colleagues_of(reader).named(text).order_by("last_name", "first_name", "id")[:OTHERS]
    needs = Need.objects.open_to(reader).named(text).order_by("-opened_on", "-id").only("title")[:OTHERS]
    facilities = Facility.objects.visible_to(reader).open().named(text).order_by("title", "id").only("title", "slug")[:OTHERS]
    others = [
        *(Suggestion(str(entry), _("community"), "users", entry.get_absolute_url()) for entry in communities),
        *(Suggestion(str(entry), _("school"), "school", entry.get_absolute_url()) for entry in schools),
        *(Suggestion(str(entry), _("colleague"), "user", entry.get_absolute_url()) for entry in people),
        *(Suggestion(str(entry), _("request or offer"), "swap", entry.get_absolute_url()) for entry in needs),
        *(Suggestion(str(entry), _("facility"), "bolt", entry.get_absolute_url()) for entry in facilities),
    ]
    found = [Suggestion(topic, _("section or topic"), "search", reverse("material_list") + "?" + urlencode({"q": topic})) for topic in topics[:TOPICS]]
    found += [Suggestion(entry.title, _("material"), "book", entry.get_absolute_url()) for entry in titles[: max(2, MOST - len(found) - len(others))]]
    return [*found, *others][:MOST]
