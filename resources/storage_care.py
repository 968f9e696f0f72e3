"""Rows and stored files of all rooms, compared: what is orphaned, what is missing or changed."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone

from communities.models import Teacher
from foundation.files.storage import CHUNK, delete_stored, delete_temporary, open_stored, orphans, temporaries
from resources.actions.batch import forget_batch
from resources.actions.upload import abandon_upload, temporary_path
from resources.models import Batch, Upload


def models_with_files() -> list[type[models.Model]]:
    """Every room's models whose rows name a stored file: an upper room's files are no orphans either."""
    return [model for model in apps.get_models() if any(field.name == "stored_name" for field in model._meta.local_fields)]


def known_names() -> Iterator[str]:
    """Names of the stored files of all rows."""
    for model in models_with_files():
        yield from model._default_manager.exclude(stored_name=None).values_list("stored_name", flat=True).iterator()
    yield from Teacher.objects.exclude(photo="").values_list("photo", flat=True).iterator()


def sweep_orphans() -> int:
    """Remove stored files that no row names; younger ones than an hour may belong to a transaction that is still open."""
    # Candidates first, rows after: a row written in between is seen.
    candidates = orphans(())
    known = set(known_names())
    gone = [name for name in candidates if name not in known]
    for name in gone:
        delete_stored(name)
    return len(gone)


def sweep_uploads(older_than: timedelta) -> int:
    """Forget uploads to which nothing has come for that long, and the memory of finished ones."""
    edge = timezone.now() - older_than
    Upload.objects.exclude(file=None).filter(created_at__lt=edge).delete()
    gone = 0
    for upload in Upload.objects.filter(file=None, created_at__lt=edge):
        with suppress(FileNotFoundError):
            if temporary_path(upload).stat().st_mtime >= edge.timestamp():
                continue
        abandon_upload(upload)
        gone += 1
    return gone


def sweep_batches() -> int:
    """Forget batches that nobody has touched for BATCH_KEEP_DAYS: of unfinished ones the files that were sent go, of all the lines. Drafts stay."""
    edge = timezone.now() - timedelta(days=settings.BATCH_KEEP_DAYS)
    gone = 0
    for batch in Batch.objects.filter(changed_at__lt=edge):
        gone += forget_batch(batch, untouched_since=edge)
    return gone


def sweep_temporaries(older_than: timedelta) -> int:
    """Remove temporary files that nobody has written to for that long."""
    found = temporaries(older_than)
    for path in found:
        delete_temporary(path)
    return len(found)


def damaged() -> Iterator[tuple[str, str]]:
    """(stored name, "missing" or "changed") of every row whose file is not there or not what was stored. Reads every file once."""
    for model in models_with_files():
        hashed = any(field.name == "sha256" for field in model._meta.local_fields)
        for row in model._default_manager.exclude(stored_name=None).order_by("pk").iterator():
            problem = _problem(row.stored_name, row.size, row.sha256 if hashed else None)
            if problem:
                yield row.stored_name, problem
    for name in Teacher.objects.exclude(photo="").values_list("photo", flat=True).iterator():
        if problem := _problem(name, None, None):
            yield name, problem


def _problem(name: str, size: int | None, sha256: str | None) -> str | None:
    digest, length = hashlib.sha256(), 0
    try:
        with open_stored(name) as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                length += len(chunk)
    except FileNotFoundError:
        return "missing"
    return "changed" if size not in (None, length) or sha256 not in (None, digest.hexdigest()) else None
