"""How much room there is: of a library, and what a batch asks for. What decides runs under a lock, so that two at once never both fit into the last place."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from foundation.files.errors import FileRejected
from foundation.files.human import human_size
from resources.models import Library, MaterialFile


def quota_of(library: Library) -> int | None:
    """Bytes that its materials may take; None for no bound."""
    if library.quota_bytes is not None:
        return library.quota_bytes
    return settings.LIBRARY_QUOTA_BYTES if library.owner is not None else None


def shelf_bytes(library: Library) -> int:
    """What the files of its materials take, of all versions. One query."""
    return MaterialFile.objects.filter(version__material__library=library).aggregate(total=Sum("size"))["total"] or 0


def shelf_free(library: Library) -> int | None:
    """Bytes still free; None for no bound. At most one query."""
    quota = quota_of(library)
    return None if quota is None else max(0, quota - shelf_bytes(library))


def refuse_if_full(library: Library, sizes: Sequence[int]) -> None:
    """Raise FileRejected when files of these sizes (bytes) go over the library's quota at this moment. At most one query."""
    free = shelf_free(library)
    if free is not None and sum(sizes) > free:
        text = _("The library “%(library)s” has room for %(limit)s, and %(free)s is free; this takes %(size)s. Choose another library or ask its curators.")
        params = {"library": library, "limit": human_size(quota_of(library) or 0), "free": human_size(free), "size": human_size(sum(sizes))}
        raise FileRejected("library_full", text, params)


def check_shelf(library_id: int, sizes: Sequence[int]) -> None:
    """The same, and the answer holds until the caller's transaction ends: the library's row is locked.

    The lock is one that new materials of the library (they refer to its row) do not wait for.
    """
    refuse_if_full(Library.objects.select_for_update(of=("self",), no_key=True).select_related("community", "school").get(pk=library_id), sizes)
