"""One module per noun; import nouns from here."""

from resources.models.attestation import Attestation
from resources.models.batch import Batch, BatchFile, BatchLine
from resources.models.care import CareAct, Custody, MaterialReport, TextWarning
from resources.models.collection import Collection, CollectionFollow, CollectionItem
from resources.models.demand import MaterialCall, SavedSearch, SearchMiss
from resources.models.facility import Booking, BookingTime, Facility, FacilityHour, FacilityPhoto, TakenSlot
from resources.models.file import MaterialFile, MaterialPreview, TextBand, Upload
from resources.models.library import Library
from resources.models.material import Authorship, Material, MaterialVersion
from resources.models.reference import Equipment, MaterialType, Purpose
from resources.models.review import Review, ReviewMark, Suggestion
from resources.models.search import MaterialSearch
from resources.models.use import Download, Reuse
from resources.models.vocabulary import VocabularyWord

__all__ = [
    "Attestation",
    "Authorship",
    "Batch",
    "BatchFile",
    "BatchLine",
    "Booking",
    "BookingTime",
    "CareAct",
    "Collection",
    "CollectionFollow",
    "CollectionItem",
    "Custody",
    "Download",
    "Equipment",
    "Facility",
    "FacilityHour",
    "FacilityPhoto",
    "Library",
    "Material",
    "MaterialCall",
    "MaterialFile",
    "MaterialPreview",
    "MaterialReport",
    "MaterialSearch",
    "MaterialType",
    "MaterialVersion",
    "Purpose",
    "Reuse",
    "Review",
    "ReviewMark",
    "SavedSearch",
    "SearchMiss",
    "Suggestion",
    "TakenSlot",
    "TextBand",
    "TextWarning",
    "Upload",
    "VocabularyWord",
]
