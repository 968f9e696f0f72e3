"""Where certificates stand on other pages: the tab of an event, the public check of a paper."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from events.access_certificate import may_issue_papers
from events.models import Certificate, Event
from events.models.event import EventStatus
from events.pages import event_tabs
from resources.verification import finders


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if papers_tab not in event_tabs:
        event_tabs.append(papers_tab)
        finders.append(public_statement)


def papers_tab(event: Event, reader: Any) -> dict[str, Any] | None:
    """For those who issue them, once the event was held; no query."""
    if event.status != EventStatus.HELD or not may_issue_papers(reader, event):
        return None
    return {"name": "papers", "url": reverse("event_papers", args=[event.pk, event.slug]), "text": _("Diplomas"), "count": None}


def public_statement(code: str) -> dict[str, Any] | None:
    """Kind, masked name, event and date; of a revoked paper that it is revoked and why, and no more. One query."""
    found = Certificate.objects.filter(code=code).first()
    if found is None:
        return None
    told: dict[str, Any] = {"template": "verify/certificate.html", "code": found.code, "number": str(found), "issued_at": found.issued_at}
    if found.revoked_at:
        return {**told, "state": "revoked", "revoked_at": found.revoked_at, "reason": found.revoke_reason}
    return {**told, "state": "valid", **{name: found.facts[name] for name in ("title", "masked", "event", "date")}}
