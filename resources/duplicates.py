"""Materials that are already there: the same file, or nearly the same text. Only what the reader may see is ever named."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from communities.models import Teacher
from foundation.text_similarity import BANDS, band_values, similarity
from resources.models import Material, MaterialFile, TextBand
from resources.models.material import Preparation, Status
from resources.variants import family_of
from resources.versions import working_version

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = Teacher | AnonymousUser

# From this share of common five-word runs on, texts are shown as alike. One changed word in a hundred costs about a tenth of them.
ALIKE = 0.6
SHOWN = 5
# Bounds of the work for texts that half the library repeats: rows of the band index that are read, files that are compared, own files that are looked at.
BAND_ROWS, COMPARED, OWN_FILES = 2000, 300, 10
# What was rejected or thrown out is no duplicate to care about; drafts are seen by their authors alone.
COUNTED = (Status.DRAFT, Status.REVIEW, Status.RETURNED, Status.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Similar:
    """A material whose text is `percent` alike."""

    material: Material
    percent: int

    @property
    def share(self) -> str:
        """«87 %»."""
        return f"{self.percent}\u00a0%"


def others_of(material: Material, reader: "Reader") -> QuerySet[Material]:
    """Visible materials outside this one's tree: variants are like their original, and one another, on purpose.

    One query for the tree; none where the material says by `has_variants` that it stands alone.
    """
    alone = material.derived_from_id is None and not getattr(material, "has_variants", True)
    family = [material.pk] if alone else list(family_of(material))
    return Material.objects.visible_to(reader).filter(status__in=COUNTED).exclude(pk__in=family)


def _readable_files() -> QuerySet[MaterialFile]:
    """Files that every reader of their material may open: what is in preparation is not named to others."""
    return MaterialFile.objects.filter(version__preparation=Preparation.READY)


def same_files(material: Material, digests: Iterable[str], reader: "Reader", among: QuerySet[Material] | None = None) -> dict[str, list[Material]]:
    """SHA-256 → visible materials with a file of just these bytes, at most SHOWN a file. Two queries, one with `among` (what `others_of` says)."""
    return _same(digests, others_of(material, reader) if among is None else among)


def known_files(digests: Iterable[str], reader: "Reader") -> dict[str, list[Material]]:
    """The same for files that belong to no material yet. One query."""
    return _same(digests, Material.objects.visible_to(reader).filter(status__in=COUNTED))


def _same(digests: Iterable[str], among: QuerySet[Material]) -> dict[str, list[Material]]:
    wanted = set(digests)
    # Said twice, so that the database begins with the few files and not with all that the reader may see.
    others = among.filter(versions__files__sha256__in=wanted)
    files = _readable_files().filter(sha256__in=wanted, version__material__in=others)
    found: dict[str, list[Material]] = {}
    for file in files.select_related("version__material").only("sha256", "version__material__title", "version__material__slug").order_by("id")[:100]:
        same = found.setdefault(file.sha256, [])
        if len(same) < SHOWN and file.version.material not in same:
            same.append(file.version.material)
    return found


def similar_to(material: Material, reader: "Reader") -> list[Similar]:
    """Visible materials whose text is nearly this one's, the most alike first. Five queries at most, two when no text is long enough."""
    own = MaterialFile.objects.filter(version_id=working_version(material).content_id).exclude(signature=b"")
    signatures = [bytes(packed) for packed in own.order_by("order", "id").values_list("signature", flat=True)[:OWN_FILES]]
    return find_similar(signatures, others_of(material, reader)) if signatures else []


def similar_to_files(files: Iterable[MaterialFile], among: QuerySet[Material]) -> list[Similar]:
    """The same for a page that has read the files and `others_of` already, in order. At most two queries."""
    signatures = [bytes(file.signature) for file in files if file.signature][:OWN_FILES]
    return find_similar(signatures, among) if signatures else []


def find_similar(signatures: list[bytes], among: QuerySet[Material]) -> list[Similar]:
    """Materials of `among` with a text that is alike to one of these. Two queries."""
    values = {value for packed in signatures for value in band_values(packed)}
    # Both columns, so that the index (band, value) is used on both databases; the value alone says the band.
    rows = TextBand.objects.filter(band__in=range(BANDS), value__in=values).values_list("file_id", flat=True)[:BAND_ROWS]
    candidates = [file_id for file_id, _hits in Counter(rows).most_common(COMPARED)]
    if not candidates:
        return []
    # Said twice, so that the database begins with the candidates and not with all that the reader may see.
    near = among.filter(versions__files__in=candidates)
    files = _readable_files().filter(pk__in=candidates, version__material__in=near).select_related("version__material")
    best: dict[Material, float] = {}
    for file in files.only("signature", "version__material__title", "version__material__slug", "version__material__status"):
        other = file.version.material
        best[other] = max(best.get(other, 0.0), *(similarity(packed, bytes(file.signature)) for packed in signatures))
    alike = sorted(((share, other) for other, share in best.items() if share >= ALIKE), key=lambda pair: (-pair[0], pair[1].pk))
    return [Similar(other, round(share * 100)) for share, other in alike[:SHOWN]]
