"""Text, pictures of pages, pictures and properties of files."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from foundation.files.check import check_upload
from foundation.files.errors import FileRejected, Unreadable
from foundation.files.images import clean_upload, reencode_image
from foundation.files.kinds import KINDS, WITH_PREVIEW, WITH_TEXT
from foundation.files.metadata import STRIPPABLE, strip_office_metadata
from foundation.files.previews import render_previews
from foundation.files.reading import read_text
from foundation.files.text_marks import HEADINGS, without_marks
from tests.factories import files as made


def put(tmp_path: Path, data: bytes, name: str = "source") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("code", sorted(WITH_TEXT))
def test_word_inside_the_file_is_found(code: str, tmp_path: Path) -> None:
    assert "нихром" in read_text(put(tmp_path, made.GOOD[code]()), code)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_encoding_of_a_text_is_found_out(encoding: str, tmp_path: Path) -> None:
    assert read_text(put(tmp_path, made.plain(encoding=encoding)), "txt").startswith(made.TITLE)


def test_word_document_is_read_whole(tmp_path: Path) -> None:
    lines = without_marks(read_text(put(tmp_path, made.word()), "docx")).splitlines()
    assert lines[:2] == [made.TITLE, made.LINE]
    assert "U, В\t1,5\t3,0\t4,5" in lines
    assert lines[-1] == "Лабораторная работа № 5 · 8 класс"


def test_notes_and_tables_of_slides_are_read(tmp_path: Path) -> None:
    lines = without_marks(read_text(put(tmp_path, made.slides()), "pptx")).splitlines()
    assert "Напомнить о полярности." in lines
    assert "I, А\t0,2\t0,4\t0,6" in lines


def test_dates_and_names_of_sheets_are_read(tmp_path: Path) -> None:
    lines = without_marks(read_text(put(tmp_path, made.workbook()), "xlsx")).splitlines()
    assert lines[:3] == ["Опыт", "Материал\tДлина, м\tНапряжение, В\tСила тока, А\tДата", "нихром\t0.5\t1.5\t0.2\t01.09.2026"]
    assert lines[-2:] == ["Класс", "Ученик\tБалл"]


def test_archive_names_of_old_windows_are_readable(tmp_path: Path) -> None:
    package = made.zipped({"XXXX.txt": made.plain()})
    assert "план.txt" in read_text(put(tmp_path, package.replace(b"XXXX", "план".encode("cp866"))), "zip")


def test_text_is_cut_at_the_limit(tmp_path: Path) -> None:
    assert read_text(put(tmp_path, made.word()), "docx", limit_chars=9) == f"{HEADINGS[0]}{made.TITLE}"[:9]


def test_pictures_have_no_text(tmp_path: Path) -> None:
    assert read_text(put(tmp_path, made.picture()), "png") == ""


def test_broken_document_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        read_text(put(tmp_path, made.word()[:3000]), "docx")


@pytest.mark.parametrize("code", sorted(WITH_PREVIEW))
def test_pages_become_small_pictures(code: str, tmp_path: Path) -> None:
    source = put(tmp_path, made.GOOD[code]())
    out = tmp_path / "out"
    out.mkdir()
    pages = render_previews(source, code, out)
    assert sorted(out.iterdir()) == [page.path for page in pages]
    assert [page.page for page in pages] == list(range(1, len(pages) + 1))
    assert pages
    for page in pages:
        with Image.open(page.path) as picture:
            assert (picture.format, picture.size) == ("WEBP", (page.width, page.height))
            assert picture.convert("L").getextrema()[0] < 100  # something is drawn
        assert page.path.stat().st_size <= 120 * 1024


@pytest.mark.parametrize(("code", "shown", "total"), [("pdf", 3, 4), ("pptx", 3, 3), ("odp", 2, 2), ("xlsx", 2, 2), ("ods", 2, 2), ("docx", 1, 1)])
def test_preview_counts_pages(code: str, shown: int, total: int, tmp_path: Path) -> None:
    pages = render_previews(put(tmp_path, made.GOOD[code]()), code, tmp_path)
    assert (len(pages), {page.pages_total for page in pages}) == (shown, {total})


def test_long_document_shows_its_first_pages(tmp_path: Path) -> None:
    pages = render_previews(put(tmp_path, (made.LINE + "\n").encode() * 4000), "txt", tmp_path, pages=2)
    assert [(page.page, page.pages_total) for page in pages] == [(1, None), (2, None)]


def test_markup_in_a_text_stays_text(tmp_path: Path) -> None:
    hostile = '#read("/etc/passwd") *жирно* $x$ \\ #panic() = нет // <label> @ref `code` ' + "#" * 50
    shown = render_previews(put(tmp_path, hostile.encode()), "txt", tmp_path)
    assert len(shown) == 1


def test_noise_stays_within_its_bytes(tmp_path: Path) -> None:
    noise = Image.effect_noise((2000, 1500), 120)
    noise.save(tmp_path / "source", "PNG")
    (page,) = render_previews(tmp_path / "source", "png", tmp_path)
    assert page.path.stat().st_size <= 120 * 1024


def test_broken_file_leaves_no_previews(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(Unreadable):
        render_previews(put(tmp_path, made.slides()[:5000]), "pptx", out)
    assert list(out.iterdir()) == []


def test_photo_is_turned_upright_and_forgets_where_it_was(tmp_path: Path) -> None:
    small = reencode_image(made.photo_with_gps((400, 200)), max_side=100)
    with Image.open(io.BytesIO(small)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("WEBP", (50, 100), {})
    assert b"Anna" not in small


def test_image_from_an_open_file_and_a_path(tmp_path: Path) -> None:
    path = put(tmp_path, made.picture())
    with path.open("rb") as stream:
        stream.seek(10)
        assert reencode_image(stream, max_side=64) == reencode_image(path, max_side=64)


def test_animation_becomes_its_first_frame() -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    with Image.open(io.BytesIO(reencode_image(out.getvalue(), max_side=40))) as picture:
        assert getattr(picture, "n_frames", 1) == 1
        red, _green, blue = picture.convert("RGB").getpixel((20, 20))
        assert red > 200 > 50 > blue


@pytest.mark.parametrize(("data", "code"), [(made.pixel_bomb(), "image_pixels"), (b"GIF89a" + bytes(50), "image_broken"), (b"", "image_broken")])
def test_hostile_image_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(FileRejected) as caught:
        reencode_image(data, max_side=100)
    assert caught.value.code == code


@pytest.mark.parametrize(("name", "data"), [("a.jpg", made.photo_with_gps()), ("a.png", made.picture() + b"PK\x03\x04<script>alert(1)</script>")])
def test_uploaded_picture_is_cleaned_in_place(name: str, data: bytes, tmp_path: Path) -> None:
    path = put(tmp_path, data)
    checked = check_upload(path, name)
    cleaned = clean_upload(path, checked)
    assert cleaned.sha256 != checked.sha256
    assert (cleaned.kind, cleaned.size, cleaned.metadata) == (checked.kind, path.stat().st_size, {})
    assert b"Anna" not in path.read_bytes()
    assert b"script" not in path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]
    assert check_upload(path, name).sha256 == cleaned.sha256


def test_other_kinds_are_not_touched_by_cleaning(tmp_path: Path) -> None:
    path = put(tmp_path, made.word())
    checked = check_upload(path, "a.docx")
    assert clean_upload(path, checked) is checked


@pytest.mark.parametrize("code", sorted(STRIPPABLE))
def test_author_is_removed_and_nothing_else(code: str, tmp_path: Path) -> None:
    source, target = put(tmp_path, made.GOOD[code]()), tmp_path / "clean"
    before = check_upload(source, f"a.{code}").metadata
    assert strip_office_metadata(source, target) == sorted(before)
    after = check_upload(target, f"a.{code}")
    assert after.metadata == {}
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target) as new:
        assert old.namelist() == new.namelist()
        for name in old.namelist():
            if name not in {"docProps/core.xml", "docProps/app.xml", "meta.xml"}:
                assert old.read(name) == new.read(name)
        properties = b"".join(new.read(name) for name in new.namelist() if "meta" in name or "core" in name)
    assert "Анна".encode() not in properties
    assert read_text(target, code) == read_text(source, code)


def test_metadata_of_a_pdf_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        strip_office_metadata(put(tmp_path, made.pdf()), tmp_path / "clean")
    assert not (tmp_path / "clean").exists()


def test_every_kind_has_a_badge() -> None:
    assert {kind.css for kind in KINDS.values()} == {"f-doc", "f-ppt", "f-xls", "f-pdf", "f-vid", "f-img", "f-aud", "f-zip"}
