"""Files in an S3 bucket: the same door, the same order, the same words."""

import hashlib
import io
import os
import signal
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404

from foundation.files import bucket as bucket_module
from foundation.files import storage
from foundation.files.address import FOLDER, storage_of
from foundation.files.check import check_upload
from foundation.files.errors import StorageAway, StorageFull, StorageTrouble
from tests.factories.bucket import BucketServer, free_port, refusing_server, use
from tests.foundation.test_files_storage import ask, body

CONTENT = b"0123456789"


def kept(data: bytes = CONTENT, name: str = "a.txt") -> str:
    path = storage.receive(SimpleUploadedFile(name, data))
    return storage.keep(path, check_upload(path, name))


def test_an_address_says_where_files_are() -> None:
    assert storage_of(urlparse("")) == FOLDER
    options = storage_of(urlparse("s3://key:a%2Fb%40c@s3.example.org:9000/teachers/portal/files?region=ru-1&style=virtual"))["OPTIONS"]
    assert options == {
        "access_key": "key",
        "secret_key": "a/b@c",
        "endpoint_url": "https://s3.example.org:9000",
        "bucket_name": "teachers",
        "location": "portal/files",
        "region_name": "ru-1",
        "addressing_style": "virtual",
    }
    assert storage_of(urlparse("s3+http://k:s@[::1]:9/b"))["OPTIONS"]["endpoint_url"] == "http://[::1]:9"


@pytest.mark.parametrize(
    "address",
    ["s3://host/bucket", "s3://key:SECRET@host", "s3://key:SECRET@/bucket", "ftp://key:SECRET@host/bucket", "s3://key:SECRET@host/bucket?style=odd", "s3://key:SECRET@host/b?acl=public"],
)  # fmt: skip
def test_a_wrong_address_is_refused_without_its_secret(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="FILES_URL must look like") as refused:
        storage_of(urlparse(address))
    # The example in the message says SECRET in its own place alone.
    assert str(refused.value).count("SECRET") == 1


def test_a_file_is_one_whole_object(bucket: BucketServer, settings: Any) -> None:
    name = kept()
    assert bucket.keys("portal") == [f"files/{name}"]
    assert storage.stored_size(name) == 10
    with storage.open_stored(name) as stream:
        assert (stream.read(4), stream.read()) == (b"0123", b"456789")
    with storage.open_stored(name, 7) as stream:
        assert stream.read() == b"789"
    assert list(Path(settings.UPLOAD_TMP).iterdir()) == []
    assert bucket.client.get_object_acl(Bucket="portal", Key=f"files/{name}")["Grants"][0]["Permission"] == "FULL_CONTROL"


def test_a_large_file_is_one_put_and_comes_as_a_stream(bucket: BucketServer) -> None:
    content = os.urandom(1024 * 1024) * 20
    path = storage.new_temporary()
    path.write_bytes(content)
    name = storage.keep_preview(path)
    head = bucket.client.head_object(Bucket="portal", Key=f"files/{name}")
    # An object of several parts has a hyphen in its ETag.
    assert "-" not in head["ETag"]
    with storage.open_stored(name) as stream:
        assert hashlib.sha256(b"".join(iter(lambda: stream.read(storage.CHUNK), b""))).digest() == hashlib.sha256(content).digest()


def test_copies_lists_and_removal(bucket: BucketServer) -> None:
    name = kept()
    copy = storage.copy_stored(name)
    assert copy != name
    assert copy.partition("-")[0] == name.partition("-")[0]
    local = storage.local_copy(copy)
    assert local.read_bytes() == CONTENT
    storage.share_stored(name, "files/aa/shared.txt")
    assert sorted(storage.stored_names()) == sorted([name, copy, "files/aa/shared.txt"])
    assert storage.orphans([name]) == []
    assert sorted(storage.orphans([name], older_than=-storage.SETTLED)) == sorted([copy, "files/aa/shared.txt"])
    for _twice in range(2):
        storage.delete_stored(copy)
    assert not default_storage.exists(copy)
    assert default_storage.exists(name)
    with pytest.raises(FileNotFoundError):
        storage.open_stored(copy)
    with pytest.raises(FileNotFoundError):
        storage.copy_stored(copy)


@pytest.mark.parametrize(
    ("asked", "status", "shown", "content"),
    [("", 200, None, CONTENT), ("bytes=2-4", 206, "bytes 2-4/10", b"234"), ("bytes=-3", 206, "bytes 7-9/10", b"789"), ("bytes=10-", 416, "bytes */10", b"")],
)
def test_ranges_come_from_the_bucket(bucket: BucketServer, asked: str, status: int, shown: str | None, content: bytes) -> None:
    response = ask(kept(), Range=asked)
    assert (response.status_code, response.get("Content-Range"), body(response)) == (status, shown, content)
    if status < 400:
        assert response["Content-Disposition"].startswith("attachment")
        assert (response["X-Content-Type-Options"], response["Content-Security-Policy"]) == ("nosniff", "sandbox; default-src 'none'")


def test_a_missing_object_is_404(bucket: BucketServer) -> None:
    with pytest.raises(Http404):
        ask("files/00/none.txt")


# --- away, full ---------------------------------------------------------------------------------------------------------


def everything(name: str, path: Path) -> list[Any]:
    """Each way to the storage."""
    return [
        lambda: storage.open_stored(name),
        lambda: storage.stored_size(name),
        lambda: storage.local_copy(name),
        lambda: storage.copy_stored(name),
        lambda: list(storage.stored_names()),
        lambda: storage.keep_preview(path),
    ]


@pytest.mark.parametrize(
    ("status", "code", "trouble"),
    [
        (403, "InvalidAccessKeyId", StorageAway),
        (403, "SignatureDoesNotMatch", StorageAway),
        (404, "NoSuchBucket", StorageAway),
        (500, "InternalError", StorageAway),
        (503, "SlowDown", StorageAway),
        (507, "XMinioStorageFull", StorageFull),
        (403, "QuotaExceeded", StorageFull),
    ],
)
def test_what_a_server_refuses_is_said_as_trouble(settings: Any, status: int, code: str, trouble: type[StorageTrouble]) -> None:
    path = storage.new_temporary()
    path.write_bytes(CONTENT)
    with refusing_server(status, code) as port:
        use(settings, port)
        # A quota is met by writing alone.
        for way in everything("files/aa/a.txt", path)[5 if code == "QuotaExceeded" else 0 :]:
            with pytest.raises(StorageTrouble) as met:
                way()
            assert type(met.value) is trouble
        storage.delete_stored("files/aa/a.txt")
    assert path.read_bytes() == CONTENT
    assert [entry.name for entry in storage.temporary_folder().iterdir()] == [path.name]


def test_nobody_listens(settings: Any) -> None:
    use(settings, free_port())
    path = storage.new_temporary()
    for way in everything("files/aa/a.txt", path):
        with pytest.raises(StorageAway):
            way()


def test_a_server_that_hangs_is_away_and_comes_back(bucket: BucketServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket_module, "READ", 1)
    use(settings, bucket.port)
    name = kept()
    bucket.freeze()
    with pytest.raises(StorageAway):
        storage.open_stored(name)
    with pytest.raises(StorageAway):
        kept()
    bucket.thaw()
    with storage.open_stored(name) as stream:
        assert stream.read() == CONTENT
    # What hung may have arrived all the same: an orphan for sweep, never half a file.
    assert {storage.stored_size(found) for found in storage.stored_names()} == {10}


def test_a_line_that_breaks_in_the_middle_is_no_end_of_file(settings: Any, tmp_path: Path) -> None:
    own = BucketServer(tmp_path / "log")
    try:
        own.client.create_bucket(Bucket="portal")
        use(settings, own.port)
        path = storage.new_temporary()
        path.write_bytes(bytes(30 * 1024 * 1024))
        name = storage.keep_preview(path)
        with storage.open_stored(name) as stream:
            stream.read(10)
            own.process.send_signal(signal.SIGKILL)
            own.process.wait()
            with pytest.raises(StorageAway):
                list(iter(lambda: stream.read(1024 * 1024), b""))
    finally:
        own.stop()


# --- the disk -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "trouble"), [(28, StorageFull), (122, StorageFull), (5, StorageAway), (30, StorageAway), (13, StorageAway)])
def test_a_disk_that_is_full_or_gone(settings: Any, monkeypatch: pytest.MonkeyPatch, number: int, trouble: type[StorageTrouble]) -> None:
    name = kept()

    def fail(*args: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(trouble):
        storage.receive(SimpleUploadedFile("a.txt", CONTENT))
    with pytest.raises(trouble):
        storage.append_chunk(storage.new_temporary(), 0, io.BytesIO(CONTENT))
    path = storage.new_temporary()
    path.write_bytes(CONTENT)
    with pytest.raises(trouble):
        storage.keep_preview(path)
    assert list(storage.stored_names()) == [name]


def test_a_full_disk_for_real(settings: Any, tmp_path: Path) -> None:
    """A file system of one megabyte; where this machine does not let us mount one, the test above stands alone."""
    small = tmp_path / "small"
    small.mkdir()
    if os.system(f"mount -t tmpfs -o size=1m tmpfs {small} 2>/dev/null"):  # noqa: S605 - our own path
        pytest.skip("no right to mount a small file system")
    try:
        settings.MEDIA_ROOT = small / "media"
        path = storage.new_temporary()
        path.write_bytes(os.urandom(2 * 1024 * 1024))
        with pytest.raises(StorageFull):
            storage.keep_preview(path)
        assert list(storage.stored_names()) == []
        assert path.stat().st_size == 2 * 1024 * 1024
        path.write_bytes(CONTENT)
        assert storage.stored_size(storage.keep_preview(path)) == 10
    finally:
        os.system(f"umount {small}")  # noqa: S605
