"""The one door to stored files, in a folder or in an S3 bucket (FILES_URL): nothing else touches the storage.

Temporary file → fsync → rename (or one PUT) → row. A crash between any two steps leaves no row without its file, only something to sweep.
Disk full, folder or server away: every function here says it as StorageFull or StorageAway.
"""

import errno
import logging
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http.request import UnreadablePostError

from foundation.files.check import CheckedFile, max_bytes, sha256_of
from foundation.files.errors import StorageAway, StorageFull, StorageTrouble, rejected
from foundation.files.human import human_size

CHUNK = 256 * 1024
FOLDERS = ("files", "previews")
SETTLED = timedelta(hours=1)
"""Younger files may belong to a transaction that has not committed yet: never orphans."""


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# A network folder that went, a disk that turned read-only or broke, rights that somebody changed.
_AWAY = frozenset({errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTCONN, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ETIMEDOUT})

logger = logging.getLogger(__name__)


@contextmanager
def in_words() -> Iterator[None]:
    """Troubles of the disk as those of every storage. A line that breaks is none of them. Raises StorageFull, StorageAway."""
    try:
        yield
    except UnreadablePostError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(str(error)) from error
        if error.errno in _AWAY:
            raise StorageAway(str(error)) from error
        raise


def is_folder() -> bool:
    """Whether files are kept in a folder of this machine, where they can be opened, linked and sent by a proxy."""
    # default_storage is a lazy object: isinstance looks through it.
    return isinstance(default_storage, FileSystemStorage)


def _bucket() -> Any:
    """The S3 storage, with what Django's storages do not offer: streams, copies, a list with times."""
    return default_storage


class WrongOffset(Exception):
    """The chunk does not continue the file; `expected` is the offset to go on from."""

    def __init__(self, expected: int) -> None:
        super().__init__(expected)
        self.expected = expected


@in_words()
def temporary_folder() -> Path:
    """UPLOAD_TMP, made when missing; readable by the portal alone."""
    folder = Path(settings.UPLOAD_TMP)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@in_words()
def new_temporary() -> Path:
    """An empty temporary file, for a resumable upload."""
    handle, name = tempfile.mkstemp(prefix="upload-", dir=temporary_folder())
    os.close(handle)
    return Path(name)


def working_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for pages or pictures in the making, gone after the `with`; what a crash leaves of it is swept with `temporaries`."""
    return tempfile.TemporaryDirectory(prefix="work-", dir=temporary_folder())


@in_words()
def receive(uploaded_file: UploadedFile, *, limit: int | None = None) -> Path:
    """Copy an upload into a temporary file, durably, a chunk at a time. Raises FileRejected as soon as the limit (bytes; FILE_MAX_BYTES by default)
    is passed; on any failure nothing is left."""
    path = new_temporary()
    bound, size = max_bytes() if limit is None else limit, 0
    try:
        with path.open("wb") as stream:
            for chunk in uploaded_file.chunks(CHUNK):
                size += len(chunk)
                if size > bound:
                    raise rejected("file_large", limit=human_size(bound))
                stream.write(chunk)
            _sync(stream)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


@in_words()
def append_chunk(temp_path: Path, offset: int, stream: IO[bytes], *, limit: int | None = None) -> int:
    """Continue a resumable upload at `offset`; answers the new size, which is on disk by then.

    Raises WrongOffset when the file is not exactly `offset` bytes long, FileRejected above `limit` bytes (FILE_MAX_BYTES by default).
    A chunk that breaks off stays as far as it came: the next one continues there. Two writers at once: the second gets WrongOffset
    or writes after the first, never between its bytes.
    """
    bound = max_bytes() if limit is None else limit
    with temp_path.open("r+b") as target:
        _lock(target)
        size = target.seek(0, os.SEEK_END)
        if size != offset:
            raise WrongOffset(size)
        try:
            while chunk := stream.read(CHUNK):
                if size + len(chunk) > bound:
                    target.truncate(offset)
                    raise rejected("file_large", limit=human_size(bound))
                size += target.write(chunk)
        finally:
            _sync(target)
    return size


def _lock(stream: IO[bytes]) -> None:
    """One writer at a time; released when the file is closed. Windows has no `fcntl`: there the offset alone decides."""
    try:
        import fcntl
    except ImportError:
        return
    fcntl.flock(stream, fcntl.LOCK_EX)


def keep(temp_path: Path, checked: CheckedFile) -> str:
    """Move a checked temporary file into storage; answers the name for the row. The file is durable when this returns."""
    return _keep(temp_path, "files", checked.sha256, checked.kind.extension)


def keep_preview(path: Path) -> str:
    """The same for a picture that `previews` or `images` made (WebP)."""
    return _keep(path, "previews", sha256_of(path), "webp")


@in_words()
def _keep(path: Path, folder: str, sha256: str, extension: str) -> str:
    name = f"{folder}/{sha256[:2]}/{sha256}-{secrets.token_hex(6)}.{extension}"
    with path.open("rb+") as stream:
        _sync(stream)
    if is_folder():
        _move(path, Path(default_storage.path(name)))
        return name
    with path.open("rb") as stream:
        default_storage.save(name, File(stream))
    path.unlink()
    return name


def _move(source: Path, target: Path) -> None:
    made = [folder for folder in target.parents if not folder.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    if settings.FILE_UPLOAD_PERMISSIONS is not None:
        source.chmod(settings.FILE_UPLOAD_PERMISSIONS)
    try:
        source.replace(target)
    except OSError as other_device:
        if other_device.errno != errno.EXDEV:
            raise
        _copy_durably(source, target)
    for folder in {target.parent, *(new.parent for new in made)}:
        _sync_folder(folder)


def _copy_durably(source: Path, target: Path) -> None:
    """When the temporary folder is on another disk: the copy gets its name only when it is whole. A crash leaves an orphan."""
    part = target.with_name(target.name + ".part")
    try:
        with source.open("rb") as read, part.open("wb") as written:
            shutil.copyfileobj(read, written, CHUNK)
            _sync(written)
        shutil.copymode(source, part)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    source.unlink()


def _sync(stream: IO[bytes]) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable. Windows does not open folders and needs no such step."""
    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@in_words()
def open_stored(name: str, first: int = 0) -> IO[bytes]:
    """The stored file from byte `first` on, as it comes, to be closed by the caller. Raises FileNotFoundError."""
    if not is_folder():
        return cast(IO[bytes], _bucket().stream(name, first))
    stream = default_storage.open(name, "rb")
    stream.seek(first)
    return stream


@in_words()
def stored_size(name: str) -> int:
    """Bytes of the stored file. Raises FileNotFoundError."""
    return default_storage.size(name)


@in_words()
def local_copy(name: str) -> Path:
    """A temporary copy for a look inside by programs that open files, wherever the storage is; to be removed by the caller."""
    path = new_temporary()
    try:
        with open_stored(name) as source, path.open("wb") as target:
            while chunk := source.read(CHUNK):
                target.write(chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def opened_in_place(name: str) -> Path | None:
    """Where a stored file lies in a folder of this machine, to be read and nothing else; None for a bucket. For a file that many jobs look into."""
    return Path(default_storage.path(name)) if is_folder() else None


@in_words()
def copy_stored(name: str) -> str:
    """Another stored file with the same bytes, for a row of its own; durable when this returns. Raises FileNotFoundError."""
    if not is_folder():
        folder, _slash, rest = name.partition("/")
        target = f"{folder}/{rest.partition('-')[0]}-{secrets.token_hex(6)}.{rest.rpartition('.')[2]}"
        _bucket().copy(name, target)
        return target
    path = local_copy(name)
    try:
        folder, _slash, rest = name.partition("/")
        return _keep(path, folder, sha256_of(path), rest.rpartition(".")[2])
    finally:
        path.unlink(missing_ok=True)


def share_stored(name: str, other: str) -> None:
    """The same bytes once more under the name `other`: in a folder a link, which takes no room. For demo data, not for what people bring."""
    if not is_folder():
        _bucket().copy(name, other)
        return
    source, target = Path(default_storage.path(name)), Path(default_storage.path(other))
    try:
        target.hardlink_to(source)
    except OSError:
        # A disk without hard links.
        shutil.copyfile(source, target)


def delete_stored(name: str) -> None:
    """Remove a stored file, after the transaction that removed its row; one that is gone already is no error.

    When the storage is away the file stays for `sweep`: what the person did is done all the same.
    """
    try:
        with in_words():
            default_storage.delete(name)
    except StorageTrouble as trouble:
        logger.warning("a stored file stays for sweep: %s", trouble)


def stored_files() -> Iterator[tuple[str, datetime]]:
    """Names in storage and when they were written, folder by folder."""
    for folder in FOLDERS:
        yield from _listed(Path(default_storage.path(folder)), folder) if is_folder() else _bucket().entries(folder)


def _listed(path: Path, name: str) -> Iterator[tuple[str, datetime]]:
    """Files below a folder; what goes while it is being listed is left out."""
    with in_words():
        entries = list(os.scandir(path)) if path.is_dir() else []
    for entry in entries:
        with suppress(FileNotFoundError):
            if entry.is_dir(follow_symlinks=False):
                yield from _listed(Path(entry.path), f"{name}/{entry.name}")
            else:
                yield f"{name}/{entry.name}", datetime.fromtimestamp(entry.stat().st_mtime, UTC)


def stored_names() -> Iterator[str]:
    """All names in storage."""
    return (name for name, _written in stored_files())


def orphans(known: Iterable[str], *, older_than: timedelta = SETTLED) -> list[str]:
    """Stored names that are not in `known` (names of all rows) and older than an hour: what a crash between file and row left."""
    rows = set(known)
    edge = datetime.now(UTC) - older_than
    return [name for name, written in stored_files() if name not in rows and written < edge]


def temporaries(older_than: timedelta = timedelta(days=2)) -> list[Path]:
    """Temporary files and folders not written to for that long: broken uploads that nobody will continue. For `delete_temporary`."""
    edge = time.time() - older_than.total_seconds()
    found = []
    for path in temporary_folder().iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < edge:
                found.append(path)
    return found


def delete_temporary(path: Path) -> None:
    """Remove a temporary file or folder; one that is gone already is no error."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
