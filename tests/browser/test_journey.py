"""The first journey in a real browser, with JavaScript and without: find, read, download, use, upload, be reviewed, be found."""

from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from playwright.sync_api import Page, expect

from communities.models import Community, Teacher
from resources.models import Download, Material, Reuse
from resources.models.review import Criterion
from tests.browser.conftest import Reader
from tests.factories.files import word
from tests.factories.people import PASSWORD, TOTP_SECRET

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def set_password(teacher: Teacher) -> None:
    teacher.set_password(PASSWORD)
    teacher.save()


def sign_in(reader: Reader, teacher: Teacher) -> None:
    set_password(teacher)
    reader.sign_in(teacher.email, PASSWORD)
    if "2fa" in reader.page.url:
        cache.clear()  # a code is good once; the next sign-in of the same half-minute would be refused
        reader.page.fill("input[name=code]", format_hotp_value(hotp_value(TOTP_SECRET, next(yield_hotp_counters_from_time()))))
        reader.page.click("main form button[type=submit]")
    expect(reader.page.locator("header.bar")).to_contain_text(teacher.last_name)


def narrow(page: Page, name: str, value: str) -> None:
    """Tick a box of a facet and press the button, as a person does."""
    box = page.locator(f"#facets input[name={name}][value='{value}']")
    if not box.is_visible():
        page.locator(f"#facets details.facet:has(input[name={name}]) > summary").first.click()
    box.check()
    page.locator("#facets button.btn-1").click()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_from_search_to_being_found(
    javascript: bool, reader_of: Any, shelf: Material, anna: Teacher, evgenia: Teacher, community: Community, tmp_path: Path
) -> None:
    reader = reader_of(javascript=javascript)
    sign_in(reader, anna)
    page = reader.page

    # Find in another word form, narrow by subject, grade, level and type.
    page.fill("header.bar input[name=q]", "олимпиадными задачами для одаренных детей")
    page.press("header.bar input[name=q]", "Enter")
    expect(page.locator(f"[data-object='material:{shelf.pk}']").first).to_be_visible()
    page.goto(f"{reader.base}/materials/")
    for name, value in (("subject", "physics"), ("grade", "8"), ("level", "basic"), ("type", "olympiad-tasks")):
        narrow(page, name, value)
    expect(page.locator("[data-total]").first).to_have_attribute("data-total", "1")
    page.click(f"[data-object='material:{shelf.pk}'] h3 a")

    # Read, download, mark.
    expect(page.locator("h1")).to_have_text(shelf.title)
    expect(page.locator("main img").first).not_to_have_js_property("naturalWidth", 0)
    with page.expect_download() as download:
        page.click("section.acts a.btn-1")
    assert Path(download.value.path()).read_text().startswith("Задача о шести зеркалах")
    page.click("section.acts form[action$='/use/'] button")
    expect(page.locator("section.acts button[aria-pressed=true]")).to_be_visible()
    assert Reuse.objects.filter(material=shelf, teacher=anna).count() == 1
    assert Download.objects.filter(material=shelf, teacher=anna).count() == 1

    # Upload a real document: the title and the grade come from its name.
    document = tmp_path / "Лабораторная_3_плотность_8_класс.docx"
    document.write_bytes(word("термоскоп"))
    page.click("header a[href='/materials/new/']")
    page.set_input_files("input[type=file]", str(document))
    if javascript:
        expect(page.locator("main")).to_contain_text("Лабораторная_3_плотность_8_класс.docx")
        page.wait_for_url("**/edit/**")
        # The last byte has come and the file was checked: its row stands in the list.
        expect(page.locator("main li[data-file] .tag").first).to_be_visible()
    else:
        page.click("main form button.btn-1")
    mine = Material.objects.get(created_by=anna)
    if mine.status == "draft":
        page.goto(f"{reader.base}/materials/{mine.pk}/edit/")
        page.click("main form button.btn-1")
    mine.refresh_from_db()
    assert mine.status == "review"
    assert (mine.grade_from, mine.grade_to) == (8, 8)
    assert not page.goto(f"{reader.base}/materials/?q=термоскоп").text().count(f"material:{mine.pk}") or mine.library.community_id is None

    # A methodist reviews it.
    judge = reader_of(javascript=javascript)
    sign_in(judge, evgenia)
    judge.open("/materials/review/")
    judge.page.click(f"[data-object='material:{mine.pk}'] a")
    for criterion in Criterion.values:
        judge.page.check(f"input[name={criterion}][value=yes]")
    judge.page.check("input[name=decision][value=accepted]")
    judge.page.click("main form button.btn-1")
    mine.refresh_from_db()
    assert mine.status == "published"

    # A visitor finds it by a word that stands only inside the file.
    visitor = reader_of(javascript=javascript)
    visitor.open("/materials/?q=термоскопом")
    expect(visitor.page.locator(f"[data-object='material:{mine.pk}']")).to_be_visible()
    expect(visitor.page.locator("main mark").first).to_be_visible()
    assert reader.complaints + judge.complaints + visitor.complaints == []
