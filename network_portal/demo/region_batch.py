"""Rows of a region's library on their way into the database, a piece at a time; and the stems of lines that come again and again."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from foundation.activity import Act, record_many
from foundation.bulk import insert_objects, insert_rows
from foundation.text_search.stems import stems
from resources.models import Authorship, Download, Material, MaterialFile, MaterialSearch, MaterialVersion, Reuse, Review, TextBand

# Columns of the rows of which there are so many that they are never objects.
BAND = ("file_id", "band", "value")
REUSE = ("material_id", "version_id", "teacher_id", "school_id", "used_on", "group", "note", "created_at")
DOWNLOAD = ("material_id", "teacher_id", "day")
FILLED = (Material, Authorship, MaterialVersion, MaterialFile, Review, MaterialSearch, TextBand, Reuse, Download)


@dataclass(slots=True)
class Batch:
    """Rows of one piece of the load; parents are known by their keys before anything is written."""

    materials: list[Material] = field(default_factory=list)
    authorships: list[Authorship] = field(default_factory=list)
    versions: list[MaterialVersion] = field(default_factory=list)
    files: list[MaterialFile] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    documents: list[MaterialSearch] = field(default_factory=list)
    bands: list[tuple[int, int, int]] = field(default_factory=list)
    reuses: list[tuple] = field(default_factory=list)
    downloads: list[tuple] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    def write(self) -> None:
        """Parents first."""
        for objects in (self.materials, self.authorships, self.versions, self.files, self.reviews, self.documents):
            insert_objects(objects)
        insert_rows(TextBand, BAND, self.bands)
        insert_rows(Reuse, REUSE, self.reuses)
        insert_rows(Download, DOWNLOAD, self.downloads)
        record_many(self.acts)


class Stems:
    """`stems` with a memory for the lines of which the texts are put together: each is stemmed once, not once a material."""

    def __init__(self) -> None:
        self._known: dict[str, list[str]] = {}

    def learn(self, lines: Iterable[str]) -> None:
        """These lines will come again."""
        for line in lines:
            if line not in self._known:
                self._known[line] = stems(line)

    def __call__(self, text: str) -> list[str]:
        """The stems of a text in its order."""
        found: list[str] = []
        for line in text.split("\n"):
            found += self._known.get(line) or stems(line)
        return found
