"""Photos: bounded, re-encoded without metadata, shown to whom their owner shows them."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from communities.models import Teacher

pytestmark = pytest.mark.django_db


def jpeg(width: int = 1200, height: int = 800) -> bytes:
    """A photo with a place and a camera in its metadata."""
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6
    out = BytesIO()
    Image.new("RGB", (width, height), "green").save(out, "JPEG", exif=exif)
    return out.getvalue()


def upload(browser: Any, content: bytes, name: str = "me.jpg") -> Any:
    return browser.post("/profile/photo/", {"photo": SimpleUploadedFile(name, content, "image/jpeg")})


def stored(settings: Any) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def seen_by(browser: Any, teacher: Teacher) -> int:
    return browser.get(reverse("teacher_photo", args=[teacher.pk])).status_code


def test_a_photo_is_reencoded_small_and_without_metadata(anna: Teacher, client_of: Any) -> None:
    browser = client_of(anna)
    assert upload(browser, jpeg()).status_code == 302
    response = browser.get(reverse("teacher_photo", args=[anna.pk]))
    picture = b"".join(response.streaming_content)
    image = Image.open(BytesIO(picture))
    assert (image.format, max(image.size), image.size[1] > image.size[0]) == ("WEBP", 512, True)
    assert b"SecretCamera" not in picture
    assert not image.getexif()
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("image/webp", "nosniff")


def test_who_sees_a_photo(anna: Teacher, boris: Teacher, zakhar: Teacher, visitor: Any, client_of: Any) -> None:
    upload(client_of(anna), jpeg())
    assert [seen_by(client_of(person), anna) for person in (visitor, zakhar, boris, anna)] == [302, 404, 200, 200]
    Teacher.objects.filter(pk=anna.pk).update(show_photo=False)
    assert [seen_by(client_of(person), anna) for person in (boris, anna)] == [404, 200]
    absent = client_of(boris).get(reverse("teacher_photo", args=[10**6]))
    hidden = client_of(boris).get(reverse("teacher_photo", args=[anna.pk]))
    assert absent.status_code == 404
    assert absent.content == hidden.content


def test_a_new_photo_replaces_the_file_and_removal_leaves_none(anna: Teacher, client_of: Any, settings: Any, django_capture_on_commit_callbacks: Any) -> None:
    browser = client_of(anna)
    for size in (300, 600):
        with django_capture_on_commit_callbacks(execute=True):
            upload(browser, jpeg(size, size))
    assert len(stored(settings)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/profile/photo/", {"remove": "1"})
    assert stored(settings) == []
    assert seen_by(browser, anna) == 404


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.4"])
def test_what_is_no_picture_is_a_form_error(content: bytes, anna: Teacher, client_of: Any, settings: Any) -> None:
    response = upload(client_of(anna), content)
    assert response.status_code == 200
    assert list(response.context["photo_form"].errors) == ["photo"]
    assert stored(settings) == []
    assert Teacher.objects.get(pk=anna.pk).photo == ""


def test_a_picture_of_too_many_pixels_is_refused_before_decoding(anna: Teacher, client_of: Any) -> None:
    out = BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    response = upload(client_of(anna), out.getvalue(), "bomb.png")
    assert list(response.context["photo_form"].errors) == ["photo"]
