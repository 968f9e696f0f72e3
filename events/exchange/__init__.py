"""Plans, events and participation in tables (exchange-format.md)."""

from events.exchange.events import EventExport, EventImport
from events.exchange.participation import ParticipationExport, ParticipationImport
from events.exchange.plan_items import PlanItemExport, PlanItemImport

IMPORTS = (PlanItemImport, EventImport, ParticipationImport)
EXPORTS = (PlanItemExport, EventExport, ParticipationExport)
