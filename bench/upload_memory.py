"""Memory of a web process while a 50 MB file arrives.

    DATA_DIR=… python -m bench.upload_memory

Needs a filled portal. For each of three doors a fresh web process takes the same 50 MB film: the plain form, the resumable
upload in pieces, and (as a reference) a Django view that only reads the file. Prints the process's peak resident memory
(VmHWM, Linux) before and after as a Markdown table. The drafts that it makes are thrown away again.
"""

import http.client
import json
import os
import re
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"

import django

django.setup()

from bench.pages import fetch, free_port, sign_in
from communities.models import Teacher
from resources.actions.draft import discard_draft
from resources.models import Material

SIZE = 50 * 1024 * 1024 - 1024 * 512
PIECE = 1024 * 1024
BOUNDARY = "portal-bench"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def film() -> Iterator[bytes]:
    """The boxes of an MP4 of SIZE bytes, in pieces."""
    head = struct.pack(">L4s", 24, b"ftyp") + b"isom\0\0\2\0isommp42" + struct.pack(">L4s", 88, b"moov") + bytes(80)
    yield head + struct.pack(">L4s", SIZE - len(head), b"mdat")
    left, noise = SIZE - len(head) - 8, os.urandom(PIECE)
    while left:
        yield noise[:left]
        left -= min(left, PIECE)


class Visit:
    """A signed-in browser on one connection, with the token that forms ask for."""

    def __init__(self, port: int, session: str) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.line.request("GET", "/materials/new/", headers={"Cookie": session})
        answer = self.line.getresponse()
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())
        cookie = next(value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie" and value.startswith("csrftoken"))
        assert token
        self.token = token.group(1)
        self.headers = {"Cookie": f"{session}; {cookie}", "X-CSRFToken": self.token}

    def ask(self, method: str, path: str, body: bytes, **headers: str) -> tuple[int, bytes]:
        self.line.request(method, path, body=body, headers={**self.headers, **headers})
        answer = self.line.getresponse()
        return answer.status, answer.read()

    def send_form(self, path: str) -> int:
        """The film in a multipart form, sent as it is made."""
        field = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{self.token}\r\n'
        start = f'{field}--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="film.mp4"\r\nContent-Type: video/mp4\r\n\r\n'.encode()
        end = f"\r\n--{BOUNDARY}--\r\n".encode()
        self.line.putrequest("POST", path)
        length = str(len(start) + SIZE + len(end))
        for name, value in {**self.headers, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": length}.items():
            self.line.putheader(name, value)
        self.line.endheaders()
        self.line.send(start)
        for piece in film():
            self.line.send(piece)
        self.line.send(end)
        answer = self.line.getresponse()
        answer.read()
        return answer.status


def plain_form(visit: Visit) -> int:
    return visit.send_form("/materials/new/")


def reference(visit: Visit) -> int:
    return visit.send_form("/reference/upload/")


def in_pieces(visit: Visit) -> int:
    status, body = visit.ask("POST", "/materials/uploads/", urlencode({"name": "film.mp4", "size": SIZE}).encode(), **FORM)
    answer = json.loads(body)
    offset, waiting = 0, b""
    for piece in film():
        waiting += piece
        while len(waiting) >= PIECE or (waiting and offset + len(waiting) == SIZE):
            now, waiting = waiting[:PIECE], waiting[PIECE:]
            address = answer.get("url") or f"/materials/uploads/{answer['id']}/"
            status, _body = visit.ask("PATCH", address, now, **{"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"})
            offset += len(now)
    return status


def peak(parent: int) -> float:
    """Highest peak among the server's processes, in MB."""
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=True).stdout.split()
    marks = [re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()) for pid in [*children, str(parent)]]
    return max(int(mark.group(1)) for mark in marks if mark) / 1024


@contextmanager
def web_process(session: str) -> Iterator[tuple[int, int]]:
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1", "--blocking-threads", "8"]
    process = subprocess.Popen([*command, "--log-level", "error", "--no-ws", "network_portal.wsgi:application"], cwd=Path(__file__).parent.parent)
    try:
        for _ in range(100):
            try:
                fetch(http.client.HTTPConnection("127.0.0.1", port), "/materials/", session)
                break
            except OSError:
                time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    teacher = Teacher.objects.active().filter(role="teacher").order_by("id").first()
    assert teacher, "the portal is empty: fill it first"
    session = sign_in(teacher)
    doors: list[tuple[str, Callable[[Visit], int]]] = [
        ("plain form", plain_form),
        ("in pieces of 1 MB", in_pieces),
        ("reference: a view that reads the file", reference),
    ]
    print("| 50 MB through | status | peak before, MB | peak after, MB | growth, MB |\n|---|--:|--:|--:|--:|")
    for name, send in doors:
        before_rows = set(Material.objects.values_list("pk", flat=True))
        with web_process(session) as (port, pid):
            visit = Visit(port, session)
            before = peak(pid)
            status = send(visit)
            after = peak(pid)
        print(f"| {name} | {status} | {before:.1f} | {after:.1f} | {after - before:.1f} |", flush=True)
        for draft in Material.objects.filter(created_by=teacher, status="draft").exclude(pk__in=before_rows):
            discard_draft(draft, by=teacher)


if __name__ == "__main__":
    main()
