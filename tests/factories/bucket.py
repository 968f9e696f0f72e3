"""A real server that speaks S3, in a process of its own; and one that only refuses."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import boto3

from foundation.files.address import storage_of

KEY, SECRET = "portal", "s3cr3t/+key"
REFUSAL = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>no</Message></Error>'


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class BucketServer:
    """moto's server on a free port. `freeze` stops its process as an overloaded machine would; `thaw` lets it go on with all it holds."""

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        self.log = log.open("wb")
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, env={**os.environ, "PYTHONWARNINGS": "ignore"})
        self._wait()
        self.client = boto3.client(
            "s3", endpoint_url=f"http://127.0.0.1:{self.port}", aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1"
        )

    def _wait(self) -> None:
        for _step in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/moto-api/", timeout=5)
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError("moto's server did not start")

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.log.close()

    def keys(self, bucket: str) -> list[str]:
        """Everything in a bucket, unfinished uploads, too."""
        found = [entry["Key"] for entry in self.client.list_objects_v2(Bucket=bucket).get("Contents", [])]
        return [*found, *(part["Key"] for part in self.client.list_multipart_uploads(Bucket=bucket).get("Uploads", []))]


def files_url(port: int, place: str = "portal/files") -> str:
    """FILES_URL of an installation; the secret is percent-encoded as its comment says."""
    return f"s3+http://{KEY}:s3cr3t%2F%2Bkey@127.0.0.1:{port}/{place}?region=us-east-1"


def use(settings: Any, port: int, place: str = "portal/files") -> None:
    """Point the portal's settings at the server, by the installation's own reading of FILES_URL."""
    settings.STORAGES = {**settings.STORAGES, "default": storage_of(urlparse(files_url(port, place)))}


@contextmanager
def refusing_server(status: int, code: str) -> Iterator[int]:
    """A server that answers every request with one S3 error; the block gets its port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = b"" if self.command == "HEAD" else REFUSAL.format(code=code).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_HEAD = do_PUT = do_DELETE = do_POST = answer

        def log_message(self, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
