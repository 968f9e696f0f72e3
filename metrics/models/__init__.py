"""One module per noun; import nouns from here."""

from metrics.models.calendar import Holiday
from metrics.models.imported_act import ImportedAct
from metrics.models.ledger import Activity
from metrics.models.snapshot import Snapshot
from metrics.models.threshold import ThresholdChange

__all__ = ["Activity", "Holiday", "ImportedAct", "Snapshot", "ThresholdChange"]
