"""Many at once in a real browser, with JavaScript and without: a ZIP with a table; the server is killed once in the middle, the worker, too."""

import os
import random
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from playwright.sync_api import Page, expect

from communities.models import Teacher
from resources.models import Batch, Material
from resources.models.batch import LineState, Stage
from tests.browser.conftest import Reader
from tests.browser.test_journey import set_password
from tests.factories.batches import HEADER, semicolons
from tests.factories.files import zipped
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PATIENCE = 60
MANY = 10


class Portal:
    """Web server and worker as processes of their own on the test's database; either can be killed and begun again."""

    def __init__(self, folder: Path, settings: Any) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        lines = f"""
            from tests.settings import *
            from network_portal.settings import STORAGES as REAL
            DATABASES["default"]["NAME"] = {str(connection.settings_dict["NAME"])!r}
            MEDIA_ROOT = {str(settings.MEDIA_ROOT)!r}
            UPLOAD_TMP = {str(settings.UPLOAD_TMP)!r}
            STATIC_ROOT = {str(folder / "static")!r}
            STORAGES = REAL
            TASKS = {{"default": {{"BACKEND": "django_tasks_db.DatabaseBackend"}}}}
        """
        (folder / "bulk_settings.py").write_text(textwrap.dedent(lines))
        self.environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bulk_settings", "PYTHONPATH": f"{folder}{os.pathsep}{django_settings.BASE_DIR}"}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        subprocess.run([sys.executable, "manage.py", "build_static"], cwd=django_settings.BASE_DIR, env=self.environment, check=True, capture_output=True)

    def begin(self, name: str) -> None:
        web = ["-m", "granian", "--interface", "wsgi", "--port", str(self.port), "--blocking-threads", "8", "--log-level", "error", "--no-ws"]
        commands = {"web": [*web, "network_portal.wsgi:application"], "worker": ["manage.py", "worker", "--interval", "0.2", "--no-startup-delay"]}
        command = [sys.executable, *commands[name]]
        self.running[name] = subprocess.Popen(
            command, cwd=django_settings.BASE_DIR, env=self.environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + PATIENCE
        while name == "web":
            try:
                urllib.request.urlopen(f"{self.url}/materials/", timeout=5)  # noqa: S310 - our own address
                return
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.1)

    def kill(self, name: str) -> None:
        """Without a word of warning, and all of its children."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def portal(settings: Any, tmp_path: Path) -> Iterator[Portal]:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    made = Portal(tmp_path, settings)
    made.begin("web")
    yield made
    for name in list(made.running):
        made.kill(name)


def archive(folder: Path) -> str:
    """Ten lessons of 200 KB and a table that names eight of them; one file is broken."""
    chance = random.Random(7)
    members = {f"уроки/Урок {number:02}.txt": bytes(chance.choices(b"abcdefghij klmnop\n", k=200_000)) for number in range(MANY)}
    rows = [(f"Урок {number:02}.txt", f"Тема {number}", "конспект урока", "физика", "8", "CC BY", "") for number in range(8)]
    members |= {"уроки/вирус.docx": b"MZ\x90\x00" + bytes(100), "уроки/материалы.csv": semicolons(rows, HEADER)}
    path = folder / "уроки.zip"
    path.write_bytes(zipped(members))
    return str(path)


def refresh_until(page: Page, text: str) -> None:
    """A person who presses «Обновить» now and then."""
    deadline = time.monotonic() + PATIENCE
    while True:
        page.goto(page.url.split("#")[0].split("?")[0])
        if text in page.locator("main").inner_text():
            return
        assert time.monotonic() < deadline, page.locator("main").inner_text()
        time.sleep(0.5)


def wait_for_lines(state: LineState, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while Batch.objects.get().lines.filter(state=state).count() < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def send_in_pieces(page: Page, portal: Portal, path: str) -> None:
    """The server dies at the third piece; the page goes on by itself when it is back."""
    pieces = []

    def third_kills(route: Any) -> None:
        if route.request.method == "PATCH":
            pieces.append(1)
            if len(pieces) == 3:
                portal.kill("web")
        route.continue_()

    page.route("**/batches/uploads/**", third_kills)
    page.set_input_files("input[type=file]", path)
    expect(page.locator("[data-state]")).to_contain_text("Связь прервалась", timeout=PATIENCE * 1000)
    assert 0 < sum(file.received for file in Batch.objects.get().files.all()) < Path(path).stat().st_size
    portal.begin("web")
    expect(page.locator("[data-file]")).to_have_count(1, timeout=PATIENCE * 1000)
    assert len(pieces) > 3


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_zip_with_a_table_while_everything_is_killed_once(javascript: bool, portal: Portal, reader_of: Any, anna: Teacher, tmp_path: Path) -> None:
    reader: Reader = reader_of(javascript=javascript)
    reader.base = portal.url
    set_password(anna)
    page = reader.sign_in(anna.email, PASSWORD)
    page.goto(f"{portal.url}/materials/new/")
    page.get_by_role("link", name="Много файлов сразу").click()
    path = archive(tmp_path)
    if javascript:
        send_in_pieces(page, portal, path)
    else:
        page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Проверить присланное").click()
    expect(page.locator("#stage")).to_contain_text("читается")

    portal.begin("worker")
    wait_for_lines(LineState.READY, 2)
    for name in ("web", "worker"):
        portal.kill(name)
    for name in ("web", "worker"):
        portal.begin(name)
    refresh_until(page, "Создать 10\u00a0черновиков")
    expect(page.locator("[data-state=broken]")).to_have_count(1)
    expect(page.locator("[data-state=broken]")).to_contain_text("вирус.docx")

    page.get_by_role("button", name="Создать 10").click()
    wait_for_lines(LineState.MADE, 2)
    for name in ("web", "worker"):
        portal.kill(name)
    assert Material.objects.count() < MANY
    for name in ("web", "worker"):
        portal.begin(name)
    refresh_until(page, "Создано 10\u00a0черновиков")
    page.get_by_role("button", name="Убрать неверные").click()
    expect(page.locator("#stage")).to_have_text("Готово")

    assert Batch.objects.get().stage == Stage.DONE
    assert sorted(Material.objects.values_list("title", flat=True)) == sorted([*(f"Тема {number}" for number in range(8)), "Урок 08", "Урок 09"])
    page.goto(f"{portal.url}/materials/mine/")
    expect(page.locator("[data-total]")).to_have_attribute("data-total", str(MANY))
