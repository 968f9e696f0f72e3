"""Signatures of files' texts and their bands, by which nearly equal texts are found."""

from collections.abc import Mapping

from django.db import transaction

from foundation.text_similarity import band_values, signature
from resources.models import MaterialFile, TextBand
from resources.models.file import Reading

BATCH = 50


def write_signatures(signatures: Mapping[int, bytes]) -> None:
    """File id → what `signature` made of its text: written with its bands, inside the caller's transaction. Files that are gone are no failure."""
    files = list(MaterialFile.objects.filter(pk__in=signatures).only("pk"))
    for file in files:
        file.signature = signatures[file.pk]
    MaterialFile.objects.bulk_update(files, ["signature"])
    TextBand.objects.filter(file__in=files).delete()
    TextBand.objects.bulk_create(TextBand(file=file, band=band, value=value) for file in files for band, value in enumerate(band_values(signatures[file.pk])))


def sign_all(*, anew: bool = False, batch: int = BATCH) -> int:
    """Sign every read text that has no signature yet (or, `anew`, every one); answers how many. Memory holds one batch of texts at a time."""
    files = MaterialFile.objects.filter(reading=Reading.DONE)
    if not anew:
        files = files.filter(signature=b"").exclude(text="")
    ids = list(files.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), batch):
        texts = MaterialFile.objects.filter(pk__in=ids[start : start + batch]).values_list("pk", "text")
        signatures = {pk: signature(text) for pk, text in texts}
        with transaction.atomic():
            write_signatures(signatures)
    return len(ids)
