"""The gate every upload passes: name, size, content. Nothing is stored before it."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from foundation.files.errors import ACTUAL, FileRejected, rejected
from foundation.files.human import human_size
from foundation.files.inside import sniff
from foundation.files.inside.zips import hidden_characters
from foundation.files.kinds import BY_EXTENSION, KINDS, FileKind
from foundation.files.sandbox import BoundsExceeded, Refused, run_bounded

MAX_NAME = 200
MAX_BYTES = 50 * 1024 * 1024
CHUNK = 1024 * 1024
SECONDS = 30

_OLD_OFFICE = frozenset({"doc", "dot", "xls", "xlt", "ppt", "pps", "pot"})
_MACRO_OFFICE = frozenset({"docm", "dotm", "xlsm", "xltm", "xlsb", "xlam", "pptm", "potm", "ppsm", "ppam"})
_AWKWARD = re.compile(r'[<>:"|?*]')
_DEVICES = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$")


@dataclass(frozen=True)
class CheckedFile:
    """What is known of a file that passed. `metadata` holds personal data found in its properties (keys `creator`, `last_modified_by`,
    `company`, `manager`, `printed_by`; `place` for a photo with coordinates), to be shown to the uploader."""

    kind: FileKind
    size: int
    sha256: str
    safe_name: str
    metadata: dict[str, str] = field(default_factory=dict)
    pages: int | None = None

    @property
    def media_type(self) -> str:
        """From the closed list, never from the client."""
        return self.kind.media_type


def safe_name(name: str) -> str:
    """The name made fit for headers and for Windows: awkward characters become `_`, device names get a `_` before them.

    Raises FileRejected for a name that is empty, too long, holds hidden characters or a path.
    """
    name = unicodedata.normalize("NFC", name)
    if not name.strip().strip(" ."):
        raise rejected("name_empty")
    if len(name) > MAX_NAME:
        raise rejected("name_long")
    if hidden_characters(name):
        raise rejected("name_characters")
    if "/" in name or "\\" in name or name.startswith(".."):
        raise rejected("name_path")
    name = _AWKWARD.sub("_", name).strip().rstrip(". ")
    stem, dot, rest = name.partition(".")
    return f"_{stem}{dot}{rest}" if _DEVICES.match(stem.strip()) else name


def kind_by_name(name: str) -> FileKind:
    """The kind that the extension promises. Raises FileRejected with advice for what is not on the list."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension in _OLD_OFFICE:
        raise rejected("type_old_office")
    if extension in _MACRO_OFFICE:
        raise rejected("office_macros")
    if extension not in BY_EXTENSION:
        raise rejected("type_unknown")
    return BY_EXTENSION[extension]


def max_bytes() -> int:
    """FILE_MAX_BYTES, 50 MB unless set."""
    return int(getattr(settings, "FILE_MAX_BYTES", MAX_BYTES))


def check_upload(path: Path, name: str, *, limit: int | None = None) -> CheckedFile:
    """Check the file at `path` that its uploader calls `name`. `limit` in bytes, FILE_MAX_BYTES by default.

    The file itself is never held in memory here: its head is looked at, its hash is taken in chunks, and all parsing happens
    in a bounded child. Raises FileRejected (a form error with code and advice).
    """
    shown = safe_name(name)
    kind = kind_by_name(shown)
    size = path.stat().st_size
    bound = max_bytes() if limit is None else limit
    if size == 0:
        raise rejected("file_empty")
    if size > bound:
        raise rejected("file_large", limit=human_size(bound))
    _check_head(path)
    try:
        answer = run_bounded("inspect", {"path": str(path), "kind": kind.code}, seconds=SECONDS)
    except Refused as refused:
        raise rejection_of(refused) from refused
    except BoundsExceeded as exceeded:
        raise rejected("check_failed") from exceeded
    return CheckedFile(kind, size, sha256_of(path), shown, answer["metadata"], answer["pages"])


def _check_head(path: Path) -> None:
    """What can be told from the first bytes is told at once: no process is started for a program or an archive we do not take."""
    with path.open("rb") as stream:
        found = sniff.family(stream.read(sniff.HEAD))
    if found in ACTUAL and found not in sniff.TEXT_LIKE:
        raise rejected("type_mismatch", actual=ACTUAL[found])


def rejection_of(refused: Refused) -> FileRejected:
    """What the child refused, in the reader's words."""
    params = dict(refused.params)
    if "actual" in params:
        actual = str(params["actual"])
        params["actual"] = KINDS[actual].label if actual in KINDS else ACTUAL.get(actual, actual)
    return rejected(refused.code, **params)


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of a file, read in chunks."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
