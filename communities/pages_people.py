"""What upper rooms add to the pages of schools and teachers without this room knowing (as `pages.py` does for communities).

A room above registers callables in its `AppConfig.ready()`:

* `school_panels.append(panel)` and `teacher_panels.append(panel)` — `panel(school_or_teacher, reader)` returns None or
  `{"template": …, "context": {…}, "place": "main" | "aside"}`;
* `school_tabs.append(tab)` — `tab(school, reader)` returns None or `{"name": …, "url": …, "text": …, "count": …}`;

What carries a direction of the source's table is said in `directions`.
Each callable asks its own `visible_to(reader)` and costs at most two queries.
"""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from communities import access
from communities.models import School

Reader = Any

school_panels: list[Callable[[School, Reader], dict[str, Any] | None]] = []
school_tabs: list[Callable[[School, Reader], dict[str, Any] | None]] = []
teacher_panels: list[Callable[[Any, Reader], dict[str, Any] | None]] = []

PLACES = ("main", "aside")


def by_place(makers: list[Callable[[Any, Reader], dict[str, Any] | None]], noun: Any, reader: Reader) -> dict[str, list[dict[str, Any]]]:
    """What upper rooms show on a page, by place."""
    found: dict[str, list[dict[str, Any]]] = {place: [] for place in PLACES}
    for make in makers:
        panel = make(noun, reader)
        if panel is not None:
            found[panel.get("place", "main")].append(panel)
    return found


def school_head(school: School, reader: Reader, *, current: str) -> dict[str, Any]:
    """Context of `schools/_head.html`; `school` comes from `for_page()`, `current` is the name of the open tab. No query but the rooms' own."""
    runs = access.may_run_school(reader, school)
    tabs = [{"name": "profile", "url": school.get_absolute_url(), "text": _("Profile"), "count": None}]
    tabs += [tab for make in school_tabs if (tab := make(school, reader)) is not None]
    if access.is_confirmed(reader):
        tabs.append({"name": "needs", "url": reverse("school_needs", args=[school.slug]), "text": _("Requests and offers"), "count": school.need_count})
        tabs.append({"name": "teachers", "url": reverse("school_teachers", args=[school.slug]), "text": _("Teachers"), "count": school.staff_count})
    if runs:
        tabs.append(
            {"name": "staff", "url": reverse("school_staff", args=[school.slug]), "text": _("Waiting and staff"), "count": school.waiting_count or None}
        )
        tabs.append({"name": "passport", "url": reverse("school_passport", args=[school.slug]), "text": _("Passport"), "count": None})
    return {"school": school, "staff_count": school.staff_count, "runs": runs, "tabs": [{**tab, "current": tab["name"] == current} for tab in tabs]}
