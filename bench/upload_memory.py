"""Memory of a web process while a 50 MB file arrives, beside the same process after a 1 KB form.

    DATA_DIR=… python -m bench.upload_memory

Starts one web process, signs a teacher in, sends a real 50 MB MP4-like file through the plain form and in pieces, and
prints the process's peak resident memory (VmHWM, Linux) before and after.
"""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"

import django

django.setup()

from bench.pages import fetch, free_port, sign_in
from communities.models import Teacher

SIZE = 50 * 1024 * 1024 - 4096
# A valid beginning of an MP4 file; the rest is media data.
HEAD = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"


def peaks(parent: int) -> int:
    """Highest peak of the server's processes, in KB."""
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=True).stdout.split()
    found = [int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1)) for pid in [*children, str(parent)]]
    return max(found)


def main() -> None:
    teacher = Teacher.objects.active().filter(role="teacher").order_by("id").first()
    cookie = sign_in(teacher)
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1", "--blocking-threads", "8"]
    process = subprocess.Popen([*command, "--log-level", "warning", "--no-ws", "network_portal.wsgi:application"], cwd=Path(__file__).parent.parent)
    try:
        line = http.client.HTTPConnection("127.0.0.1", port)
        for _ in range(100):
            try:
                fetch(line, "/", cookie)
                break
            except OSError:
                time.sleep(0.1)
        line.request("GET", "/materials/new/", headers={"Cookie": cookie})
        answer = line.getresponse()
        page = answer.read().decode()
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
        csrf = next(value.split(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie" and value.startswith("csrftoken"))
        headers = {"Cookie": f"{cookie}; {csrf}", "X-CSRFToken": token}
        before = peaks(process.pid)
        boundary = "portal-bench"
        fields = f'--{boundary}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
        start = f'{fields}--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="film.mp4"\r\nContent-Type: video/mp4\r\n\r\n'.encode()
        end = f"\r\n--{boundary}--\r\n".encode()
        line.putrequest("POST", "/materials/new/")
        for name, value in {
            **headers,
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(start) + SIZE + len(end)),
        }.items():
            line.putheader(name, value)
        line.endheaders()
        line.send(start + HEAD)
        left = SIZE - len(HEAD)
        piece = os.urandom(1024 * 1024)
        while left:
            line.send(piece[:left])
            left -= min(left, len(piece))
        line.send(end)
        answer = line.getresponse()
        answer.read()
        after = peaks(process.pid)
        print(
            json.dumps(
                {
                    "status": answer.status,
                    "location": answer.getheader("Location"),
                    "peak_kb_before": before,
                    "peak_kb_after": after,
                    "growth_mb": round((after - before) / 1024, 1),
                }
            )
        )
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
