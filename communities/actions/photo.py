"""A person's photo: re-encoded, at most 512 pixels, without metadata."""

from typing import IO

from django.db import transaction

from communities.actions.audit import write_audit
from communities.models import Teacher
from foundation.files import images, storage

MAX_SIDE = 512


def set_photo(teacher: Teacher, source: IO[bytes], *, by: Teacher) -> None:
    """Keep a new photo and drop the old one. Raises `FileRejected` for what is not a sound picture."""
    picture = images.reencode_image(source, max_side=MAX_SIDE)
    temporary = storage.new_temporary()
    try:
        temporary.write_bytes(picture)
        name = storage.keep_preview(temporary)
    finally:
        temporary.unlink(missing_ok=True)
    _replace(teacher, name, by=by)


def remove_photo(teacher: Teacher, *, by: Teacher) -> None:
    """No photo any more."""
    _replace(teacher, "", by=by)


def _replace(teacher: Teacher, name: str, *, by: Teacher) -> None:
    with transaction.atomic():
        old = Teacher.objects.select_for_update().values_list("photo", flat=True).get(pk=teacher.pk)
        teacher.photo = name
        teacher.save(update_fields=["photo"])
        if by.pk != teacher.pk:
            write_audit("change-photo", by=by, target=teacher)
        if old and old != name:
            transaction.on_commit(lambda: storage.delete_stored(old))
