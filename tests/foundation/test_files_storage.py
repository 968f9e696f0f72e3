"""Keeping and serving."""

import io
import os
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import RequestFactory
from django.utils import translation

from foundation.files import storage
from foundation.files.check import check_upload
from foundation.files.errors import ACTUAL, REASONS, FileRejected
from foundation.files.human import human_size, transfer_time
from foundation.files.serving import file_response
from tests.factories import files as made


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.UPLOAD_TMP = tmp_path / "tmp"


def kept(data: bytes = b"0123456789", name: str = "a.txt") -> str:
    path = storage.receive(SimpleUploadedFile(name, data))
    return storage.keep(path, check_upload(path, name))


def everything(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_upload_goes_from_temporary_to_stored(settings: Any) -> None:
    name = kept()
    assert everything(settings.UPLOAD_TMP) == []
    assert everything(settings.MEDIA_ROOT) == [settings.MEDIA_ROOT / name]
    assert name.startswith("files/84/84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882-")
    with storage.open_stored(name) as stream:
        assert stream.read() == b"0123456789"


def test_same_content_twice_is_two_files() -> None:
    assert kept() != kept()


def test_too_large_upload_leaves_nothing(settings: Any) -> None:
    settings.FILE_MAX_BYTES = 1000
    with pytest.raises(FileRejected) as caught:
        storage.receive(SimpleUploadedFile("a.txt", b"a" * 1001))
    assert caught.value.code == "file_large"
    assert everything(settings.UPLOAD_TMP) == []


def test_lost_connection_leaves_nothing(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_size: int | None = None) -> Any:
        yield b"first part"
        raise ConnectionResetError

    upload = SimpleUploadedFile("a.txt", b"a")
    monkeypatch.setattr(upload, "chunks", broken)
    with pytest.raises(ConnectionResetError):
        storage.receive(upload)
    assert everything(settings.UPLOAD_TMP) == []


def test_file_moves_between_disks(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def refuse_other_disk(self: Path, target: Path) -> Path:
        if self.parent == settings.UPLOAD_TMP:
            raise OSError(18, "Invalid cross-device link")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse_other_disk)
    name = kept()
    assert everything(settings.MEDIA_ROOT) == [settings.MEDIA_ROOT / name]
    assert everything(settings.UPLOAD_TMP) == []


def test_broken_upload_goes_on_where_it_stopped() -> None:
    path = storage.new_temporary()
    assert storage.append_chunk(path, 0, io.BytesIO(b"abc")) == 3
    assert storage.append_chunk(path, 3, io.BytesIO(b"def")) == 6
    assert path.read_bytes() == b"abcdef"


@pytest.mark.parametrize("offset", [0, 2, 4, 10**30])
def test_wrong_offset_is_refused(offset: int) -> None:
    path = storage.new_temporary()
    storage.append_chunk(path, 0, io.BytesIO(b"abc"))
    with pytest.raises(storage.WrongOffset) as caught:
        storage.append_chunk(path, offset, io.BytesIO(b"def"))
    assert (caught.value.expected, path.read_bytes()) == (3, b"abc")


def test_resumed_upload_cannot_pass_the_limit() -> None:
    path = storage.new_temporary()
    storage.append_chunk(path, 0, io.BytesIO(b"abc"), limit=5)
    with pytest.raises(FileRejected):
        storage.append_chunk(path, 3, io.BytesIO(b"def"), limit=5)
    assert path.read_bytes() == b"abc"


def test_sweep_finds_what_a_crash_left(settings: Any) -> None:
    known, lost = kept(), kept()
    assert storage.orphans([known]) == []
    old = time.time() - 7200
    for name in (known, lost):
        os.utime(settings.MEDIA_ROOT / name, (old, old))
    assert storage.orphans([known]) == [lost]
    storage.delete_stored(lost)
    storage.delete_stored(lost)
    assert list(storage.stored_names()) == [known]


def test_old_temporaries_are_found() -> None:
    path = storage.new_temporary()
    storage.new_temporary()
    folder = Path(storage.temporary_folder()) / "work-1"
    folder.mkdir()
    (folder / "page").touch()
    old = time.time() - 3 * 86400
    os.utime(path, (old, old))
    os.utime(folder, (old, old))
    assert set(storage.temporaries()) == {path, folder}
    assert len(storage.temporaries(timedelta(seconds=-5))) == 3
    for left in (path, folder, path):
        storage.delete_temporary(left)
    assert storage.temporaries() == []
    assert len(storage.temporaries(timedelta(seconds=-5))) == 1


def ask(name: str, *, inline: bool = False, media_type: str = "text/plain", download_name: str = "a.txt", public: bool = False, **headers: str) -> Any:
    request = RequestFactory().get("/", headers={key.replace("_", "-"): value for key, value in headers.items()})
    return file_response(request, name, download_name=download_name, media_type=media_type, inline=inline, public=public)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_file_is_an_attachment_that_no_browser_runs() -> None:
    response = ask(kept(), download_name="Закон Ома.txt")
    assert (response.status_code, body(response)) == (200, b"0123456789")
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%D0%97%D0%B0%D0%BA%D0%BE%D0%BD%20%D0%9E%D0%BC%D0%B0.txt"
    assert response["Content-Type"] == "text/plain"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"
    assert (response["Content-Length"], response["Accept-Ranges"]) == ("10", "bytes")


def test_only_raster_images_are_inline() -> None:
    name = kept(made.picture(), "a.png")
    assert ask(name, inline=True, media_type="image/png")["Content-Disposition"].startswith("inline")
    for media_type in ("application/pdf", "text/html", "image/svg+xml", "text/plain"):
        assert ask(name, inline=True, media_type=media_type)["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("asked", "status", "shown", "content"),
    [
        ("bytes=2-4", 206, "bytes 2-4/10", b"234"),
        ("bytes=7-", 206, "bytes 7-9/10", b"789"),
        ("bytes=-3", 206, "bytes 7-9/10", b"789"),
        ("bytes=-30", 206, "bytes 0-9/10", b"0123456789"),
        ("bytes=0-99", 206, "bytes 0-9/10", b"0123456789"),
        ("bytes=10-", 416, "bytes */10", b""),
        ("bytes=-0", 416, "bytes */10", b""),
        ("bytes=4-2", 200, None, b"0123456789"),
        ("bytes=0-1,3-4", 200, None, b"0123456789"),
        ("bytes=" + "9" * 40 + "-", 200, None, b"0123456789"),
        ("lines=1-2", 200, None, b"0123456789"),
    ],
)
def test_download_goes_on_where_it_stopped(asked: str, status: int, shown: str | None, content: bytes) -> None:
    response = ask(kept(), Range=asked)
    assert (response.status_code, response.get("Content-Range"), body(response)) == (status, shown, content)


def test_range_of_another_version_is_the_whole_file() -> None:
    name = kept()
    etag = ask(name)["ETag"]
    assert ask(name, Range="bytes=2-4", If_Range=etag).status_code == 206
    assert ask(name, Range="bytes=2-4", If_Range='"other"').status_code == 200


def test_known_version_is_not_sent_again() -> None:
    name = kept()
    response = ask(name, If_None_Match=ask(name)["ETag"])
    assert (response.status_code, body(response)) == (304, b"")


def test_missing_file_is_404() -> None:
    for name in ("files/00/none.txt", "../settings.py"):
        with pytest.raises(Http404):
            ask(name)


def test_name_cannot_break_the_header() -> None:
    response = ask(kept(), download_name='a"\r\nSet-Cookie: x=1\u202e.txt')
    assert "Set-Cookie" not in response.headers
    assert "\n" not in response["Content-Disposition"]


def test_proxy_sends_the_file_when_told(settings: Any) -> None:
    settings.FILES_ACCEL_PREFIX = "/protected/"
    name = kept()
    response = ask(name, public=True)
    assert (response["X-Accel-Redirect"], body(response)) == (f"/protected/{name}", b"")
    assert response["Cache-Control"] == "public, max-age=86400"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_sizes_and_times_in_english() -> None:
    with translation.override("en"):
        assert [human_size(size).replace("\xa0", " ") for size in (1, 800, 1024, 310 * 1024, 1_126_400, 9 * 1024**2, 50 * 1024**2, 3 * 1024**3)] == [
            "1 byte", "800 bytes", "1 KB", "310 KB", "1.1 MB", "9 MB", "50 MB", "3 GB",
        ]  # fmt: skip
        assert [transfer_time(size).replace("\xa0", " ") for size in (10, 310 * 1024, 4_000_000, 19_000_000, 50 * 1024**2, 3 * 1024**3)] == [
            "1 s", "3 s", "30 s", "2.5 min", "7 min", "7 h",
        ]  # fmt: skip


def test_sizes_and_times_in_russian() -> None:
    with translation.override("ru"):
        assert [human_size(size) for size in (1, 3, 800, 310 * 1024, 1_126_400)] == ["1\xa0байт", "3\xa0байта", "800\xa0байт", "310\xa0КБ", "1,1\xa0МБ"]
        assert [transfer_time(size) for size in (310 * 1024, 19_000_000)] == ["3\xa0с", "2,5\xa0мин"]


def test_refusals_speak_russian() -> None:
    with translation.override("ru"):
        assert [str(message) for message in (*REASONS.values(), *ACTUAL.values()) if not re.search("[а-яё]", str(message))] == []
        assert "переименуйте файл" in str(REASONS["name_path"]).lower()
