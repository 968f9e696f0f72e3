"""Files that travel at once, by the page's script: several of them, and one that is refused."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from communities.models import Teacher
from resources.models import Material, MaterialFile
from tests.browser.test_journey import sign_in
from tests.factories.files import plain, program

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


# Milliseconds for files to travel and be checked on a busy machine.
PATIENCE = 30_000


def made(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)


def test_the_page_shows_what_all_files_together_tell(reader_of: Any, anna: Teacher, tmp_path: Path) -> None:
    reader = reader_of()
    sign_in(reader, anna)
    page = reader.open("/materials/new/")
    names = ("notes.txt", "table.txt", "Олимпиадные задачи по физике 8 класс.txt")
    page.set_input_files("input[type=file]", [made(tmp_path, name, plain()) for name in names])
    expect(page.locator("[data-file]")).to_have_count(3, timeout=PATIENCE)
    expect(page.locator("#id_title")).to_have_value("Олимпиадные задачи по физике 8 класс")
    expect(page.locator("#id_subject option:checked")).to_have_text("физика", timeout=PATIENCE)
    expect(page.locator("input[name=grades][value='8']")).to_be_checked()
    expect(page.locator("#id_type")).not_to_have_value("")
    assert reader.complaints == []


def test_a_guess_never_replaces_a_persons_words(reader_of: Any, anna: Teacher, tmp_path: Path) -> None:
    """The page that came back with an error bears them, too."""
    reader = reader_of()
    sign_in(reader, anna)
    page = reader.open("/materials/new/")
    page.fill("#id_title", "Моё название")
    page.evaluate("document.querySelector('#id_duration_minutes').closest('details').open = true")
    page.fill("#id_duration_minutes", "5000")
    page.evaluate("document.querySelector('form[data-upload-form]').noValidate = true")
    page.click("main form button.btn-1")
    expect(page.locator("#id_title")).to_have_value("Моё название")
    page.set_input_files("input[type=file]", made(tmp_path, "Контрольная по физике 8 класс.txt", plain()))
    expect(page.locator("#id_subject option:checked")).to_have_text("физика", timeout=PATIENCE)
    expect(page.locator("#id_title")).to_have_value("Моё название")


def test_a_refused_file_leaves_no_draft_and_the_next_one_makes_a_new_one(reader_of: Any, anna: Teacher, tmp_path: Path) -> None:
    reader = reader_of()
    sign_in(reader, anna)
    page = reader.open("/materials/new/")
    page.set_input_files("input[type=file]", made(tmp_path, "урок.docx", program()))
    expect(page.locator("[data-upload-rows] .err-msg")).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_url(f"{reader.base}/materials/new/")
    assert not Material.objects.exists()
    page.set_input_files("input[type=file]", made(tmp_path, "урок.txt", plain()))
    page.wait_for_url("**/edit/**")
    expect(page.locator("[data-file]")).to_have_count(1, timeout=PATIENCE)
    assert MaterialFile.objects.get().version.material == Material.objects.get()
