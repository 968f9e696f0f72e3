"""Memory and time of a web process while it sends 1 GB as a ZIP that is made on the way.

    DATA_DIR=… python -m bench.zip_memory [--bucket]

Needs a filled portal. A draft with 20 files of 51.2 MB is made and thrown away again. A fresh web process for each line: all at once by a quick
reader, all at once by two readers, ten seconds of a reader who takes 4 MB/s (what a server sends ahead would show in its memory), and a HEAD.
References: the same bytes copied from file to file, and sent by a Django view as they are. Prints peak resident memory (VmHWM, Linux)
before and after as a Markdown table. `--bucket` starts moto's server and keeps the files there.
"""

import http.client
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

if "--bucket" in sys.argv:
    from tests.factories.bucket import BucketServer, files_url

    bucket = BucketServer(Path(tempfile.mkdtemp()) / "log")
    bucket.client.create_bucket(Bucket="portal")
    os.environ["FILES_URL"] = files_url(bucket.port)
else:
    bucket = None

from bench.pages import sign_in  # sets up Django
from bench.upload_memory import peak, web_process
from communities.models import Teacher
from foundation.files.check import CheckedFile, sha256_of
from foundation.files.kinds import KINDS
from foundation.files.storage import keep, local_copy, new_temporary
from resources.actions.draft import create_draft, discard_draft
from resources.models import Material, MaterialFile
from resources.models.file import Reading

FILES, SIZE, PIECE = 20, 51_200 * 1024, 1024 * 1024
SLOW, SECONDS = 4 * 1024 * 1024, 10


def make_material(teacher: Teacher) -> Material:
    """A draft with 1 GB of noise."""
    material = create_draft("1 GB", by=teacher)
    version = material.versions.get()
    for order in range(FILES):
        path = new_temporary()
        with path.open("wb") as stream:
            for _piece in range(SIZE // PIECE):
                stream.write(os.urandom(PIECE))
        checked = CheckedFile(KINDS["mp4"], path.stat().st_size, sha256_of(path), f"film {order + 1}.mp4")
        known = {"kind": "mp4", "media_type": checked.media_type, "size": checked.size, "sha256": checked.sha256, "reading": Reading.DONE}
        MaterialFile.objects.create(version=version, order=order, stored_name=keep(path, checked), original_name=checked.safe_name, **known)
    return material


def take(port: int, session: str, path: str, *, method: str = "GET", rate: int = 0, seconds: float = 0) -> int:
    """Read an answer to its end, or at `rate` bytes a second for `seconds`; answers how many bytes came."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    line.request(method, path, headers={"Cookie": session})
    answer = line.getresponse()
    assert answer.status == 200, answer.status
    length, came, started = int(answer.headers["Content-Length"]), 0, time.monotonic()
    while chunk := answer.read(PIECE):
        came += len(chunk)
        if rate:
            time.sleep(max(0.0, came / rate - (time.monotonic() - started)))
            if time.monotonic() - started > seconds:
                line.close()
                return came
    assert came == (0 if method == "HEAD" else length), (came, length)
    return came


def twice(port: int, session: str, path: str) -> int:
    """Two readers at once."""
    came: list[int] = []
    threads = [threading.Thread(target=lambda: came.append(take(port, session, path))) for _reader in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(came)


def measure(name: str, session: str, act: Callable[[int], int]) -> None:
    with web_process(session) as (port, pid):
        before, started = peak(pid), time.monotonic()
        came = act(port)
        seconds = time.monotonic() - started
        after = peak(pid)
    print(f"| {name} | {came / 2**20:,.0f} | {seconds:.1f} | {before:.1f} | {after:.1f} | {after - before:.1f} |", flush=True)


def copy_barely(material: Material) -> None:
    """The reference without a server: from file to file, and to the disk."""
    names = list(MaterialFile.objects.filter(version__material=material).values_list("stored_name", flat=True))
    copies = [local_copy(name) for name in names]
    started = time.monotonic()
    with tempfile.NamedTemporaryFile(dir=copies[0].parent) as target:
        for path in copies:
            with path.open("rb") as source:
                shutil.copyfileobj(source, target, PIECE)
        target.flush()
        os.fsync(target.fileno())
    print(f"| reference: bare copy to the disk | {FILES * SIZE / 2**20:,.0f} | {time.monotonic() - started:.1f} | | | |", flush=True)
    for path in copies:
        path.unlink()


def main() -> None:
    teacher = Teacher.objects.active().filter(role="teacher").order_by("id").first()
    assert teacher, "the portal is empty: fill it first"
    session = sign_in(teacher)
    material = make_material(teacher)
    archive = f"/materials/{material.pk}/archive/"
    try:
        print("| what is sent | MB | s | peak before, MB | peak after, MB | growth, MB |\n|---|--:|--:|--:|--:|--:|")
        measure("ZIP of 1 GB, one quick reader", session, lambda port: take(port, session, archive))
        measure("ZIP of 1 GB, two quick readers", session, lambda port: twice(port, session, archive))
        measure("ZIP of 1 GB, 10 s at 4 MB/s", session, lambda port: take(port, session, archive, rate=SLOW, seconds=SECONDS))
        measure("HEAD", session, lambda port: take(port, session, archive, method="HEAD"))
        measure("reference: the same bytes as they are", session, lambda port: take(port, session, f"/reference/files/{material.pk}/"))
        copy_barely(material)
    finally:
        discard_draft(material, by=teacher)
        if bucket:
            bucket.stop()


if __name__ == "__main__":
    main()
