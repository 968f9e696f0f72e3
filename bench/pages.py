"""Pages of the portal beside a plain Django view that does the same main query.

    DATA_DIR=… python -m bench.pages [--requests 60] [--seconds 4]

Needs a filled portal (`python3 bin/start`, or `manage.py prepare --demo`). Starts the portal's own web server with two
processes on a free port, measures each page alone (median of N requests on one connection) and at concurrency 8
(requests per second), signed in and not, and prints a Markdown table. Both sides go through the same middleware.
"""

import argparse
import gzip
import http.client
import os
import platform
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communities.models import Community, Teacher
from resources.models import Material

CONCURRENCY = 8


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def server(port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2", "--blocking-threads", "16"]
    process = subprocess.Popen([*command, "--log-level", "warning", "--no-ws", "network_portal.wsgi:application"], cwd=Path(__file__).parent.parent)
    try:
        for _ in range(100):
            try:
                fetch(http.client.HTTPConnection("127.0.0.1", port), "/", "")
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def fetch(line: http.client.HTTPConnection, path: str, cookie: str) -> tuple[int, bytes]:
    line.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
    answer = line.getresponse()
    body = answer.read()
    assert answer.status == 200, (path, answer.status)
    return answer.status, body


def median_ms(port: int, path: str, cookie: str, requests: int) -> float:
    line = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(6):
        fetch(line, path, cookie)
    times = []
    for _ in range(requests):
        begun = time.perf_counter()
        fetch(line, path, cookie)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def per_second(port: int, path: str, cookie: str, seconds: float) -> float:
    done = [0] * CONCURRENCY
    end = time.perf_counter() + seconds

    def client(number: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port)
        while time.perf_counter() < end:
            fetch(line, path, cookie)
            done[number] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CONCURRENCY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds


def sign_in(teacher: Teacher) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(teacher.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = teacher.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def queries(path: str, cookie: str) -> int:
    browser = Client(headers={"host": "127.0.0.1"})
    if cookie:
        browser.cookies[settings.SESSION_COOKIE_NAME] = cookie.split("=", 1)[1]
    browser.get(path)
    with CaptureQueriesContext(connection) as captured:
        browser.get(path)
    return len(captured)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=4)
    options = parser.parse_args()
    material = Material.objects.published().visible_to(AnonymousUser()).order_by("-reuse_count", "id").first()
    community = Community.objects.open_now().for_list().order_by("-member_count", "id").first()
    teacher = Teacher.objects.active().filter(role="teacher", memberships__left_on=None).order_by("id").first()
    assert material, "the portal is empty: fill it first"
    pages = [
        ("home", "/", "/reference/home/"),
        ("catalogue", "/materials/", "/reference/catalogue/"),
        ("filtered catalogue", "/materials/?subject=physics&grade=8", "/reference/filtered/"),
        ("search", "/materials/?q=" + quote("олимпиадные задачи"), "/reference/search/"),
        ("material", material.get_absolute_url(), f"/reference/material/{material.pk}/"),
        ("community", community.get_absolute_url(), f"/reference/community/{community.pk}/"),
    ]
    port = free_port()
    sizes = f"{Material.objects.count()} materials, {Teacher.objects.count()} teachers, {Community.objects.count()} communities"
    print(f"{connection.vendor}, {sizes}; Python {platform.python_version()}, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}\n")
    print("| page | reader | SQL | KB gzip | ours ms | reference ms | ratio | ours r/s | reference r/s | ratio |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    with server(port):
        for reader, cookie in (("visitor", ""), ("teacher", sign_in(teacher))):
            for name, ours, reference in pages:
                body = fetch(http.client.HTTPConnection("127.0.0.1", port), ours, cookie)[1]
                packed = len(body) if body[:2] == b"\x1f\x8b" else len(gzip.compress(body))
                alone = [median_ms(port, path, cookie, options.requests) for path in (ours, reference)]
                rates = [per_second(port, path, cookie, options.seconds) for path in (ours, reference)]
                print(
                    f"| {name} | {reader} | {queries(ours, cookie)} | {packed / 1024:.1f} | {alone[0]:.1f} | {alone[1]:.1f} | {alone[0] / alone[1]:.1f} "
                    f"| {rates[0]:.0f} | {rates[1]:.0f} | {rates[1] / rates[0]:.1f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
