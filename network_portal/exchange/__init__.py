"""The whole network as tables: which rooms' tables in which order, one import, one export.

The command line calls `run_import` and `run_export`; the administrators' page calls the same.
"""

from network_portal.exchange.running import Imported, ImportRefused, run_export, run_import

__all__ = ["ImportRefused", "Imported", "run_export", "run_import"]
