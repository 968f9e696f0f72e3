"""What is taken and what is refused at the gate of uploads."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from foundation.files import sandbox
from foundation.files.check import check_upload, safe_name
from foundation.files.errors import REASONS, FileRejected, Unreadable
from foundation.files.inside.inspection import KIND_OF
from foundation.files.kinds import ACCEPT, BY_EXTENSION, KINDS
from foundation.files.previews import render_previews
from foundation.files.reading import read_text
from tests.factories import files as made


def put(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "upload-1"
    path.write_bytes(data)
    return path


def refusal(tmp_path: Path, name: str, data: bytes, **options: int) -> FileRejected:
    path = put(tmp_path, data)
    with pytest.raises(FileRejected) as caught:
        check_upload(path, name, **options)
    assert list(tmp_path.iterdir()) == [path]
    return caught.value


@pytest.mark.parametrize("code", sorted(KINDS))
def test_good_file_is_taken_as_its_kind(code: str, tmp_path: Path) -> None:
    checked = check_upload(put(tmp_path, made.GOOD[code]()), f"Урок 5.{KINDS[code].extension.upper()}")
    assert (checked.kind.code, checked.media_type) == (code, KINDS[code].media_type)
    assert checked.safe_name == f"Урок 5.{KINDS[code].extension.upper()}"
    assert checked.size == (tmp_path / "upload-1").stat().st_size
    assert len(checked.sha256) == 64


def test_list_of_kinds_in_the_child_is_the_same() -> None:
    assert {extension: kind.code for extension, kind in BY_EXTENSION.items()} | {"jpeg": "jpeg"} == KIND_OF
    assert ".docx" in ACCEPT.split(",")


HOSTILE: list[tuple[str, Callable[[], bytes], str]] = [
    ("пусто.docx", lambda: b"", "file_empty"),
    ("план.docx", made.program, "type_mismatch"),
    ("план.txt", made.program, "type_mismatch"),
    ("схема.png", made.web_page, "type_mismatch"),
    ("план.pdf", made.word, "type_mismatch"),
    ("план.docx", made.workbook, "type_mismatch"),
    ("план.docx", lambda: made.zipped({"a.txt": b"a"}), "type_mismatch"),
    ("архив.zip", made.word, "type_mismatch"),
    ("схема.png", lambda: made.picture("JPEG"), "type_mismatch"),
    ("схема.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "type_unknown"),
    ("страница.html", made.web_page, "type_unknown"),
    ("программа.exe", made.program, "type_unknown"),
    ("без расширения", made.plain, "type_unknown"),
    ("план.doc", made.old_word, "type_old_office"),
    ("план.docx", made.old_word, "type_old_office"),
    ("план.docm", made.word, "office_macros"),
    ("план.docx", lambda: made.changed(made.word(), {"word/vbaProject.bin": b"x"}), "office_macros"),
    ("план.odt", lambda: made.changed(made.odt(), {"Basic/Standard/Module1.xml": b"<x/>"}), "office_macros"),
    ("план.docx", made.protected_word, "office_encrypted"),
    ("план.docx", made.entity_bomb, "office_broken"),
    ("план.docx", lambda: made.changed(made.word(), {"word/document.xml": b"<w:document"}), "office_broken"),
    ("план.docx", lambda: made.word()[:4000], "archive_broken"),
    ("план.pdf", made.protected_pdf, "pdf_encrypted"),
    ("план.pdf", lambda: b"%PDF-1.7\n" + b"broken " * 100, "pdf_broken"),
    ("план.pdf", lambda: made.many_pages_pdf(2001), "pdf_pages"),
    ("схема.png", made.pixel_bomb, "image_pixels"),
    ("схема.png", lambda: made.picture()[:300], "image_broken"),
    ("схема.jpg", lambda: made.picture("JPEG")[:1500], "image_broken"),
    ("архив.zip", lambda: made.archive()[:-200], "archive_broken"),
    ("архив.zip", made.zip_bomb, "archive_ratio"),
    ("архив.zip", lambda: made.zipped({f"{n}.txt": b"a" for n in range(1001)}), "archive_entries"),
    ("архив.zip", lambda: made.zipped({"внутри.zip": made.archive()}), "archive_nested"),
    ("архив.zip", lambda: made.zipped({"../../evil.txt": b"a"}), "archive_names"),
    ("архив.zip", lambda: made.zipped({"/etc/evil.txt": b"a"}), "archive_names"),
    ("архив.zip", lambda: made.zipped({"..\\evil.txt": b"a"}), "archive_names"),
    ("архив.zip", lambda: made.zipped({"план\u202etxt.docx": b"a"}), "archive_names"),
    ("архив.zip", lambda: made.with_encrypted_flag(made.zipped({"a.txt": b"a"})), "archive_encrypted"),
    ("архив.zip", lambda: made.zipped({"": b"a"}), "archive_broken"),
    ("архив.zip", lambda: made.zipped({"setup.exe": made.program()}), "archive_member"),
    ("архив.zip", lambda: made.zipped({"план.docx": made.program()}), "archive_member"),
    ("архив.zip", lambda: made.zipped({}), "archive_empty"),
    ("текст.txt", lambda: bytes(range(256)), "type_unclear"),
    ("текст.csv", lambda: b"a;b\n" * 2000 + b"\0", "text_binary"),
    ("текст.rtf", lambda: made.rtf()[:-4], "rtf_broken"),
    ("звук.mp3", lambda: b"ID3\x03\0\0\0\0\0\x14" + bytes(3000), "media_broken"),
    ("видео.mp4", lambda: made.mp4()[:-10], "media_broken"),
    ("видео.webm", lambda: b"\x1a\x45\xdf\xa3webm" + bytes(300), "media_broken"),
]


@pytest.mark.parametrize(("name", "maker", "code"), HOSTILE, ids=[f"{code}-{number}" for number, (_n, _m, code) in enumerate(HOSTILE)])
def test_hostile_file_is_refused(name: str, maker: Callable[[], bytes], code: str, tmp_path: Path) -> None:
    caught = refusal(tmp_path, name, maker())
    assert caught.code == code
    assert len(caught.messages[0]) > 40


def test_refusal_says_what_the_file_really_is(tmp_path: Path) -> None:
    assert str(KINDS["docx"].label) in refusal(tmp_path, "план.pdf", made.word()).messages[0]


def test_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    caught = refusal(tmp_path, "план.txt", b"a" * 2049, limit=2048)
    assert caught.code == "file_large"
    assert check_upload(put(tmp_path, b"a" * 2048), "план.txt", limit=2048).size == 2048


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name_empty"),
        (" .. ", "name_empty"),
        ("я" * 196 + ".docx", "name_long"),
        ("я" * 300, "name_long"),
        ("план\u202excod.exe.docx", "name_characters"),
        ("план\u200f.docx", "name_characters"),
        ("план\0.docx", "name_characters"),
        ("план\n.docx", "name_characters"),
        ("план\ud800.docx", "name_characters"),
        ("../план.docx", "name_path"),
        ("C:\\план.docx", "name_path"),
        ("/etc/passwd", "name_path"),
        ("..план.docx", "name_path"),
    ],
)
def test_hostile_name_is_refused(name: str, code: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, name, made.plain()).code == code


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Что это?.docx", "Что это_.docx"),
        ('Тема: «Ом» "1".pdf', "Тема_ «Ом» _1_.pdf"),
        ("CON.docx", "_CON.docx"),
        ("com1.txt", "_com1.txt"),
        (" план.docx . ", "план.docx"),
        ("и\u0306од.docx", "йод.docx"),
        ("я" * 195 + ".docx", "я" * 195 + ".docx"),
    ],
)
def test_awkward_name_is_made_safe(name: str, expected: str) -> None:
    assert safe_name(name) == expected


def test_personal_metadata_is_found(tmp_path: Path) -> None:
    assert check_upload(put(tmp_path, made.word()), "план.docx").metadata == {"creator": "Анна Власова", "last_modified_by": "Борис"}
    assert check_upload(put(tmp_path, made.odt()), "план.odt").metadata["creator"] == "Анна Власова"
    assert check_upload(put(tmp_path, made.photo_with_gps()), "фото.jpg").metadata == {"place": "GPS"}


def test_main_part_may_have_another_name(tmp_path: Path) -> None:
    """Word on the web writes document2.xml."""
    source = made.word()
    with zipfile.ZipFile(io.BytesIO(source)) as package:
        parts = {name: package.read(name) for name in ("_rels/.rels", "[Content_Types].xml", "word/document.xml", "word/_rels/document.xml.rels")}
    renamed = {name.replace("document.xml", "document2.xml"): data.replace(b"/document.xml", b"/document2.xml") for name, data in parts.items()}
    path = put(tmp_path, made.changed(source, {"word/document.xml": None, "word/_rels/document.xml.rels": None} | renamed))
    assert check_upload(path, "план.docx").kind.code == "docx"
    assert made.TITLE in read_text(path, "docx")


def test_apple_extras_in_an_archive_are_harmless(tmp_path: Path) -> None:
    extra = {"__MACOSX/._план.txt": b"\x00\x05\x16\x07" + bytes(80), "план.txt": made.plain()}
    assert check_upload(put(tmp_path, made.zipped(extra)), "архив.zip").kind.code == "zip"


def test_every_reason_is_a_sentence_with_advice() -> None:
    assert all(str(message).count(". ") >= 1 for message in REASONS.values())


def test_child_is_stopped_when_time_is_out(tmp_path: Path) -> None:
    with pytest.raises(sandbox.BoundsExceeded, match="timeout"):
        sandbox.run_bounded("inspect", {"path": str(put(tmp_path, made.word())), "kind": "docx"}, seconds=0.01)


def test_child_cannot_take_more_memory_than_allowed(tmp_path: Path) -> None:
    order = {"path": str(put(tmp_path, made.picture(size=(7000, 7000)))), "kind": "png"}
    assert sandbox.run_bounded("inspect", order, memory_mb=512)["kind"] == "png"
    with pytest.raises(sandbox.BoundsExceeded, match="memory"):
        sandbox.run_bounded("inspect", order, memory_mb=160)


def test_child_does_not_see_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hidden")
    assert "SECRET_KEY" not in sandbox._environment()


def test_stuck_child_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foundation.files.check.SECONDS", 0.001)
    assert refusal(tmp_path, "план.docx", made.word()).code == "check_failed"


def test_large_file_is_not_held_in_memory(tmp_path: Path) -> None:
    tracemalloc = pytest.importorskip("tracemalloc")
    path = tmp_path / "upload-1"
    path.write_bytes(made.mp3(20) + bytes(49 * 1024 * 1024))
    tracemalloc.start()
    try:
        assert check_upload(path, "звук.mp3").size > 49 * 1024 * 1024
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()


def survives(path: Path, code: str) -> None:
    """Whatever the bytes, only the two declared refusals come out, at the gate and behind it."""
    try:
        check_upload(path, "файл." + KINDS[code].extension)
    except FileRejected:
        return
    pages = path.parent / "pages"
    pages.mkdir(exist_ok=True)
    for look in (lambda: read_text(path, code), lambda: render_previews(path, code, pages)):
        try:
            look()
        except Unreadable:
            continue


@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(code=st.sampled_from(["pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "rtf", "jpeg", "png", "zip"]), seed=st.integers(0, 10_000))
def test_mutated_file_never_crashes(code: str, seed: int, tmp_path: Path) -> None:
    survives(put(tmp_path, made.mutated(made.GOOD[code](), seed)), code)


@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(min_size=1, max_size=2000), code=st.sampled_from(sorted(KINDS)))
def test_random_bytes_never_crash(data: bytes, code: str, tmp_path: Path) -> None:
    survives(put(tmp_path, data), code)


@given(name=st.text(max_size=220))
def test_any_name_is_safe_or_refused(name: str) -> None:
    try:
        safe = safe_name(name)
    except FileRejected:
        return
    assert safe
    assert not set(safe) & set('<>:"/\\|?*\r\n\0')
    assert len(safe.encode()) > 0
