"""Two journeys in a real browser, with JavaScript and without: a collection is made, ordered, shared and printed; a paper is issued, checked by
its QR code and revoked. axe finds nothing on the way."""

import io
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from communities.models import Community, Teacher
from resources.models import Attestation, Collection, CollectionFollow, Material, MaterialCall
from tests.browser.test_accessibility import MODES, too_wide, violations, wish
from tests.browser.test_journey import sign_in
from tests.factories.shelf import stand
from tests.qr import holds_qr

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
JAVASCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])


@pytest.fixture
def three(boris: Teacher) -> list[Material]:
    return [stand(f"Опыт с батарейкой {number}", author=boris, subject="physics", grades=(8, 8), files=("Текст",)) for number in range(1, 4)]


def titles(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("main ol article h3 a").all_inner_texts()]


@JAVASCRIPT
def test_a_collection_is_made_ordered_shared_followed_and_printed(
    javascript: bool, reader_of: Any, three: list[Material], anna: Teacher, daria: Teacher
) -> None:
    reader = reader_of(javascript=javascript)
    sign_in(reader, anna)
    page = reader.page

    # From a material's page into a new collection, then two more found while editing.
    page.goto(reader.base + three[0].get_absolute_url())
    page.locator(f"a[href='/materials/{three[0].pk}/collect/']").first.click()
    page.fill("#collect-new", "Опыты дома")
    page.click("main form button.btn-1")
    collection = Collection.objects.get()
    page.goto(f"{reader.base}/collections/?mine=1")
    page.click(f"[data-object='collection:{collection.pk}'] h3 a")
    page.click(f"a[href='/collections/{collection.pk}/edit/']")
    page.fill("main input[name=q]", "батарейкой")
    page.press("main input[name=q]", "Enter")
    for material in three[1:]:
        page.click(f"button[value='add:{material.pk}']")
        expect(page.locator(f"main ol [data-object='material:{material.pk}']")).to_be_visible()
    first, _second, third = collection.items.order_by("order").values_list("pk", flat=True)
    page.fill(f"[name=note_{first}]", "Начните с этого")
    page.click(f"button[value='up:{third}']")
    expect(page.locator("main ol li h3 a").nth(1)).to_have_text(three[2].title)
    expect(page.locator(f"[name=note_{first}]")).to_have_value("Начните с этого")
    page.fill("[name=annotation]", "Хватит фольги и провода")
    page.check("input[name=visibility][value=public]", force=True)
    page.click("button[value=save]")
    order = [three[0].title, three[2].title, three[1].title]
    expect(page.locator("h1")).to_have_text("Опыты дома")
    assert titles(page) == order

    # Shared: a visitor reads it by its address, in its order, with the note; on paper there is nothing but the list.
    visitor = reader_of(javascript=javascript)
    visitor.open(collection.get_absolute_url())
    assert titles(visitor.page) == order
    expect(visitor.page.locator("main")).to_contain_text("Начните с этого")
    printed = pypdfium2.PdfDocument(visitor.page.pdf(format="A4"))
    text = " ".join("".join(printed[number].get_textpage().get_text_range() for number in range(len(printed))).split())
    assert [words for words in (*order, "Начните с этого", "Хватит фольги", "Опыты дома") if words not in text] == []
    assert [words for words in ("Войти", "Сообщества", "Проверка справки", "Следить") if words in text] == []
    assert len(printed) == 1

    # Followed.
    follower = reader_of(javascript=javascript)
    sign_in(follower, daria)
    follower.open(collection.get_absolute_url())
    follower.page.click(f"form[action='/collections/{collection.pk}/follow/'] button")
    expect(follower.page.locator("button[aria-pressed=true]")).to_be_visible()
    assert CollectionFollow.objects.get().teacher == daria
    assert reader.complaints + visitor.complaints + follower.complaints == []


@JAVASCRIPT
def test_a_paper_is_issued_checked_by_its_code_and_revoked(javascript: bool, reader_of: Any, daria: Teacher, settings: Any, live_server: Any) -> None:
    settings.SITE_URL = live_server.url
    kept, left = (stand(title, author=daria, subject="physics", grades=(8, 8)) for title in ("Закон Ома на батарейках", "Лишний материал"))
    reader = reader_of(javascript=javascript)
    sign_in(reader, daria)
    page = reader.open("/profile/portfolio/")
    page.uncheck(f"input[name=row][value='published:{left.pk}']")
    page.uncheck("input[name=section][value=led]")
    page.click("main form[action$='/preview/'] button.btn-1")
    expect(page.locator("[data-paper]")).to_contain_text(kept.title)
    expect(page.locator("[data-paper]")).not_to_contain_text(left.title)
    expect(page.locator("[data-paper]")).not_to_contain_text("Физика рядом")
    page.click("main form button.btn-1")
    paper = Attestation.objects.get()
    with page.expect_download() as download:
        page.click(f"a[href$='/{paper.code}/pdf/']")
    assert download.value.suggested_filename.endswith(".pdf")
    address = f"{live_server.url}/verify/{paper.code}/"
    picture = Image.open(io.BytesIO(page.locator("aside svg[role=img]").first.screenshot()))
    assert holds_qr(picture, address)

    visitor = reader_of(javascript=javascript)
    visitor.page.goto(address)
    expect(visitor.page.locator("[data-state=valid]")).to_contain_text("О*** Д. С.")
    assert "Закон Ома" not in visitor.page.content()
    page.click(f"a[href$='/{paper.code}/revoke/']")
    page.check("input[name=reason][value=mistake]", force=True)
    page.click("main form button.btn-1")
    visitor.page.reload()
    expect(visitor.page.locator("[data-state=revoked]")).to_contain_text("в справке ошибка")
    assert reader.complaints + visitor.complaints == []


@pytest.mark.parametrize("mode", ["light", "dark", "wb", "green"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_the_new_pages(mode: str, width: int, reader_of: Any, three: list[Material], daria: Teacher, community: Community) -> None:
    collection = Collection.objects.create(title="Опыты превысокомногорассмотрительствующие", slug="collection", owner=daria, visibility="public")
    for order, material in enumerate(three):
        collection.items.create(material=material, order=order, note="Заметка")
    CollectionFollow.objects.create(collection=collection, teacher=daria)
    own = stand("Закон Ома", author=daria, community=community, licence="network", published_on="2020-01-01")
    gap = stand("Без использования", author=three[0].created_by, community=community, licence="network", published_on="2020-01-01")
    MaterialCall.objects.create(subject=community.subject, grade=8, community=community)
    reader = reader_of(width=width)
    sign_in(reader, daria)
    wish(reader, MODES[mode])
    paths = [
        "/",
        "/collections/", "/collections/?followed=1", collection.get_absolute_url(), f"/collections/{collection.pk}/edit/?q=батарейкой", "/collections/new/",
        f"/materials/{own.pk}/collect/", "/materials/coverage/", "/materials/coverage/physics/8/", "/materials/coverage/physics/10/",
        "/materials/coverage/call/?subject=physics&grade=10", community.get_absolute_url(), "/materials/care/?finding=licence",
        f"/materials/{gap.pk}/care/licence/", "/profile/portfolio/", "/verify/", "/verify/?code=x",
    ]  # fmt: skip
    for path in paths:
        page = reader.open(path)
        assert page.title()
        assert violations(page) == [], (mode, path)
        assert too_wide(page) == [], (mode, path)
    page = reader.open("/profile/portfolio/")
    page.click("main form[action$='/preview/'] button.btn-1")
    assert violations(page) == []
    page.click("main form button.btn-1")
    code = Attestation.objects.get().code
    for path in (f"/profile/portfolio/papers/{code}/", f"/profile/portfolio/papers/{code}/revoke/", f"/verify/{code}/"):
        page = reader.open(path)
        assert violations(page) == [], (mode, path)
        assert too_wide(page) == [], (mode, path)


def test_all_grades_of_the_coverage_map_stand_side_by_side(reader_of: Any, boris: Teacher) -> None:
    for number in range(6):
        stand(f"Диктант {number}", author=boris, subject="russian", grades=(1, 11), reuse_count=12)
    page = reader_of(width=1280).open("/materials/coverage/")
    cells = page.locator("td[data-cell^='russian:']")
    assert cells.count() == 11
    edge = page.locator(".scroll:has(.coverage)").evaluate("box => box.getBoundingClientRect().right")
    assert cells.last.locator("a").evaluate("tag => tag.getBoundingClientRect().right") < edge
