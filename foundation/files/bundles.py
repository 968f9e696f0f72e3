"""A ZIP of many files and a table of them, looked into by a bounded child: the asking process never parses either."""

import errno
import os
from dataclasses import dataclass
from pathlib import Path

from foundation.files.check import rejection_of
from foundation.files.errors import StorageFull, rejected
from foundation.files.sandbox import BoundsExceeded, Refused, run_bounded

SECONDS = 60
# Entries of an archive, folders and litter counted.
MAX_ENTRIES = 5_000
MEMBER_MB = 512

TABLE_KINDS = frozenset({"csv", "xlsx"})


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive: its place there, its name with folders, its declared size in bytes."""

    place: int
    name: str
    size: int


def list_bundle(path: Path) -> list[Member]:
    """The files of an archive without what operating systems leave in it. Raises FileRejected for an archive that cannot be trusted as a whole."""
    answer = _ask("list_bundle", {"path": str(path), "entries": MAX_ENTRIES})
    return [Member(**member) for member in answer["members"]]


def take_member(path: Path, place: int, target: Path) -> None:
    """Unpack one file of an archive into `target`. Raises FileRejected, StorageFull."""
    _ask("take_member", {"path": str(path), "place": place, "target": str(target), "entries": MAX_ENTRIES})


def read_table(path: Path, kind: str) -> list[tuple[int, list[str]]]:
    """Rows of a CSV or XLSX with their numbers in the spreadsheet; blank ones are left out. Raises FileRejected."""
    answer = _ask("read_table", {"path": str(path), "kind": kind})
    return [(number, cells) for number, cells in answer["rows"]]


def _ask(function: str, args: dict[str, object]) -> dict:
    try:
        return run_bounded(function, args, seconds=SECONDS, file_mb=MEMBER_MB)
    except Refused as refused:
        if refused.code == "storage_full":
            raise StorageFull(os.strerror(errno.ENOSPC)) from refused
        raise rejection_of(refused) from refused
    except BoundsExceeded as exceeded:
        raise rejected("check_failed") from exceeded
