"""The library in tables (exchange-format.md): materials with their files, reuses."""

from resources.exchange.materials import MaterialExport, MaterialImport
from resources.exchange.reuses import ReuseExport, ReuseImport

IMPORTS = (MaterialImport, ReuseImport)
EXPORTS = (MaterialExport, ReuseExport)
