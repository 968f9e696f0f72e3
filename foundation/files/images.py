"""Pictures made safe to show: decoded within bounds, turned upright, encoded anew without metadata."""

import os
from dataclasses import replace
from pathlib import Path
from typing import IO

from foundation.files.check import CheckedFile, sha256_of
from foundation.files.errors import rejected
from foundation.files.sandbox import BoundsExceeded, Refused, run_bounded
from foundation.files.storage import working_folder

SECONDS = 20
CHUNK = 1024 * 1024
_FORMS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP"}


def reencode_image(source: Path | IO[bytes] | bytes, *, max_side: int, quality: int = 80) -> bytes:
    """The picture as WebP, upright, without metadata, no side longer than `max_side` pixels; of an animation the first frame.

    `source` is a path, an open binary file or bytes (PNG, JPEG, WebP). Raises FileRejected.
    """
    with working_folder() as folder:
        target = Path(folder) / "target"
        if not isinstance(source, Path):
            source = _written(source, Path(folder) / "source")
        _reencode(source, target, max_side, quality, "WEBP")
        return target.read_bytes()


def clean_upload(path: Path, checked: CheckedFile, *, quality: int = 90) -> CheckedFile:
    """Replace an uploaded picture by itself without metadata (coordinates of a home, serial numbers), full size, same format.

    Answers the file as it is now; other kinds stay as they are. Raises FileRejected.
    """
    if checked.kind.code not in _FORMS:
        return checked
    target = path.with_name(path.name + ".clean")
    try:
        _reencode(path, target, None, quality, _FORMS[checked.kind.code])
        with target.open("rb+") as stream:
            os.fsync(stream.fileno())
        target.replace(path)
    finally:
        target.unlink(missing_ok=True)
    return replace(checked, size=path.stat().st_size, sha256=sha256_of(path), metadata={})


def _written(source: IO[bytes] | bytes, path: Path) -> Path:
    with path.open("wb") as stream:
        if isinstance(source, bytes):
            stream.write(source)
        else:
            source.seek(0)
            while chunk := source.read(CHUNK):
                stream.write(chunk)
    return path


def _reencode(source: Path, target: Path, max_side: int | None, quality: int, form: str) -> None:
    args = {"source": str(source), "target": str(target), "max_side": max_side, "quality": quality, "form": form}
    try:
        run_bounded("reencode", args, seconds=SECONDS, file_mb=256)
    except Refused as refused:
        raise rejected(refused.code, **refused.params) from refused
    except BoundsExceeded as exceeded:
        raise rejected("check_failed") from exceeded
