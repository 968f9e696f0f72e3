"""Where shared facilities stand on a school's page: a tab that leads to what it lends."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from communities.access import is_confirmed
from communities.models import School
from communities.pages_people import school_tabs


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if facilities_tab not in school_tabs:
        school_tabs.append(facilities_tab)


def facilities_tab(school: School, reader: Any) -> dict[str, Any] | None:
    """For those who may see facilities at all; no query, since a number would cost every page of the school one."""
    if not is_confirmed(reader):
        return None
    return {"name": "facilities", "url": f"{reverse('facility_list')}?school={school.slug}", "text": _("Shared facilities"), "count": None}
