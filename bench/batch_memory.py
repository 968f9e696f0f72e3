"""Memory of a web process while a ZIP of 200 MB arrives for a batch.

    DATA_DIR=… python -m bench.batch_memory

Needs a filled portal. For each of three doors a fresh web process takes the same ZIP of five films: the plain form of a batch, the
resumable upload in pieces, and (as a reference) a Django view that only reads the file. Prints the process's peak resident memory
(VmHWM, Linux) before and after as a Markdown table. The batches that it makes are thrown away again.
"""

import json
import os
import tempfile
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from bench.upload_memory import BOUNDARY, FORM, PIECE, Visit, peak, web_process  # isort: skip - sets Django up
from bench.pages import sign_in
from communities.models import Teacher
from resources.actions.batch import discard_batch
from resources.models import Batch

MEMBERS, MEMBER_SIZE = 5, 40 * 1024 * 1024


def write_archive(path: Path) -> None:
    """Five members of noise, stored as they are."""
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(MEMBERS):
            archive.writestr(f"film {number}.mp4", os.urandom(MEMBER_SIZE))


def send_form(visit: Visit, path: str, archive: Path) -> int:
    """The ZIP in a multipart form, sent as it is read."""
    fields = {"csrfmiddlewaretoken": visit.token, "key": str(uuid.uuid4()), "library": "", "licence": "cc-by"}
    start = "".join(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    start += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="films.zip"\r\nContent-Type: application/zip\r\n\r\n'
    end = f"\r\n--{BOUNDARY}--\r\n"
    visit.line.putrequest("POST", path)
    length = str(len(start) + archive.stat().st_size + len(end))
    for name, value in {**visit.headers, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": length}.items():
        visit.line.putheader(name, value)
    visit.line.endheaders()
    visit.line.send(start.encode())
    with archive.open("rb") as source:
        while piece := source.read(PIECE):
            visit.line.send(piece)
    visit.line.send(end.encode())
    answer = visit.line.getresponse()
    answer.read()
    return answer.status


def plain_form(visit: Visit, archive: Path) -> int:
    return send_form(visit, "/materials/batches/new/", archive)


def reference(visit: Visit, archive: Path) -> int:
    return send_form(visit, "/reference/upload/", archive)


def in_pieces(visit: Visit, archive: Path) -> int:
    size = archive.stat().st_size
    status, body = visit.ask("POST", "/materials/batches/uploads/", urlencode({"name": "films.zip", "size": size}).encode(), **FORM)
    address, offset = json.loads(body)["url"], 0
    with archive.open("rb") as source:
        while piece := source.read(PIECE):
            status, _body = visit.ask("PATCH", address, piece, **{"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"})
            offset += len(piece)
    return status


def main() -> None:
    teacher = Teacher.objects.active().filter(role="teacher").order_by("id").first()
    assert teacher, "the portal is empty: fill it first"
    session = sign_in(teacher)
    doors: list[tuple[str, Callable[[Visit, Path], int]]] = [
        ("plain form", plain_form),
        ("in pieces of 1 MB", in_pieces),
        ("reference: a view that reads the file", reference),
    ]
    print("| 200 MB through | status | peak before, MB | peak after, MB | growth, MB |\n|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "films.zip"
        write_archive(archive)
        for name, send in doors:
            kept = set(Batch.objects.values_list("pk", flat=True))
            with web_process(session) as (port, pid):
                visit = Visit(port, session)
                before = peak(pid)
                status = send(visit, archive)
                after = peak(pid)
            print(f"| {name} | {status} | {before:.1f} | {after:.1f} | {after - before:.1f} |", flush=True)
            for batch in Batch.objects.filter(teacher=teacher).exclude(pk__in=kept):
                discard_batch(batch, by=teacher)


if __name__ == "__main__":
    main()
