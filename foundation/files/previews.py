"""The first pages of a file as small pictures."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from foundation.files.errors import Unreadable
from foundation.files.kinds import WITH_PREVIEW
from foundation.files.sandbox import BoundsExceeded, Refused, run_bounded

SECONDS = 40


@dataclass(frozen=True)
class Preview:
    """One page as a WebP file of at most 120 KB; sizes in pixels. `pages_total` counts pages, slides or sheets; None when unknown."""

    path: Path
    width: int
    height: int
    page: int
    pages_total: int | None


def render_previews(path: Path, kind: str, out_dir: Path, *, pages: int = 3, width: int = 900) -> list[Preview]:
    """Write the first `pages` pages of the file into `out_dir`, `width` pixels wide; nothing for sound, video and archives.

    Runs in a bounded child. Raises Unreadable; then `out_dir` holds nothing of ours.
    """
    if kind not in WITH_PREVIEW:
        return []
    with tempfile.TemporaryDirectory(dir=out_dir) as work:
        args = {"path": str(path), "kind": kind, "out_dir": str(out_dir), "work_dir": work, "pages": pages, "width": width}
        try:
            answer = run_bounded("previews", args, seconds=SECONDS, memory_mb=1536)
        except (Refused, BoundsExceeded) as failure:
            for left in out_dir.glob("page-*.webp"):
                left.unlink()
            raise Unreadable(str(failure)) from failure
    return [Preview(out_dir / page["file"], page["width"], page["height"], page["page"], answer["total"]) for page in answer["pages"]]
