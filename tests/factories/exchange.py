"""Needs and partnerships for tests: rows as the actions leave them, without the ledger."""

from typing import Any

from communities.models import Community, EducationLevel, Need, NeedStep, Partnership, PartnershipStep, School, Subject
from tests.factories.people import item, make_level


def make_need(owner: School | Community, kind: str = "request", title: str = "Учитель физики для общих уроков", **fields: Any) -> Need:
    """An open need; `subject` and `level` by their codes."""
    subject, level = fields.pop("subject", "physics"), fields.pop("level", None)
    values = {"direction": "support", "format": "mixed", **fields}
    values["subject"] = item(Subject, subject) if subject else None
    values["education_level"] = make_level(level) if level else None
    assert values["education_level"] is None or isinstance(values["education_level"], EducationLevel)
    need = Need.objects.create(kind=kind, title=title, **{"school" if isinstance(owner, School) else "community": owner}, **values)
    NeedStep.objects.create(need=need, act="opened")
    return need


def make_partnership(need: Need, side: School | Community, state: str = "proposed", **fields: Any) -> Partnership:
    """A partnership in this state, the need's places with it."""
    made = Partnership.objects.create(need=need, state=state, **{"school" if isinstance(side, School) else "community": side}, **fields)
    PartnershipStep.objects.create(partnership=made, act="proposed", by_owner=made.proposed_by_owner)
    if state in ("agreed", "running", "finished"):
        need.taken += 1
        if need.taken >= need.load_limit:
            need.state, need.closed_on = "met", need.opened_on
        need.save()
    return made
