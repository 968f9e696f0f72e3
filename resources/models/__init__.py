"""One module per noun; import nouns from here."""

from resources.models.file import MaterialFile, MaterialPreview, Upload
from resources.models.library import Library
from resources.models.material import Authorship, Material, MaterialVersion
from resources.models.reference import Equipment, MaterialType, Purpose
from resources.models.review import Review
from resources.models.search import MaterialSearch
from resources.models.use import Download, Reuse

__all__ = [
    "Authorship",
    "Download",
    "Equipment",
    "Library",
    "Material",
    "MaterialFile",
    "MaterialPreview",
    "MaterialSearch",
    "MaterialType",
    "MaterialVersion",
    "Purpose",
    "Reuse",
    "Review",
    "Upload",
]
