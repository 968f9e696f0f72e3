"""Pictures: bounded before they are decoded, re-encoded without metadata."""

import io
import struct
from pathlib import Path
from typing import IO

from PIL import Image, ImageOps

from foundation.files.inside.refusal import Refusal

MAX_PIXELS = 64_000_000
FORMATS = {"png": ("PNG",), "jpeg": ("JPEG", "MPO"), "webp": ("WEBP",)}
_READ = ("PNG", "JPEG", "WEBP")
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, IndexError, KeyError, TypeError, ZeroDivisionError)


def open_picture(source: IO[bytes] | Path, max_side: int | None = None) -> Image.Image:
    """Decoded picture of a listed format; its size is looked at before a pixel is decoded. A JPEG much larger than `max_side`
    is decoded at a fraction of its size. Raises Refusal."""
    # Our own bound below comes first and speaks; Pillow's would only warn.
    Image.MAX_IMAGE_PIXELS = None
    try:
        picture = Image.open(source, formats=_READ)
        width, height = picture.size
        if width * height > MAX_PIXELS:
            raise Refusal("image_pixels", limit=MAX_PIXELS // 1_000_000)
        if max_side and picture.format == "JPEG":
            picture.draft("RGB", (max_side, max_side))
        picture.load()
    except _BROKEN as broken:
        raise Refusal("image_broken") from broken
    return picture


def flattened(picture: Image.Image, max_side: int | None) -> Image.Image:
    """Turned as the camera says, RGB or RGBA, not larger than `max_side`."""
    picture = ImageOps.exif_transpose(picture)
    transparent = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    picture = picture.convert("RGBA" if transparent else "RGB")
    if max_side:
        picture.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    # A fresh picture: whatever `info` held (EXIF, GPS, comments, profiles) stays behind.
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    return clean


def encode(picture: Image.Image, form: str, quality: int) -> bytes:
    """Bytes in `WEBP`, `JPEG` (transparency becomes white) or `PNG`."""
    buffer = io.BytesIO()
    if form == "JPEG":
        picture = on_white(picture)
    if form == "PNG":
        picture.save(buffer, "PNG", optimize=False)
    elif form == "WEBP":
        picture.save(buffer, "WEBP", quality=quality, method=3)
    else:
        picture.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
    return buffer.getvalue()


def on_white(picture: Image.Image) -> Image.Image:
    """Without transparency."""
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    sheet = Image.new("RGB", picture.size, "white")
    sheet.paste(picture, mask=picture.getchannel("A"))
    return sheet


def reencode_file(source: str, target: str, max_side: int | None, quality: int, form: str) -> dict[str, int]:
    """Decode `source`, write `target`; answers the new width and height."""
    picture = flattened(open_picture(Path(source), max_side), max_side)
    Path(target).write_bytes(encode(picture, form, quality))
    return {"width": picture.width, "height": picture.height}
