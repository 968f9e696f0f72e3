"""Personal data in the properties of office files, removed on request."""

from pathlib import Path

from foundation.files.errors import Unreadable
from foundation.files.sandbox import BoundsExceeded, Refused, run_bounded

STRIPPABLE = frozenset({"docx", "pptx", "xlsx", "odt", "odp", "ods"})
"""Kinds whose properties can be emptied. A PDF is left alone: its author field cannot be cut without writing the whole file anew."""


def strip_office_metadata(path_in: Path, path_out: Path) -> list[str]:
    """Write a copy of an office file without author, last editor, company and manager; answers which of them were there.

    Every other member of the package keeps its bytes. Names in comments and tracked changes are content and stay.
    Raises Unreadable, and leaves no `path_out` then.
    """
    try:
        answer = run_bounded("strip_metadata", {"source": str(path_in), "target": str(path_out)}, file_mb=512)
    except (Refused, BoundsExceeded) as failure:
        path_out.unlink(missing_ok=True)
        raise Unreadable(str(failure)) from failure
    return list(answer["removed"])
