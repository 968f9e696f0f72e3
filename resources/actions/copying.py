"""Copies of stored files for rows of their own: bytes first, rows after, and no bytes without rows when the rows fail."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from communities.models import Teacher
from foundation.files.storage import copy_stored
from resources.actions.material_file import check_room
from resources.jobs import read_file
from resources.models import MaterialFile, MaterialVersion
from resources.quotas import check_shelf
from resources.stored import delete_all_stored


@contextmanager
def copied_files(sources: Sequence[MaterialFile], *, owner: Teacher) -> Iterator[Callable[[MaterialVersion], None]]:
    """Copy the stored files of `sources`; the block gets a function that writes their rows into a version, inside the block's own transaction.

    Every copy is durable before its row exists; when the block fails, the copies go. Raises FileRejected when they do not fit the
    owner's quota, FileNotFoundError when a file is missing in storage.
    """
    check_room(owner, [file.size for file in sources])
    names: list[str] = []
    try:
        for file in sources:
            names.append(copy_stored(file.stored_name))  # noqa: PERF401 - each name is known before the next copy may fail

        def write(version: MaterialVersion) -> None:
            check_shelf(version.material.library_id, [file.size for file in sources])
            for order, (file, name) in enumerate(zip(sources, names, strict=True)):
                copy = MaterialFile.objects.create(
                    version=version,
                    order=order,
                    stored_name=name,
                    original_name=file.original_name,
                    kind=file.kind,
                    media_type=file.media_type,
                    size=file.size,
                    sha256=file.sha256,
                )
                # Text and pictures are made by the worker as for any upload: the queue's row lives or dies with the file's.
                read_file.enqueue(copy.pk)

        yield write
    except BaseException:
        delete_all_stored(names)
        raise
