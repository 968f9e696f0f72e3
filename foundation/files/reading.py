"""The text of a kept file, for search."""

from pathlib import Path

from foundation.files.errors import Unreadable
from foundation.files.kinds import WITH_TEXT
from foundation.files.sandbox import BoundsExceeded, Refused, run_bounded

SECONDS = 40


def read_text(path: Path, kind: str, *, limit_chars: int = 400_000) -> str:
    """Text of the file of that kind code, at most `limit_chars` characters; empty for pictures, sound and video.

    Runs in a bounded child. Raises Unreadable; the file may be kept all the same («текст не прочитан»).
    """
    if kind not in WITH_TEXT:
        return ""
    try:
        return str(run_bounded("text", {"path": str(path), "kind": kind, "limit_chars": limit_chars}, seconds=SECONDS))
    except Refused as refused:
        raise Unreadable(refused.code) from refused
    except BoundsExceeded as exceeded:
        raise Unreadable(str(exceeded)) from exceeded
