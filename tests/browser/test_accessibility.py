"""axe finds nothing on the pages named in the issue, in every colour mode; nothing scrolls sideways."""

from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe

from communities.models import Community, School, Teacher
from resources.models import Material
from tests.browser.test_journey import sign_in
from tests.factories.people import join
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

MODES = {
    "light": "theme=light",
    "dark": "theme=dark",
    "bw": "scheme=bw",
    "wb": "scheme=wb",
    "blue": "scheme=blue",
    "beige": "scheme=beige",
    "green": "scheme=green&size=150&space=2",
}


def violations(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{problem['id']}: {node['target']}" for problem in found for node in problem["nodes"]]


def too_wide(page: Any) -> list[str]:
    """What makes the page scroll sideways: nothing, or the elements whose content is wider than they are."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll("body, body *")]
              .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === "visible").map(e => e.outerHTML.slice(0, 120))"""
    )


def wish(reader: Any, words: str) -> None:
    """Set the reader's wishes through the settings page itself."""
    page = reader.open("/accessibility/")
    for pair in words.split("&"):
        name, value = pair.split("=")
        page.check(f"input[name={name}][value='{value}']", force=True)
    page.click("main form button.btn-1")


def pages_of(shelf: Material, community: Community, school: School) -> list[str]:
    long_words = quote("рентгеноэлектрокардиографического превысокомногорассмотрительствующий")
    return [
        "/",
        "/materials/",
        f"/materials/?q={quote('олимпиадные задачи')}",
        f"/materials/?q={long_words}",
        shelf.get_absolute_url(),
        community.get_absolute_url(),
        "/communities/",
        school.get_absolute_url(),
        "/schools/",
        "/about/",
        "/directions/",
        "/nothing-here/",
    ]


@pytest.mark.parametrize("mode", list(MODES))
def test_visitors_pages(mode: str, reader_of: Any, shelf: Material, community: Community, daria: Teacher, village_school: School) -> None:
    reader = reader_of()
    wish(reader, MODES[mode])
    for path in [
        *pages_of(shelf, community, village_school),
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/code/",
        "/accounts/password/reset/",
        "/accessibility/",
    ]:
        page = reader.open(path)
        assert violations(page) == [], (mode, path)
        assert too_wide(page) == [], (mode, path)


@pytest.mark.parametrize("mode", ["light", "dark", "green"])
@pytest.mark.parametrize("width", [1280, 390])
def test_teachers_pages(
    mode: str,
    width: int,
    reader_of: Any,
    shelf: Material,
    community: Community,
    daria: Teacher,
    anna: Teacher,
    village_school: School,
) -> None:
    join(community, anna)
    draft = stand("Черновик с очень длинным словом превысокомногорассмотрительствующий", author=anna, status="draft", files=("текст",))
    reader = reader_of(width=width)
    sign_in(reader, anna)
    wish(reader, MODES[mode])
    own = [
        "/materials/new/",
        f"/materials/{draft.pk}/edit/",
        "/profile/",
        "/teachers/",
        daria.get_absolute_url(),
        f"/communities/{community.slug}/members/",
        "/communities/new/",
    ]
    for path in [*pages_of(shelf, community, village_school), *own]:
        page = reader.open(path)
        assert violations(page) == [], (mode, width, path)
        assert too_wide(page) == [], (mode, width, path)


def test_nothing_scrolls_sideways_at_320(reader_of: Any, shelf: Material, community: Community, daria: Teacher, village_school: School) -> None:
    reader = reader_of(width=320)
    for path in pages_of(shelf, community, village_school):
        page = reader.open(path)
        assert too_wide(page) == [], path


@pytest.mark.parametrize("path", ["/", "/materials/"])
def test_a_first_visit_is_small(path: str, reader_of: Any, shelf: Material) -> None:
    """interface.md: at most four requests besides pictures of the content, and no request leaves the portal."""
    reader = reader_of()
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(request.url))
    reader.open(path)
    reader.page.wait_for_load_state("networkidle")
    assert all(url.startswith(reader.base) for url in asked)
    # The tests run on unbuilt sources: all stylesheets are one file of the build, all scripts another.
    kinds = {"css" if ".css" in url else "js" if ".js" in url else url.split("?")[0] for url in asked if "/previews/" not in url}
    assert len(kinds) <= 4
