"""What every page knows: the portal's name, its sections, the reader's wishes. Asks the database nothing."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from network_portal.accessibility.preferences import DEFAULTS


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the menu: `on_phone` puts it into the thumb bar, `for_teachers` hides it from all but confirmed teachers."""

    path: str
    title: Any
    icon: str
    on_phone: bool = False
    for_teachers: bool = False


# In the order of the menu. A section is added here together with its first page: no link leads nowhere.
SECTIONS = (
    Section("/", _("Home"), "home", on_phone=True),
    Section("/materials/", _("Materials"), "book", on_phone=True),
    Section("/communities/", _("Communities"), "users", on_phone=True),
    Section("/events/", _("Events"), "cal", on_phone=True),
    Section("/schools/", _("Schools"), "school"),
    Section("/exchange/", _("Exchange"), "swap", for_teachers=True),
    Section("/teachers/", _("Teachers"), "user", for_teachers=True),
)

# Below the sections in the footer; every one has a page.
FOOTER = (
    ("/about/", _("About the network")),
    ("/directions/", _("Directions of work")),
    ("/about/rules/", _("Rules and licences")),
    ("/about/personal-data/", _("Personal data")),
    ("/verify/", _("Check a paper")),
    ("/accessibility/", _("Accessibility, version for the visually impaired")),
)


def section_of(path: str) -> str:
    """The section a page belongs to, as its path; empty for pages outside the menu."""
    first = f"/{path.split('/', 2)[1]}/" if path.startswith("/") and path != "/" else path
    return next((section.path for section in SECTIONS if section.path == first), "")


def own_page(user: Any) -> str:
    """Where the avatar of the header leads; gives it the person's own photo. The unconfirmed have a profile, but no page yet.

    No user: a page that is drawn before the sign-in is known.
    """
    if user is None or not user.is_authenticated:
        return ""
    if user.photo:
        user.photo_url = f"/teachers/{user.pk}/photo/"
    return f"/teachers/{user.pk}/" if user.is_confirmed else "/profile/"


def _upload_page(user: Any) -> str:
    """Whoever waits for the school's confirmation is led to what they wait for."""
    return "/materials/new/" if user is None or not user.is_authenticated or user.is_confirmed else "/profile/workplaces/"


def portal(request: HttpRequest) -> dict[str, Any]:
    """Context processor of every template."""
    user = getattr(request, "user", None)
    # The box of the header keeps the words where they were just looked for.
    asked = request.GET.get("q", "")[:200] if request.path in ("/search/", "/materials/") else ""
    return {
        "portal": {
            "name": settings.PORTAL_NAME,
            "region": settings.PORTAL_REGION,
            "search": "/search/",
            "asked": asked,
            "upload": _upload_page(user),
            "me": own_page(user),
            "footer": FOOTER,
        },
        "nav": SECTIONS,
        "section": section_of(request.path),
        "prefs": getattr(request, "prefs", DEFAULTS),
    }
