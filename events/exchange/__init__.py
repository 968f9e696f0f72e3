"""Plans, events, results of pupils and participation in tables (exchange-format.md)."""

from events.exchange.events import EventExport, EventImport
from events.exchange.participation import ParticipationExport, ParticipationImport
from events.exchange.plan_items import PlanItemExport, PlanItemImport
from events.exchange.pupil_results import PupilResultExport, PupilResultImport

# Participation comes last: with it everything about an event is written, and the ledger is told.
IMPORTS = (PlanItemImport, EventImport, PupilResultImport, ParticipationImport)
EXPORTS = (PlanItemExport, EventExport, ParticipationExport, PupilResultExport)
