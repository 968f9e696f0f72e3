"""An event's pages: what stands on their head, and what the other nouns of the room add without the event knowing.

A noun registers callables in `EventsConfig.ready()`:

* `event_panels.append(panel)` — `panel(event, reader)` returns None or `{"template": …, "context": {…}, "place": "top" | "main" | "aside"}`;
* `event_tabs.append(tab)` — `tab(event, reader)` returns None or `{"name": …, "url": …, "text": …, "count": …}`; its page is drawn with
  `head_context(event, reader, current=name)` and `{% include "events/_head.html" %}` in its block `head`.

Each callable asks its own `visible_to(reader)` and costs at most one query; `event` comes from `for_page()`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from events.access import may_run_event, may_run_events_of
from events.models import Event

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from communities.models import Teacher

    Reader = Teacher | AnonymousUser

Addition = Callable[[Event, Any], dict[str, Any] | None]

event_panels: list[Addition] = []
event_tabs: list[Addition] = []

PLACES = ("top", "main", "aside")


def head_context(event: Event, reader: "Reader", *, current: str) -> dict[str, Any]:
    """Context of `events/_head.html`; no query but those of the tabs."""
    tabs = [{"name": "about", "url": event.get_absolute_url(), "text": _("About the event"), "count": None}]
    tabs += [tab for make in event_tabs if (tab := make(event, reader)) is not None]
    return {
        "event": event,
        "tabs": [{**tab, "current": tab["name"] == current} for tab in tabs] if len(tabs) > 1 else [],
        "runs": may_run_event(reader, event),
        "decides": may_run_events_of(reader, event.owner),
    }


def panels(event: Event, reader: "Reader") -> dict[str, list[dict[str, Any]]]:
    """What other nouns show on the page, by place."""
    found: dict[str, list[dict[str, Any]]] = {place: [] for place in PLACES}
    for make in event_panels:
        panel = make(event, reader)
        if panel is not None:
            found[panel.get("place", "main")].append(panel)
    return found
