"""Tabs and panels of a pupils' event."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from communities.access import is_confirmed
from events.access_contest import judges, may_enter_pupils, may_run_contest
from events.actions.contest import needs_consent_forms
from events.actions.event import announcement_checks
from events.models import Event
from events.pages import event_panels, event_tabs


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if contest_tabs[0] in event_tabs:
        return
    event_tabs.extend(contest_tabs)
    event_panels.append(enter_panel)
    announcement_checks.append(needs_consent_forms)


def _tab(event: Event, name: str, route: str, text: str) -> dict[str, Any]:
    return {"name": name, "url": reverse(route, args=[event.pk, event.slug]), "text": text, "count": None}


def pupils_tab(event: Event, reader: Any) -> dict[str, Any] | None:
    """For confirmed teachers; what each sees there is their own."""
    return _tab(event, "pupils", "pupil_list", _("Pupils")) if event.is_for_pupils and is_confirmed(reader) else None


def results_tab(event: Event, reader: Any) -> dict[str, Any] | None:
    """Once they are published; no query: the event says so itself."""
    published = event.is_for_pupils and getattr(getattr(event, "contest", None), "published_at", None)
    return _tab(event, "results", "result_list", _("Results")) if published else None


def jury_tab(event: Event, reader: Any) -> dict[str, Any] | None:
    """For the jury. One query, of pupils' events alone."""
    return _tab(event, "jury", "jury_list", _("Jury")) if event.is_for_pupils and judges(reader, event) else None


def desk_tab(event: Event, reader: Any) -> dict[str, Any] | None:
    """For those who run it."""
    if not may_run_contest(reader, event):
        return None
    return {"name": "contest", "url": reverse("contest_desk", args=[event.pk]), "text": _("Contest"), "count": None}


contest_tabs = [pupils_tab, results_tab, jury_tab, desk_tab]


def enter_panel(event: Event, reader: Any) -> dict[str, Any] | None:
    """The way to the form, right after the head."""
    if not may_enter_pupils(reader, event):
        return None
    return {"template": "contests/_enter.html", "context": {"url": reverse("pupil_list", args=[event.pk, event.slug])}, "place": "top"}
