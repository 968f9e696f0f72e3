"""From a form's uploads to checked temporary files: the same for materials and for messages."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from foundation.files.check import CheckedFile, check_upload
from foundation.files.errors import FileRejected, StorageTrouble
from foundation.files.images import clean_upload
from foundation.files.kinds import ACCEPT
from foundation.files.storage import delete_stored, keep, receive


@dataclass(frozen=True)
class Received:
    """A temporary file that passed the check, not yet kept."""

    path: Path
    checked: CheckedFile


def check_received(path: Path, name: str) -> Received:
    """Check a temporary file; pictures lose their metadata. Raises FileRejected; the temporary file stays the caller's."""
    return Received(path, clean_upload(path, check_upload(path, name)))


def receive_checked(upload: UploadedFile) -> Received:
    """An upload as a checked temporary file. Raises FileRejected or StorageTrouble, and then nothing is left of it."""
    path = receive(upload)
    try:
        return check_received(path, upload.name or "")
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def forget_received(received: Iterable[Received]) -> None:
    """Nobody keeps these: their temporary files go."""
    for entry in received:
        with suppress(OSError):
            entry.path.unlink(missing_ok=True)


@contextmanager
def kept_files(received: Sequence[Received], *, spared: Callable[[Path], bool] = lambda path: False) -> Iterator[list[str]]:
    """Names of the checked files in storage, durable before the block writes their rows; when the block fails, the files go.

    Stands outside the transaction: a bucket may take its time, and nobody else's writing waits for it. Where the storage is full or away,
    `spared` temporary files stay.
    """
    stored: list[str] = []
    try:
        for entry in received:
            stored.append(keep(entry.path, entry.checked))  # noqa: PERF401 - each name is known before the next file may fail
        yield stored
    except BaseException as failure:
        for name in stored:
            delete_stored(name)
        forget_received(entry for entry in received if not (isinstance(failure, StorageTrouble) and spared(entry.path)))
        raise


def refusal_of(upload: UploadedFile, rejection: FileRejected) -> str | FileRejected:
    """The refusal for the form, with the name of the file it is about."""
    name = "".join(sign for sign in (upload.name or "") if sign.isprintable())[:80]
    return f"{name}: {' '.join(rejection.messages)}" if name else rejection


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; cleaned to a list of uploads, whose content `receive_checked` looks at."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": FilesInput(attrs={"multiple": True, "accept": ACCEPT}), "allow_empty_file": True, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Names and content are judged later, each file by itself."""
        return [file for file in (data or []) if file]
