"""A real Chromium against a live portal; without a browser these tests are skipped with a reason."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from communities.models import Teacher
from resources.models import Material
from tests.factories.shelf import add_preview, stand

# Playwright's synchronous interface runs a loop of its own beneath; the tests' database calls are synchronous all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright_driver: Playwright) -> Iterator[Browser]:
    browser = playwright_driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


class Reader:
    """A person at a browser: a page, and everything the content policy or a script complained about."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.page: Page = context.new_page()
        self.base = base
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def sign_in(self, email: str, password: str) -> Page:
        self.open("/accounts/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", password)
        self.page.click("main form button[type=submit]")
        return self.page


@pytest.fixture
def reader_of(chromium: Browser, live_server: Any) -> Iterator[Any]:
    """`reader_of(javascript=False, width=390)` opens the portal as a new person."""
    contexts: list[BrowserContext] = []

    def make(*, javascript: bool = True, width: int = 1280, **options: Any) -> Reader:
        context = chromium.new_context(java_script_enabled=javascript, viewport={"width": width, "height": 900}, locale="ru-RU", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Reader(context, live_server.url)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def shelf(boris: Teacher) -> Material:
    """Olympiad tasks among other materials."""
    for number in range(4):
        stand(f"Тетрадь по химии {number}", author=boris, subject="chemistry", type="worksheet", grades=(9, 9))
    found = stand(
        "Олимпиадная задача для одарённого ребёнка", author=boris, subject="physics", type="olympiad-tasks", purpose="olympiad", level="basic", grades=(8, 8),
        annotation="Двадцать задач с разбором.", files=("Задача о шести зеркалах и гелиостате",),
    )  # fmt: skip
    add_preview(found.versions.get().files.get())
    return found
