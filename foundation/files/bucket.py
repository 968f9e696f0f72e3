"""The S3 half of the storage: a private bucket, read as a stream from any byte on.

django-storages knows the API; what differs is here. It would bring a whole object into memory before the first byte, make a session a thread, and
speak of trouble in the words of its library. A file is written by one PUT whose body is signed: the server takes all of it, proved by its SHA-256,
or nothing, and no half-sent parts are left behind.
"""

import datetime
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from django.core.files import File
from storages.backends.s3 import S3Storage
from storages.utils import clean_name
from urllib3.exceptions import HTTPError

from foundation.files.errors import StorageAway, StorageFull

# Seconds and tries: what a reader waits at most for an answer that does not come.
CONNECT, READ, ATTEMPTS = 3, 15, 2
# A web process answers that many readers at once.
CONNECTIONS = 64
# The most that S3 takes in one PUT; far above FILE_MAX_BYTES.
ONE_PUT = 5 * 1024**3
INSUFFICIENT_STORAGE = 507


@contextmanager
def in_words(name: str) -> Iterator[None]:
    """Troubles of the client library as those of every storage. Raises FileNotFoundError, StorageFull, StorageAway."""
    try:
        yield
    except ClientError as error:
        code, status = error.response.get("Error", {}).get("Code", ""), error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if status == INSUFFICIENT_STORAGE or "Quota" in code or "StorageFull" in code:
            raise StorageFull(code or str(status)) from error
        # A bucket that is gone is no missing file.
        if code in {"NoSuchKey", "404"}:
            raise FileNotFoundError(name) from error
        raise StorageAway(f"{status} {code}") from error
    except (BotoCoreError, HTTPClientError, HTTPError) as error:
        raise StorageAway(type(error).__name__) from error


class BucketStream:
    """The bytes of an object as they come; to be closed."""

    def __init__(self, name: str, body: Any) -> None:
        self.name = name
        self._body = body

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes. Raises StorageAway when the line breaks."""
        with in_words(self.name):
            return self._body.read(None if size < 0 else size)

    def close(self) -> None:
        """Give the connection back."""
        self._body.close()

    def __enter__(self) -> "BucketStream":
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()


class Bucket(S3Storage):
    """Options come from `address.storage_of`. The methods here raise StorageAway or StorageFull, never an error of the library."""

    def __init__(self, **options: Any) -> None:
        options["client_config"] = Config(
            connect_timeout=CONNECT,
            read_timeout=READ,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            max_pool_connections=CONNECTIONS,
            signature_version="s3v4",
            # Servers beside Amazon's do not know its newer checksums; the signed body proves the bytes.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": options.pop("addressing_style"), "payload_signing_enabled": True},
        )
        options["transfer_config"] = TransferConfig(multipart_threshold=ONE_PUT, use_threads=False)
        super().__init__(file_overwrite=True, default_acl=None, querystring_auth=True, **options)
        self._lock = threading.Lock()
        self._shared: Any = None

    @property
    def connection(self) -> Any:
        """One for all threads (its client is made for that): a session of its own would cost each thread a third of a second."""
        with self._lock:
            if self._shared is None:
                self._shared = self._create_session().resource("s3", region_name=self.region_name, endpoint_url=self.endpoint_url, config=self.client_config)
            return self._shared

    def _ask(self, operation: str, name: str, **more: Any) -> dict[str, Any]:
        with in_words(name):
            return getattr(self.connection.meta.client, operation)(Bucket=self.bucket_name, Key=self._key(name), **more)

    def _key(self, name: str) -> str:
        return self._normalize_name(clean_name(name))

    def stream(self, name: str, first: int = 0) -> BucketStream:
        """The object from byte `first` on. Raises FileNotFoundError."""
        more = {"Range": f"bytes={first}-"} if first else {}
        return BucketStream(name, self._ask("get_object", name, **more)["Body"])

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise ValueError("stored files are read, or written whole by save")
        return cast(File, self.stream(name))

    def _save(self, name: str, content: Any) -> str:
        with in_words(name):
            return super()._save(name, content)

    def size(self, name: str) -> int:
        """Bytes of the object. Raises FileNotFoundError."""
        try:
            return self._ask("head_object", name)["ContentLength"]
        except FileNotFoundError:
            # HEAD says the same of a bucket that is gone.
            with in_words(self.bucket_name):
                self.connection.meta.client.list_objects_v2(Bucket=self.bucket_name, MaxKeys=1)
            raise

    def exists(self, name: str) -> bool:
        """Whether there is such an object."""
        try:
            self.size(name)
        except FileNotFoundError:
            return False
        return True

    def delete(self, name: str) -> None:
        """Remove the object; one that is gone already is no error."""
        self._ask("delete_object", name)

    def copy(self, source: str, target: str) -> None:
        """Another object with the same bytes; they do not leave the server. Raises FileNotFoundError."""
        self._ask("copy_object", target, CopySource={"Bucket": self.bucket_name, "Key": self._key(source)})

    def entries(self, folder: str) -> Iterator[tuple[str, datetime.datetime]]:
        """Name and time of every object in a folder and below it, a thousand a request."""
        prefix = self._key(f"{folder}/").rstrip("/") + "/"
        strip = len(prefix) - len(folder) - 1
        with in_words(folder):
            for page in self.connection.meta.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket_name, Prefix=prefix):
                for entry in page.get("Contents", ()):
                    yield entry["Key"][strip:], entry["LastModified"]
