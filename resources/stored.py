"""Stored files of rows that are gone."""

from collections.abc import Iterable

from foundation.files.storage import delete_stored


def delete_all_stored(names: Iterable[str]) -> None:
    """Remove stored files; after the commit that removed their rows, or when the rows were never written."""
    for name in names:
        delete_stored(name)
